/** A number of JSON as it is written. */
export class NumberText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** A value of JSON whose numbers have all their digits. */
export type Json = string | boolean | null | NumberText | readonly Json[] | { readonly [name: string]: Json };

/** Reads JSON without losing a digit; nothing where the text is none. */
export function readJson(text: string): { readonly value: Json } | undefined {
  try {
    return { value: JSON.parse(text, withDigits) };
  } catch {
    return undefined;
  }
}

function withDigits(_name: string, value: unknown, context?: { readonly source?: string }): unknown {
  return typeof value === "number" ? new NumberText(context?.source ?? String(value)) : value;
}

/** The members of an array of plain values; none where the text is another thing. */
export function readArray(text: string): readonly (string | number | boolean | null)[] {
  const value = readJson(text)?.value;
  if (!Array.isArray(value)) return [];
  return value.map((member: Json) => {
    if (member instanceof NumberText) return Number(member.text);
    return typeof member === "object" ? null : member;
  });
}
