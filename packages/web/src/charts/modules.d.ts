// What is used of modules that ship no types.
declare module "topojson-client" {
  /** A collection of areas: polygons, each of rings, each of places in degrees. */
  interface Areas {
    readonly features: readonly {
      readonly geometry: { readonly coordinates: readonly (readonly (readonly (readonly number[])[])[])[] };
    }[];
  }
  export function feature(topology: unknown, areas: unknown): Areas;
}

declare module "world-atlas/land-110m.json" {
  const world: { readonly objects: { readonly land: unknown } };
  export default world;
}
