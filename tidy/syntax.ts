import ts from "typescript";
import { read } from "./repository.js";

/** The places of the given files that hold a node of the wanted kind, as `file:line: text`. */
export function placesOf(paths: readonly string[], wanted: (node: ts.Node) => boolean): readonly string[] {
  return paths.flatMap((path) => {
    const source = ts.createSourceFile(path, read(path), ts.ScriptTarget.Latest, true);
    const places: string[] = [];
    const visit = (node: ts.Node): void => {
      const line = source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
      if (wanted(node)) places.push(`${path}:${line}: ${node.getText(source).slice(0, 80)}`);
      ts.forEachChild(node, visit);
    };
    visit(source);
    return places;
  });
}
