import { readFileSync, writeFileSync } from "node:fs";

const path = new URL("floors.json", import.meta.url);

/**
 * Compares counts with the bounds kept in `floors.json` and prints those that are broken: `least` may not be less, `most` not more.
 * With UPDATE=1 better counts become the new bounds; a bound never gets looser by itself.
 */
export function holdFloors(name, counts) {
  const floors = JSON.parse(readFileSync(path, "utf8"));
  const bounds = floors[name] ?? {};
  let broken = 0;
  for (const [key, count] of Object.entries(counts)) {
    const { least, most } = bounds[key] ?? {};
    if (least !== undefined && count < least) {
      console.error(`${name}: ${key} fell to ${count}; it was at least ${least}`);
      broken += 1;
    } else if (most !== undefined && count > most) {
      console.error(`${name}: ${key} rose to ${count}; it was at most ${most}`);
      broken += 1;
    } else if (bounds[key] !== undefined) {
      bounds[key] = least === undefined ? { most: count } : { least: count };
    }
  }
  if (process.env.UPDATE !== undefined) writeFileSync(path, `${JSON.stringify(floors, null, 2)}\n`);
  if (broken > 0) process.exitCode = 1;
}
