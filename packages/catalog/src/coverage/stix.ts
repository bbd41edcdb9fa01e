/** An object of a STIX bundle; what it holds is checked where it is used. */
export interface StixObject {
  readonly id: string;
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
  /** The objects of a list; what is none is left out. */
  list(key: string): readonly Readonly<Record<string, unknown>>[];
}

/** A STIX bundle, by type, id and relation. */
export interface StixBundle {
  ofType(type: string): readonly StixObject[];
  byId(id: string): StixObject | undefined;
  /** Pairs of objects that relationships in force name; a pair with an object that is not there is left out. */
  relations(type: string): readonly { readonly source: StixObject; readonly target: StixObject }[];
  /** The number that ATT&CK gives an object: `T1078`, `TA0001`, `G0016`. */
  attackId(object: StixObject): string | undefined;
}

/** Reads a bundle; gives what is wrong where the text is none. */
export function readStixBundle(text: string): StixBundle | { readonly problem: string } {
  let document: unknown;
  try {
    document = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    return { problem: `the text is not JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
  if (!isRecord(document) || document["type"] !== "bundle" || !Array.isArray(document["objects"])) {
    return { problem: 'the document is no STIX bundle: {"type": "bundle", "objects": […]}' };
  }
  const objects = document["objects"].filter(isRecord).flatMap((properties): StixObject[] => {
    const { id, type } = properties;
    if (typeof id !== "string" || typeof type !== "string") return [];
    return [{ id, type, properties, list: (key) => recordsOf(properties[key]) }];
  });
  const byId = new Map(objects.map((object) => [object.id, object]));
  const byType = new Map<string, StixObject[]>();
  for (const object of objects) {
    const same = byType.get(object.type);
    if (same === undefined) byType.set(object.type, [object]);
    else same.push(object);
  }
  return {
    ofType: (type) => byType.get(type) ?? [],
    byId: (id) => byId.get(id),
    attackId: (object) =>
      object
        .list("external_references")
        .filter(({ source_name: name }) => name === "mitre-attack")
        .map(({ external_id: id }) => id)
        .find((id) => typeof id === "string"),
    relations: (type) =>
      (byType.get("relationship") ?? []).flatMap(({ properties }) => {
        if (properties["relationship_type"] !== type || properties["revoked"] === true) return [];
        if (properties["x_mitre_deprecated"] === true) return [];
        const source = byId.get(String(properties["source_ref"]));
        const target = byId.get(String(properties["target_ref"]));
        return source === undefined || target === undefined ? [] : [{ source, target }];
      }),
  };
}

/** A text of an object; undefined where it has none. */
export function textOf({ properties }: StixObject, key: string): string | undefined {
  const value = properties[key];
  return typeof value === "string" ? value : undefined;
}

/** The texts of a list of an object. */
export function textsOf({ properties }: StixObject, key: string): readonly string[] {
  const value = properties[key];
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

function recordsOf(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
