import { type Column, type StoredProperty, storedPropertySql } from "@calypso/kql";
import { quoteName, quoteText } from "./quoting.js";

/** A property of a column in a column of its own, as it is stored. */
export interface OwnProperty extends StoredProperty {
  /** The property has few different values. */
  readonly fewValues?: boolean;
}

/** Properties by their names, such as `TargetResources/0/displayName`. */
export interface PropertyForms {
  readonly fewValues?: readonly string[];
  readonly manyValues?: readonly string[];
}

/** The properties of columns that the table has; others mean nothing. */
export function ownProperties(columns: readonly Column[], forms: PropertyForms): readonly OwnProperty[] {
  const names = new Set(columns.filter(({ type }) => holdsJson(type)).map(({ name }) => name));
  const properties = [
    ...(forms.fewValues ?? []).map((name) => ({ ...property(name), fewValues: true })),
    ...(forms.manyValues ?? []).map(property),
  ];
  return properties.filter(({ column }) => names.has(column));
}

/** The declaration of the column that holds a property; the engine fills it from the property's column. */
export function propertyDeclaration(own: OwnProperty, columns: readonly Column[]): string {
  const column = columns.find(({ name }) => name === own.column);
  if (column === undefined) throw new Error(`no column ${own.column} for its property`);
  const type = own.fewValues ? "LowCardinality(String)" : "String";
  const marks = [mark, ...(own.fewValues ? ["few"] : [])].join(" ");
  return (
    `${quoteName(own.stored)} ${type} MATERIALIZED ${storedPropertySql(column, own.path)}` +
    ` COMMENT ${quoteText(marks)}`
  );
}

/** The property that a column holds, by its name and comment; undefined for columns of any other kind. */
export function storedProperty(name: string, comment: string): OwnProperty | undefined {
  const words = comment.split(" ");
  if (words[0] !== mark) return undefined;
  return { ...property(name), ...(words.includes("few") ? { fewValues: true } : {}) };
}

/**
 * The first word of such a column's comment. Its number says what the column holds: where `storedPropertySql` comes to give
 * another text for a property, a new number leaves the columns of older tables unread.
 */
const mark = "property-1";

function property(stored: string): OwnProperty {
  const [column = "", ...path] = stored.split("/");
  return { column, path: path.map((step) => (/^\d+$/.test(step) ? Number(step) : step)), stored };
}

function holdsJson(type: Column["type"]): boolean {
  return type === "dynamic" || type === "string";
}
