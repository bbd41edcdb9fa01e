/**
 * The cells of a row: the elements of a JSON array as they are written. Nothing is parsed, so that a number in a dynamic value
 * keeps all its digits.
 */
export function cellsOf(row: string): readonly string[] {
  const cells: string[] = [];
  let depth = 0;
  let start = 1;
  for (let index = 0; index < row.length; index += 1) {
    const character = row[index];
    if (character === '"') index = endOfString(row, index);
    else if (character === "[" || character === "{") depth += 1;
    else if (character === "]" || character === "}") depth -= 1;
    else if (character === "," && depth === 1) {
      cells.push(row.slice(start, index).trim());
      start = index + 1;
    }
  }
  const last = row.slice(start, row.lastIndexOf("]")).trim();
  return last === "" && cells.length === 0 ? [] : [...cells, last];
}

/** A cell as plain text: a string without quotes, null as nothing, any other value as its JSON. */
export function plainCell(cell: string): string {
  if (cell === "null") return "";
  return cell.startsWith('"') ? String(JSON.parse(cell)) : cell;
}

function endOfString(text: string, start: number): number {
  let index = start + 1;
  while (index < text.length && text[index] !== '"') index += text[index] === "\\" ? 2 : 1;
  return index;
}
