/** A text as a literal of KQL. Whatever it holds, the query around it stays as it is: quotes, backslashes, controls and line ends are escaped. */
export function kqlText(text: string): string {
  const escaped = text.replace(/[\\"]/g, "\\$&").replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
  return `"${escaped}"`;
}

/** The name of a table or column as KQL takes it. */
export function kqlName(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? name : `[${kqlText(name)}]`;
}

/** An instant as a literal. */
export function kqlTime(time: Date): string {
  return `datetime(${time.toISOString()})`;
}
