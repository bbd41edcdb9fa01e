import { columnUses, type Problem, placeOfKey, type Rule } from "@calypso/catalog";
import { type Column, nearest } from "@calypso/kql";

/** A warning for each column that a rule maps, lists or shows and its query does not return. */
export function checkColumns(rule: Rule, columns: readonly Column[]): Problem[] {
  const returned = columns.map(({ name }) => name);
  return columnUses(rule)
    .filter(({ column }) => !returned.includes(column))
    .map(({ column, path, use }) => ({
      code: "column-not-returned",
      severity: "warning",
      message: `the query returns no column \`${column}\`; ${use} stays empty${hint(column, returned)}`,
      file: rule.file,
      ...placeOfKey(rule, path),
      key: path,
      ...(rule.id === "" ? {} : { rule: rule.id }),
    }));
}

function hint(column: string, columns: readonly string[]): string {
  const other = columns.find((name) => name.toLowerCase() === column.toLowerCase());
  if (other !== undefined) return `. It returns \`${other}\`: case matters`;
  const near = nearest(column, columns);
  return near.length === 0 ? "" : `. Did you mean ${near.map((name) => `\`${name}\``).join(", ")}?`;
}
