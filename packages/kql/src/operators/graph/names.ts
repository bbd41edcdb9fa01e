/** The names of columns that a pattern's parts become, which no text of KQL can spell. */

/** The key of a pattern's node. */
export function keyName(node: number): string {
  return `#n${node}`;
}

export function propertyName(node: number, property: string): string {
  return `#n${node}.${property}`;
}

/** The number of the edge that a pattern's edge is. */
export function edgeName(edge: number): string {
  return `#e${edge}`;
}

export function edgeColumnName(edge: number, column: string): string {
  return `#e${edge}.${column}`;
}

/** A column of a way of several edges. */
export function wayName(edge: number, column: string): string {
  return `#w${edge}.${column}`;
}

/** What part of the pattern a column belongs to: `n0`, `e1`, `w2`. */
export function ownerOf(column: string): string | undefined {
  return /^#([new]\d+)/.exec(column)?.[1];
}
