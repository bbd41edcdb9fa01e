import type { Constant } from "@calypso/kql";
import { describe, expect, test } from "vitest";
import { geoFunctions } from "./geo-functions.js";

const park = ring(
  [-73.9495, 40.7969],
  [-73.95807266235352, 40.80068603561921],
  [-73.98201942443848, 40.76825672305777],
  [-73.97317886352539, 40.76455136505513],
);
const shapeA = ring([-73.9495, 40.7969], [-73.95807, 40.80068], [-73.98201, 40.76825], [-73.97317, 40.76455]);
const shapeB = ring([-73.94622, 40.79249], [-73.96888, 40.79282], [-73.9577, 40.7789]);
const shapeC = ring([-73.97335, 40.77274], [-73.9936, 40.7663], [-73.97171, 40.75655]);
const street = line([-73.95796, 40.80042], [-73.97317, 40.764486]);
const overlapping = multiPolygon([
  [
    [-73.9495, 40.7969],
    [-73.95807266235352, 40.80068603561921],
    [-73.98201942443848, 40.76825672305777],
    [-73.97317886352539, 40.76455136505513],
    [-73.9495, 40.7969],
  ],
  [
    [-73.94262313842773, 40.775991804565585],
    [-73.98107528686523, 40.791849155467695],
    [-73.99600982666016, 40.77092185281977],
    [-73.96150588989258, 40.75609977566361],
    [-73.94262313842773, 40.775991804565585],
  ],
]);

describe("what the reference of KQL prints", () => {
  test.each<readonly [string, readonly Constant[], unknown]>([
    ["geo_line_centroid", [street], point(-73.96556705723094, 40.782453249627416)],
    ["geo_line_interpolate_point", [street, 0.25], point(-73.96176404321828, 40.79143668725723)],
    ["geo_line_locate_point", [street, -73.965, 40.792], 0.2556013510030755],
    ["geo_polygon_area", [park], 3475207.28346606],
    ["geo_polygon_area", [overlapping], 10889971.5343487],
    ["geo_polygon_centroid", [park], point(-73.96573568990762, 40.78255053805781)],
    ["geo_polygon_centroid", [overlapping], point(-73.96856958782958, 40.77631075255512)],
    [
      "geo_line_densify",
      [line([50, 50], [51, 51])],
      {
        type: "LineString",
        coordinates: [
          [50, 50],
          [50.125, 50.125],
          [50.25, 50.25],
          [50.375, 50.375],
          [50.5, 50.5],
          [50.625, 50.625],
          [50.75, 50.75],
          [50.875, 50.875],
          [51, 51],
        ],
      },
    ],
    [
      "geo_line_densify",
      [line([-73.949247, 40.79686], [-73.973017, 40.764323])],
      JSON.parse(line([-73.949247, 40.79686], [-73.973017, 40.764323])),
    ],
    [
      "geo_polygon_densify",
      [ring([10, 10], [11, 10], [11, 11], [10, 11])],
      {
        type: "Polygon",
        coordinates: [
          [
            [10, 10],
            [10.25, 10],
            [10.5, 10],
            [10.75, 10],
            [11, 10],
            [11, 11],
            [10.75, 11],
            [10.5, 11],
            [10.25, 11],
            [10, 11],
            [10, 10],
          ],
        ],
      },
    ],
    ["geo_polygon_densify", [shapeA], JSON.parse(shapeA)],
    [
      "geo_intersection_2lines",
      [line([-73.978929, 40.785155], [-73.980903, 40.782621]), line([-73.985195, 40.788275], [-73.974552, 40.779761])],
      point(-73.97983711667098, 40.783989289772165),
    ],
    [
      "geo_intersection_2lines",
      [line([-73.978929, 40.785155], [-73.980903, 40.782621]), line([-73.978929, 40.785155], [-73.980903, 40.782621])],
      JSON.parse(line([-73.978929, 40.785155], [-73.980903, 40.782621])),
    ],
    ["geo_intersection_2lines", [line([1, 1], [2, 2]), line([3, 3], [4, 4])], nothing()],
    [
      "geo_intersection_line_with_polygon",
      [
        line([-73.985195, 40.788275], [-73.974552, 40.779761]),
        ring(
          [-73.9712905883789, 40.78580561168767],
          [-73.98004531860352, 40.775276834803655],
          [-73.97000312805176, 40.77852663535664],
        ),
      ],
      {
        type: "LineString",
        coordinates: [
          [-73.97561195657819, 40.78060906714618],
          [-73.974552, 40.779761],
        ],
      },
    ],
    [
      "geo_intersection_line_with_polygon",
      [
        line([-110.522, 39.198], [-91.428, 40.88]),
        JSON.stringify({
          type: "Polygon",
          coordinates: [
            [
              [-90.263, 36.738],
              [-102.041, 45.274],
              [-109.335, 36.527],
              [-90.263, 36.738],
            ],
            [
              [-100.393, 41.705],
              [-103.139, 38.925],
              [-97.558, 39.113],
              [-100.393, 41.705],
            ],
          ],
        }),
      ],
      {
        type: "MultiLineString",
        coordinates: [
          [
            [-106.89353655881905, 39.769226209776306],
            [-101.74448553679453, 40.373506008712525],
          ],
          [
            [-99.13649943132886, 40.589336512699994],
            [-95.28452773731179, 40.79906024224635],
          ],
        ],
      },
    ],
    [
      "geo_intersection_2polygons",
      [
        ring(
          [-73.9630937576294, 40.77498840732385],
          [-73.963565826416, 40.774383111780914],
          [-73.96205306053162, 40.773745311181585],
          [-73.96160781383514, 40.7743912365898],
        ),
        ring(
          [-73.96213352680206, 40.775045280447145],
          [-73.9631313085556, 40.774578106920345],
          [-73.96207988262177, 40.77416780398293],
        ),
      ],
      {
        type: "Polygon",
        coordinates: [
          [
            [-73.96210577643716, 40.77459136099968],
            [-73.96264240316687, 40.77480702025178],
            [-73.9631313085556, 40.77457810692035],
            [-73.96207988262177, 40.77416780398293],
            [-73.96210577643716, 40.77459136099968],
          ],
        ],
      },
    ],
    ["geo_intersection_2polygons", [ring([2, 45], [0, 45], [1, 44]), ring([3, 44], [2, 45], [2, 43])], point(2, 45)],
    [
      "geo_intersection_2polygons",
      [
        ring([2, 45], [0, 45], [1, 44]),
        multiPolygon([
          [
            [3, 44],
            [2, 45],
            [2, 43],
            [3, 44],
          ],
          [
            [1.192, 45.265],
            [1.005, 44.943],
            [1.356, 44.937],
            [1.192, 45.265],
          ],
        ]),
      ],
      {
        type: "GeometryCollection",
        geometries: [
          point(2, 45),
          {
            type: "Polygon",
            coordinates: [
              [
                [1.3227075526410679, 45.00390914506874],
                [1.0404565374899823, 45.00435640306655],
                [1.005, 44.943],
                [1.356, 44.937],
                [1.3227075526410679, 45.00390914506874],
              ],
            ],
          },
        ],
      },
    ],
    ["geo_intersection_2polygons", [ring([2, 45], [0, 45], [1, 44]), ring([3, 44], [3, 45], [2, 43])], nothing()],
    [
      "geo_union_polygons_array",
      [array(shapeA, shapeB)],
      {
        type: "Polygon",
        coordinates: [
          [
            [-73.9495, 40.7969],
            [-73.95807, 40.80068],
            [-73.9639277517478, 40.792748258673875],
            [-73.96888, 40.79281999999999],
            [-73.9662719791645, 40.7895734224338],
            [-73.98201, 40.76825],
            [-73.97317, 40.76455],
            [-73.96030238370618, 40.782140794645024],
            [-73.9577, 40.7789],
            [-73.94622, 40.79249],
            [-73.9526593223173, 40.79258422771647],
            [-73.9495, 40.7969],
          ],
        ],
      },
    ],
    [
      "geo_union_polygons_array",
      [array(shapeA, shapeB, shapeC)],
      {
        type: "Polygon",
        coordinates: [
          [
            [-73.97259932672961, 40.76533037190299],
            [-73.96030238370618, 40.782140794645024],
            [-73.9577, 40.7789],
            [-73.94622, 40.79249],
            [-73.9526593223173, 40.79258422771647],
            [-73.9495, 40.7969],
            [-73.95807, 40.80068],
            [-73.9639277517478, 40.792748258673875],
            [-73.96888, 40.79281999999999],
            [-73.9662719791645, 40.7895734224338],
            [-73.9803360309571, 40.770518810606404],
            [-73.9936, 40.7663],
            [-73.97171, 40.756550000000004],
            [-73.97259932672961, 40.76533037190299],
          ],
        ],
      },
    ],
    [
      "geo_union_lines_array",
      [
        array(
          line(
            [-73.95683884620665, 40.80502891480884],
            [-73.95633727312088, 40.8057171711177],
            [-73.95489156246185, 40.80510200431311],
          ),
          line(
            [-73.95633727312088, 40.8057171711177],
            [-73.95489156246185, 40.80510200431311],
            [-73.95537436008453, 40.804413741624515],
          ),
          line([-73.95633727312088, 40.8057171711177], [-73.95489156246185, 40.80510200431311]),
        ),
      ],
      {
        type: "LineString",
        coordinates: [
          [-73.95683884620665, 40.805028914808844],
          [-73.95633727312088, 40.8057171711177],
          [-73.95489156246185, 40.80510200431312],
          [-73.95537436008453, 40.80441374162452],
        ],
      },
    ],
    [
      "geo_intersects_2lines",
      [line([-73.978929, 40.785155], [-73.980903, 40.782621]), line([-73.985195, 40.788275], [-73.974552, 40.779761])],
      true,
    ],
    ["geo_intersects_2polygons", [shapeA, shapeB], true],
    ["geo_intersects_2polygons", [shapeA, ring([0, 0], [1, 0], [1, 1])], false],
    [
      "geo_intersects_line_with_polygon",
      [
        line([-73.985195, 40.788275], [-73.974552, 40.779761]),
        ring(
          [-73.9712905883789, 40.78580561168767],
          [-73.98004531860352, 40.775276834803655],
          [-73.97000312805176, 40.77852663535664],
        ),
      ],
      true,
    ],
    ["geo_polygon_to_s2cells", [ring([0, 0], [0, 50], [100, 50]), 30n], null],
  ])("%s %#", (name, args, wanted) => {
    const got = call(name, ...args);
    const known: unknown = typeof got === "string" ? JSON.parse(got) : got;
    expect(numbers(known)).toEqual(numbers(wanted));
    for (const [index, value] of values(known).entries()) {
      const printed = values(wanted)[index] ?? Number.NaN;
      expect(Math.abs(value - printed)).toBeLessThanOrEqual(2e-11 * Math.abs(printed));
    }
  });

  test("cells are as many as printed", () => {
    const cells: unknown = JSON.parse(String(call("geo_polygon_to_s2cells", ring([0, 0], [0, 50], [100, 50]), 5n)));
    expect(cells).toHaveLength(286);
    expect(cells).toEqual([...new Set(cells as string[])].sort());
  });
});

function call(name: string, ...args: readonly Constant[]): Constant {
  const found = geoFunctions.get(name);
  if (found === undefined) throw new Error(`no function ${name}`);
  return found(args);
}

type Position = readonly [number, number];

function point(...coordinates: Position): unknown {
  return { type: "Point", coordinates };
}

function line(...coordinates: readonly Position[]): string {
  return JSON.stringify({ type: "LineString", coordinates });
}

function ring(...corners: readonly Position[]): string {
  return JSON.stringify({ type: "Polygon", coordinates: [[...corners, ...corners.slice(0, 1)]] });
}

function multiPolygon(rings: readonly (readonly Position[])[]): string {
  return JSON.stringify({ type: "MultiPolygon", coordinates: rings.map((one) => [one]) });
}

function array(...shapes: readonly string[]): string {
  return `[${shapes.join(",")}]`;
}

function nothing(): unknown {
  return { type: "GeometryCollection", geometries: [] };
}

/** A value with 0 in place of every number, to compare all else. */
function numbers(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (_key, part: unknown) => (typeof part === "number" ? 0 : part));
}

/** All numbers of a value, in order. */
function values(value: unknown): readonly number[] {
  if (typeof value === "number") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(values) : [];
}
