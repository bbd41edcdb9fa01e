import { crc32, deflateSync } from "node:zlib";
import type { Page } from "playwright-core";

/** How much smaller than the page. */
const scale = 0.625;
/** As many as a pixel of four bits can name. */
const mostColours = 16;

interface Indexed {
  readonly width: number;
  readonly height: number;
  /** Red, green and blue of each colour. */
  readonly palette: readonly number[];
  /** The number of each pixel's colour. */
  readonly pixels: readonly number[];
}

/** What is seen of the page, as a PNG for the manual: smaller, and of the sixteen colours that it has most of. */
export async function smallPicture(page: Page): Promise<Buffer> {
  const session = await page.context().newCDPSession(page);
  const { width, height } = page.viewportSize() ?? { width: 1280, height: 800 };
  const clip = { x: 0, y: 0, width, height, scale };
  const { data } = await session.send("Page.captureScreenshot", { format: "png", clip });
  await session.detach();
  return pngOf(await page.evaluate(indexed, { data, mostColours }));
}

/** Runs in the browser, which can read its own pictures. */
async function indexed(asked: { readonly data: string; readonly mostColours: number }): Promise<Indexed> {
  const bytes = Uint8Array.from(atob(asked.data), (character) => character.charCodeAt(0));
  const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
  const { width, height } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext("2d");
  if (context === null) throw new Error("there is no canvas");
  context.drawImage(bitmap, 0, 0);
  const { data } = context.getImageData(0, 0, width, height);
  const counts = new Map<number, number>();
  const keys: number[] = [];
  for (let at = 0; at < data.length; at += 4) {
    const key = (((data[at] ?? 0) >> 3) << 10) | (((data[at + 1] ?? 0) >> 3) << 5) | ((data[at + 2] ?? 0) >> 3);
    keys.push(key);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const channels = (key: number) => [key >> 10, (key >> 5) & 31, key & 31];
  const distance = (one: number, other: number) => {
    const [a, b] = [channels(one), channels(other)];
    return a.reduce((sum, value, index) => sum + (value - (b[index] ?? 0)) ** 2, 0);
  };
  // Colours that are much like one that is taken already are left out, so that rare ones come in.
  const taken: number[] = [];
  for (const nearest of [24, 8, 0]) {
    for (const [key] of [...counts].sort(([, one], [, other]) => other - one)) {
      if (taken.length === asked.mostColours) break;
      if (taken.every((other) => distance(key, other) > nearest)) taken.push(key);
    }
  }
  const numbers = new Map<number, number>();
  const numberOf = (key: number) => {
    const known = numbers.get(key);
    if (known !== undefined) return known;
    const best = taken.reduce((one, other) => (distance(key, other) < distance(key, one) ? other : one));
    const number = taken.indexOf(best);
    numbers.set(key, number);
    return number;
  };
  const palette = taken.flatMap((key) => channels(key).map((value) => Math.round((value * 255) / 31)));
  return { width, height, palette, pixels: keys.map(numberOf) };
}

/** A PNG with four bits for each pixel. */
function pngOf({ width, height, palette, pixels }: Indexed): Buffer {
  const rowLength = 1 + Math.ceil(width / 2);
  const rows = Buffer.alloc(rowLength * height);
  for (const [index, colour] of pixels.entries()) {
    const column = index % width;
    const at = Math.floor(index / width) * rowLength + 1 + (column >> 1);
    rows[at] = (rows[at] ?? 0) | (column % 2 === 0 ? colour << 4 : colour);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([4, 3, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", header),
    chunk("PLTE", Buffer.from(palette)),
    chunk("IDAT", deflateSync(rows, { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(type: string, content: Buffer): Buffer {
  const typed = Buffer.concat([Buffer.from(type, "ascii"), content]);
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(content.length);
  checksum.writeUInt32BE(crc32(typed));
  return Buffer.concat([length, typed, checksum]);
}
