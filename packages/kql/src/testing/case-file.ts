/** One case of a case file: a query, and what is expected of it, as text. */
export interface Case {
  readonly name: string;
  readonly query: string;
  /** Sections by name (`rows`, `columns`, `plan`, `sql`, `diagnostics`), in the order of the file. */
  readonly sections: ReadonlyMap<string, string>;
}

/** Reads a case file: `=== name`, the query, then sections that begin with `--- section`. */
export function readCases(text: string): readonly Case[] {
  return text
    .split(/^=== /m)
    .slice(1)
    .map((block) => {
      const [head = "", ...sections] = block.split(/^--- /m);
      const [name = "", ...query] = head.split("\n");
      return {
        name: name.trim(),
        query: query.join("\n").trim(),
        sections: new Map(
          sections.map((section) => {
            const end = section.indexOf("\n");
            return [section.slice(0, end).trim(), section.slice(end + 1).trim()] as const;
          }),
        ),
      };
    });
}

/** Writes a case file. */
export function printCases(cases: readonly Case[]): string {
  return cases
    .map(({ name, query, sections }) => {
      const printed = [...sections].map(([section, body]) => `--- ${section}\n${body}\n`).join("");
      return `=== ${name}\n${query}\n${printed}`;
    })
    .join("\n");
}
