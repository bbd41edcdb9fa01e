import { joinLogic, type SigmaLogic, type SigmaRefusal } from "./logic.js";
import { applyModifiers } from "./modifiers.js";
import type { YamlEntry, YamlScalar, YamlTree } from "./yaml-tree.js";

/** A named part of a detection. */
export interface Selection {
  readonly name: string;
  readonly logic: SigmaLogic;
  readonly start: number;
  readonly end: number;
}

/** Reads a named part: a map whose keys all have to be met, a list of such maps or of words, or one word. */
export function readSelection({ key, start, value }: YamlEntry): Selection {
  return { name: key, logic: logicOf(value), start, end: Math.max(start + key.length, value.end) };
}

function logicOf(tree: YamlTree): SigmaLogic {
  if (tree.kind === "scalar") return applyModifiers(undefined, [], [tree], tree);
  if (tree.kind === "map") {
    if (tree.entries.length === 0) return refused(tree, "a selection without a field");
    const twice = repeatedEntry(tree.entries);
    if (twice !== undefined)
      return refused({ start: twice.start, end: tree.end }, `\`${twice.key}\` stands there twice`);
    return joinLogic("all", tree.entries.map(itemLogic));
  }
  if (tree.items.length === 0) return refused(tree, "a selection without a value");
  return joinLogic(
    "any",
    tree.items.map((item) => (item.kind === "list" ? refused(item, "a list in a list") : logicOf(item))),
  );
}

function itemLogic({ key, start, value }: YamlEntry): SigmaLogic {
  const [field = "", ...modifiers] = key.split("|");
  const span = { start, end: Math.max(start + key.length, value.end) };
  if (key === "") return refused(span, "a test without a field");
  const scalars = value.kind === "list" ? value.items : [value];
  const wrong = scalars.find((item) => item.kind !== "scalar");
  if (wrong !== undefined || value.kind === "map") return refused(span, `\`${key}\` takes a value or a list of values`);
  const values = scalars.filter((item): item is YamlScalar => item.kind === "scalar");
  return applyModifiers(field === "" ? undefined : field, modifiers, values, span);
}

function refused({ start, end }: { readonly start: number; readonly end: number }, why: string): SigmaRefusal {
  return { kind: "refused", code: "bad-value", why, start, end };
}

/** An entry whose key another one before it has; undefined where there is none. */
export function repeatedEntry(entries: readonly YamlEntry[]): YamlEntry | undefined {
  const seen = new Set<string>();
  return entries.find(({ key }) => seen.size === seen.add(key).size);
}
