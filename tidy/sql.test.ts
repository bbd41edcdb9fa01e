import ts from "typescript";
import { expect, test } from "vitest";
import { sources } from "./repository.js";
import { placesOf } from "./syntax.js";

test("only the templates of `sql` make SQL in the compiler", () => {
  const casts = placesOf(
    sources("packages/kql/src"),
    (node) => ts.isAsExpression(node) && node.type.getText() === "Sql",
  );
  expect(casts.filter((place) => !place.startsWith("packages/kql/src/sql/sql.ts:"))).toEqual([]);
});

test("statements are sent by the store and the ingest alone; the rest gives it what the compiler made", () => {
  const server = sources("packages/server/src");
  const sent = placesOf(server, (node) => isStoreCall(node, /^(command|insertFile)$/));
  const asked = placesOf(server, (node) => isStoreCall(node, /^lines$/) && argument(node) !== "rowsSql");
  const mayWrite = /^packages\/server\/src\/(store|ingest)\//;
  expect([...sent, ...asked].filter((place) => !mayWrite.test(place))).toEqual([]);
  expect(sent.length).toBeGreaterThan(0);
});

function isStoreCall(node: ts.Node, method: RegExp): boolean {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return false;
  return method.test(node.expression.name.text) && /store$/i.test(node.expression.expression.getText());
}

function argument(node: ts.Node): string | undefined {
  return ts.isCallExpression(node) ? node.arguments[0]?.getText() : undefined;
}
