/** A value as the API gives it. */
export type Cell = string | number | boolean | null;

/** A column of a result, with its KQL type. */
export interface GridColumn {
  readonly name: string;
  readonly type: string;
}

/** A result, column by column; it grows while rows come. */
export class ResultRows {
  readonly columns: readonly GridColumn[];
  readonly #cells: readonly Cell[][];
  #count = 0;

  constructor(columns: readonly GridColumn[]) {
    this.columns = columns;
    this.#cells = columns.map(() => []);
  }

  get count(): number {
    return this.#count;
  }

  /** Adds rows, each with a cell for every column. */
  add(rows: readonly (readonly Cell[])[]): void {
    for (const [index, cells] of this.#cells.entries()) for (const row of rows) cells.push(row[index] ?? null);
    this.#count += rows.length;
  }

  cell(row: number, column: number): Cell {
    return this.#cells[column]?.[row] ?? null;
  }

  /** All cells of a column, by their rows. */
  column(column: number): readonly Cell[] {
    return this.#cells[column] ?? [];
  }
}
