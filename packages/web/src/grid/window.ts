/** The tallest element that every browser lays out, in pixels. */
const tallest = 8_000_000;

/** Which part of a list of rows of one height is seen, beyond the height that browsers can scroll. */
export class RowWindow {
  readonly rowHeight: number;
  /** How far the first pixel that is seen is from the top of all rows. */
  #offset = 0;
  #count = 0;
  #view = 0;

  constructor(rowHeight: number) {
    this.rowHeight = rowHeight;
  }

  get offset(): number {
    return this.#offset;
  }

  /** The rows that are seen, whole or in part. */
  get range(): { readonly first: number; readonly end: number } {
    const first = Math.floor(this.#offset / this.rowHeight);
    return { first, end: Math.min(this.#count, first + Math.ceil(this.#view / this.rowHeight) + 1) };
  }

  /** The height of what scrolls, in pixels. */
  get height(): number {
    return Math.min(this.#total, tallest);
  }

  /** Where the scroll bar has to be. */
  get scrollTop(): number {
    return this.#offset / this.#scale;
  }

  /** How many rows are seen whole. */
  get page(): number {
    return Math.max(1, Math.floor(this.#view / this.rowHeight));
  }

  resize(count: number, view: number): void {
    this.#count = count;
    this.#view = view;
    this.moveTo(this.#offset);
  }

  moveTo(offset: number): void {
    this.#offset = Math.min(Math.max(0, offset), Math.max(0, this.#total - this.#view));
  }

  /** The scroll bar was moved there. */
  scrolled(scrollTop: number): void {
    // A scroll bar that stands where it was put by us has not moved: rounding must not shift the rows.
    if (Math.abs(scrollTop - this.scrollTop) >= 1) this.moveTo(scrollTop * this.#scale);
  }

  /** Moves as little as is needed to show a row whole. */
  reveal(row: number): void {
    const top = row * this.rowHeight;
    if (top < this.#offset) this.moveTo(top);
    else if (top + this.rowHeight > this.#offset + this.#view) this.moveTo(top + this.rowHeight - this.#view);
  }

  get #total(): number {
    return this.#count * this.rowHeight;
  }

  get #scale(): number {
    const room = this.height - this.#view;
    return room <= 0 ? 1 : (this.#total - this.#view) / room;
  }
}
