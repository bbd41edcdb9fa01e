/** A query's text as a part of an address: compressed, since addresses have an end. */
export async function packed(text: string): Promise<string> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** The most characters that a link unpacks to; whoever sends a link must not fill the memory. */
const longest = 1_000_000;

/** What `packed` gave, as text again; nothing where it is no such thing. */
export async function unpacked(part: string): Promise<string | undefined> {
  try {
    const binary = atob(part.replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
    let text = "";
    const decoder = new TextDecoder("utf-8", { fatal: true });
    const reader = stream.getReader();
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      text += decoder.decode(next.value, { stream: true });
      if (text.length <= longest) continue;
      await reader.cancel();
      return undefined;
    }
    return text + decoder.decode();
  } catch {
    return undefined;
  }
}
