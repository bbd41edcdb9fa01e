/** A condition of KQL, before it is laid out. */
export type KqlNode =
  | { readonly kind: "all" | "any"; readonly parts: readonly KqlNode[] }
  | { readonly kind: "not"; readonly part: KqlNode }
  | KqlTerm
  | { readonly kind: "within"; readonly list: KqlList; readonly label: string; readonly part: KqlNode }
  | { readonly kind: "constant"; readonly value: boolean };

export interface KqlTerm {
  readonly kind: "term";
  readonly text: string;
  /** The same with `not`, where KQL has an operator for it. */
  readonly negated?: string;
  /** True where it may be null, which `not` would leave null. */
  readonly nullable?: true;
  /** Where it compares for equality: terms with the same subject and operator are one `in`. */
  readonly equals?: { readonly subject: string; readonly operator: "==" | "=~"; readonly literal: string };
  /** The values of an `in`, where they may stand on lines of their own. */
  readonly list?: { readonly subject: string; readonly operator: string; readonly literals: readonly string[] };
  /** It reads a column that the query makes. */
  readonly made?: true;
}

/** Lists in a dynamic column, the outer first: what is taken apart, and what one element is called. */
export interface KqlList {
  readonly key: string;
  readonly steps: readonly { readonly source: string; readonly element: string }[];
}

/** Simplifies: constants go, equal tests of one field become one, tests of elements of one list too; `not` is told to its terms. */
export function simplified(node: KqlNode, underNot = false): KqlNode {
  switch (node.kind) {
    case "all":
    case "any":
      return simplifiedParts(
        node.kind,
        node.parts.map((part) => simplified(part, underNot)),
      );
    case "not": {
      const part = simplified(node.part, true);
      if (part.kind === "constant") return { kind: "constant", value: !part.value };
      if (part.kind === "not") return part.part;
      return { kind: "not", part };
    }
    case "within": {
      const part = simplified(node.part, underNot);
      return part.kind === "constant" && !part.value ? part : { ...node, part };
    }
    case "term":
      return node.nullable && underNot ? withoutNull(node) : node;
    case "constant":
      return node;
    default:
      return node satisfies never;
  }
}

function withoutNull({ text, made }: KqlTerm): KqlTerm {
  return { kind: "term", text: `coalesce(${text}, false)`, ...(made ? { made } : {}) };
}

function simplifiedParts(kind: "all" | "any", parts: readonly KqlNode[]): KqlNode {
  const decides = kind === "any";
  const flat = parts.flatMap((part) => (part.kind === kind ? part.parts : [part]));
  if (flat.some((part) => part.kind === "constant" && part.value === decides))
    return { kind: "constant", value: decides };
  const open = flat.filter((part) => part.kind !== "constant");
  const kept = kind === "any" ? mergedEquals(mergedLists(open)) : open;
  const distinct = [...new Map(kept.map((part) => [JSON.stringify(part), part])).values()];
  const [only] = distinct;
  if (only === undefined) return { kind: "constant", value: !decides };
  return distinct.length === 1 ? only : { kind, parts: distinct };
}

/** One of some elements meets one of two tests where one meets the first or one meets the second. */
function mergedLists(parts: readonly KqlNode[]): readonly KqlNode[] {
  const groups = new Map<string, KqlNode[]>();
  for (const part of parts) {
    if (part.kind !== "within") continue;
    const group = groups.get(part.list.key) ?? [];
    group.push(part);
    groups.set(part.list.key, group);
  }
  const done = new Set<string>();
  return parts.flatMap((part) => {
    const group = part.kind === "within" ? groups.get(part.list.key) : undefined;
    if (part.kind !== "within" || group === undefined || group.length === 1) return [part];
    if (done.has(part.list.key)) return [];
    done.add(part.list.key);
    const inner = group.flatMap((one) => (one.kind === "within" ? [one.part] : []));
    return [{ ...part, part: simplifiedParts("any", inner) }];
  });
}

function mergedEquals(parts: readonly KqlNode[]): readonly KqlNode[] {
  const groups = new Map<string, KqlTerm[]>();
  const keyOf = (part: KqlNode) => {
    const equals = part.kind === "term" ? part.equals : undefined;
    return equals === undefined ? undefined : equals.subject;
  };
  for (const part of parts) {
    const key = keyOf(part);
    if (key === undefined || part.kind !== "term") continue;
    const group = groups.get(key) ?? [];
    group.push(part);
    groups.set(key, group);
  }
  const done = new Set<string>();
  return parts.flatMap((part) => {
    const key = keyOf(part);
    const group = key === undefined ? undefined : groups.get(key);
    if (key === undefined || group === undefined || group.length === 1) return [part];
    if (done.has(key)) return [];
    done.add(key);
    return [inList(key, group)];
  });
}

function inList(subject: string, group: readonly KqlTerm[]): KqlTerm {
  const operator = group.some(({ equals }) => equals?.operator === "=~") ? "in~" : "in";
  const literals = [...new Set(group.map(({ equals }) => equals?.literal ?? ""))];
  const all = literals.join(", ");
  return {
    kind: "term",
    text: `${subject} ${operator} (${all})`,
    negated: `${subject} !${operator} (${all})`,
    list: { subject, operator, literals },
    ...(group.some(({ made }) => made) ? { made: true } : {}),
  };
}

/** True where a part of the condition reads a column that the query makes. */
export function usesMade(node: KqlNode): boolean {
  switch (node.kind) {
    case "all":
    case "any":
      return node.parts.some(usesMade);
    case "not":
      return usesMade(node.part);
    case "within":
      return true;
    default:
      return node.kind === "term" && node.made === true;
  }
}
