import { type EventKind, type MadeName, readVocabulary } from "@calypso/catalog";
import { filesOf, read } from "./repository.js";

const tables: Readonly<Record<string, Readonly<Record<string, string>>>> = JSON.parse(
  read("content/tables/tables.json"),
);

/** The vocabulary that ships, with what is wrong with it. */
export function vocabularyOfContent() {
  const files = filesOf("content/vocabulary").filter((name) => name.endsWith(".yaml"));
  return readVocabulary(
    files.map((name) => ({ name, text: read(name) })),
    columnsOf,
  );
}

/** The columns of a table that ships. */
export function columnsOf(table: string): ReadonlyMap<string, string> | undefined {
  return tables[table] === undefined ? undefined : new Map(Object.entries(tables[table]));
}

/** docs/sigma.md, with the log sources and fields as the vocabulary has them. */
export function sigmaPage(): string {
  const kinds = vocabularyOfContent().vocabulary.events.filter((kind) => sourcesOf(kind).length > 0);
  const sections = kinds.flatMap((kind) => [
    ...[`### ${kind.title}`, "", `Table \`${kind.tables[0]}\`.`, ""],
    ...["| log source | rows |", "| --- | --- |", ...sourcesOf(kind), ""],
    ...["| Sigma | here |", "| --- | --- |", ...namesOf(kind), ""],
  ]);
  const [start, end] = ["<!-- vocabulary -->", "<!-- /vocabulary -->"];
  const page = read("docs/sigma.md");
  const [before = "", after = ""] = [page.split(start)[0], page.split(end)[1]];
  return `${before}${start}\n${sections.join("\n")}${end}${after}`;
}

function sourcesOf({ sources }: EventKind): readonly string[] {
  return sources
    .filter(({ platform }) => platform === "Sigma")
    .map(({ where, only }) => {
      const pairs = Object.entries(where).map(([key, value]) => `${key}: ${value}`);
      const rows = Object.entries(only).map(
        ([field, values]) => `\`${field}\` ${values.map((one) => `\`${one}\``).join(", ")}`,
      );
      return `| \`${pairs.join(", ")}\` | ${rows.length === 0 ? "all" : rows.join(" and ")} |`;
    });
}

function namesOf({ fields, madeNames }: EventKind): readonly string[] {
  const plain = fields.flatMap(({ name, otherNames }) =>
    otherNames
      .filter(({ platform }) => platform === "Sigma")
      .map((other) => {
        const values = Object.entries(other.values ?? {}).map(
          ([theirs, { values: ours, negated }]) =>
            `\`${theirs}\` is ${negated ? "any value but " : ""}${ours.map((one) => `\`${one}\``).join(" or ")}`,
        );
        return { name: other.name, text: [`\`${name}\``, ...values].join("; ") };
      }),
  );
  const made = madeNames
    .filter(({ platform }) => platform === "Sigma")
    .map((one) => ({ name: one.name, text: textOf(one) }));
  return [...plain, ...made]
    .sort((one, other) => (one.name.toLowerCase() < other.name.toLowerCase() ? -1 : 1))
    .map(({ name, text }) => `| \`${name}\` | ${text} |`);
}

function textOf(made: MadeName): string {
  switch (made.kind) {
    case "any":
      return `any of ${made.fields.map((field) => `\`${field}\``).join(", ")}`;
    case "joined":
      return `${made.fields.map((field) => `\`${field}\``).join(" and ")}, with \`${made.by}\` between`;
    case "parts":
      return Object.entries(made.parts)
        .map(([key, field]) => (field === undefined ? `\`${key}\` nowhere` : `\`${key}\` in \`${field}\``))
        .join(", ");
    default:
      return `nowhere: ${made.why}`;
  }
}
