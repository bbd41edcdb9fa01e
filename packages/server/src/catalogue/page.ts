/** A page about a rule, table or field, before it is text, Markdown or HTML. */
export interface Page {
  readonly title: string;
  /** One line under the title. */
  readonly subtitle: string;
  readonly sections: readonly PageSection[];
}

/** A part of a page; what is empty is not shown. */
export interface PageSection {
  readonly title: string;
  readonly paragraphs?: readonly string[];
  readonly list?: readonly PageCell[];
  readonly table?: { readonly head: readonly string[]; readonly rows: readonly (readonly PageCell[])[] };
  readonly code?: string;
}

/** A text, which may lead to another page. */
export type PageCell = string | { readonly text: string; readonly to: PageLink };

export interface PageLink {
  readonly kind: "rule" | "technique" | "table" | "field";
  /** The id of a rule, or the name. */
  readonly key: string;
}

export function isShown({ paragraphs, list, table, code }: PageSection): boolean {
  return (
    (paragraphs ?? []).some((text) => text !== "") ||
    (list ?? []).length > 0 ||
    (table?.rows ?? []).length > 0 ||
    (code ?? "").trim() !== ""
  );
}

export function cellText(cell: PageCell): string {
  return typeof cell === "string" ? cell : cell.text;
}
