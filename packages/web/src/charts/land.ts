import { feature } from "topojson-client";
import world from "world-atlas/land-110m.json";

/** A place in degrees: its longitude, and its latitude. */
type Corner = readonly [number, number];

/** The land of the Earth as a path over degrees, north up; the outlines are those of Natural Earth at 1:110 million. */
export const land: string = feature(world, world.objects.land)
  .features.flatMap(({ geometry }) => geometry.coordinates)
  .flat()
  .flatMap((ring) => copiesOf(unwound(ring.map(([longitude = 0, latitude = 0]): Corner => [longitude, latitude]))))
  .map((ring) => `M${ring.map(([longitude, latitude]) => `${round(longitude)} ${round(-latitude)}`).join("L")}Z`)
  .join("");

/** A ring that goes on beyond 180° instead of leaping to the other side of the map. */
function unwound(ring: readonly Corner[]): readonly Corner[] {
  let turn = 0;
  const found = ring.map(([longitude, latitude], at): Corner => {
    const leap = longitude - (ring[at - 1]?.[0] ?? longitude);
    if (Math.abs(leap) > 180) turn -= Math.sign(leap) * 360;
    return [longitude + turn, latitude];
  });
  const [first, last] = [found[0]?.[0] ?? 0, found.at(-1)?.[0] ?? 0];
  // Only Antarctica goes around the Earth: its other side is the pole.
  return Math.abs(last - first) > 180 ? [...found, [last, -90], [first, -90]] : found;
}

/** The ring, and once more on the other side of the map what of it lies beyond. */
function copiesOf(ring: readonly Corner[]): readonly (readonly Corner[])[] {
  const shifts = [
    0,
    ...(ring.some(([at]) => at > 180) ? [-360] : []),
    ...(ring.some(([at]) => at < -180) ? [360] : []),
  ];
  return shifts.map((shift) => ring.map(([longitude, latitude]): Corner => [longitude + shift, latitude]));
}

function round(degrees: number): number {
  return Math.round(degrees * 100) / 100;
}
