/** The GeoJSON of a shape in well-known text; undefined where the text is none. */
export function shapeOf(text: string): string | undefined {
  const tokens = text.match(/[A-Za-z]+|[(),]|[^\s(),A-Za-z]\S*?(?=[\s(),]|$)/g) ?? [];
  const reader = { tokens, at: 0 };
  const shape = shapeAt(reader);
  return shape !== undefined && reader.at === tokens.length ? shape : undefined;
}

interface Reader {
  readonly tokens: readonly string[];
  at: number;
}

/** How deep the lists of positions lie in each shape. */
const shapes: Readonly<Record<string, { readonly type: string; readonly depth: number }>> = {
  POINT: { type: "Point", depth: 0 },
  MULTIPOINT: { type: "MultiPoint", depth: 1 },
  LINESTRING: { type: "LineString", depth: 1 },
  MULTILINESTRING: { type: "MultiLineString", depth: 2 },
  POLYGON: { type: "Polygon", depth: 2 },
  MULTIPOLYGON: { type: "MultiPolygon", depth: 3 },
};

function shapeAt(reader: Reader): string | undefined {
  const name = (reader.tokens[reader.at++] ?? "").toUpperCase();
  if (name === "GEOMETRYCOLLECTION") {
    const members = listAt(reader, shapeAt);
    return members === undefined ? undefined : `{"type":"GeometryCollection","geometries":${members}}`;
  }
  const shape = Object.hasOwn(shapes, name) ? shapes[name] : undefined;
  if (shape === undefined) return undefined;
  const found = shape.depth === 0 ? pointAt(reader) : nestedAt(reader, shape.depth);
  return found === undefined ? undefined : `{"type":"${shape.type}","coordinates":${found}}`;
}

function pointAt(reader: Reader): string | undefined {
  if (reader.tokens[reader.at++] !== "(") return undefined;
  const found = positionAt(reader);
  return reader.tokens[reader.at++] === ")" ? found : undefined;
}

function nestedAt(reader: Reader, depth: number): string | undefined {
  return listAt(reader, (inner) => {
    if (depth > 1) return nestedAt(inner, depth - 1);
    // Each point of a MULTIPOINT may stand in brackets of its own.
    return inner.tokens[inner.at] === "(" ? pointAt(inner) : positionAt(inner);
  });
}

function listAt(reader: Reader, member: (reader: Reader) => string | undefined): string | undefined {
  if (reader.tokens[reader.at++] !== "(") return undefined;
  const members: string[] = [];
  for (;;) {
    const found = member(reader);
    if (found === undefined) return undefined;
    members.push(found);
    const next = reader.tokens[reader.at++];
    if (next === ")") return `[${members.join(",")}]`;
    if (next !== ",") return undefined;
  }
}

function positionAt(reader: Reader): string | undefined {
  const [longitude, latitude] = [reader.tokens[reader.at++], reader.tokens[reader.at++]].map((token) =>
    token !== undefined && /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(token) ? Number(token) : Number.NaN,
  );
  if (longitude === undefined || latitude === undefined) return undefined;
  const isPlace = Math.abs(longitude) <= 180 && Math.abs(latitude) <= 90;
  return isPlace ? `[${longitude},${latitude}]` : undefined;
}
