import type { Zone } from "../text/times.ts";
import { cellText } from "./cell-text.ts";
import { tsvOf } from "./delimited.ts";
import { alignment, groupText, headingOf, make, widthOf } from "./elements.ts";
import type { GroupedRows } from "./groups.ts";
import type { Shown, Sorting } from "./order.ts";
import type { ResultRows } from "./rows.ts";
import { RowWindow } from "./window.ts";

/** What the grid tells of. */
export interface GridEvents {
  /** A heading was chosen. */
  readonly sort: (column: number) => void;
  /** A row of the result was opened. */
  readonly open: (row: number) => void;
  /** A group was opened or closed. */
  readonly toggle?: (group: number, isOpen: boolean) => void;
  /** The menu of a column is wanted below its heading, which has none where this is absent; with the row of the result that is active, where one is. */
  readonly menu?: (column: number, heading: HTMLElement, row: number | undefined) => void;
  /** A text is to be copied; what it is, for people. */
  readonly copy: (text: string, what: string) => void;
}

/** What the grid shows. */
export interface GridState {
  readonly rows: ResultRows;
  /** Which rows, in which order. */
  readonly shown: Shown;
  /** The same rows in groups; each look at `lines` is a new list where something was opened or closed. */
  readonly groups?: GroupedRows | undefined;
  /** Which columns, by their number. */
  readonly columns: readonly number[];
  readonly sorting: Sorting | undefined;
  /** The columns whose cells have to meet conditions. */
  readonly narrowed?: ReadonlySet<number>;
  readonly zone: Zone;
}

const rowHeight = 26;

/** A table of any number of rows that draws those that are seen. It writes text nodes only: what logs hold is never interpreted. */
export class Grid {
  readonly element = make("div", "grid", { role: "grid", tabindex: "0", "aria-label": "Results" });
  readonly #events: GridEvents;
  readonly #head = make("div", "grid-head", { role: "rowgroup" });
  readonly #space = make("div", "grid-space", { role: "presentation" });
  readonly #body = make("div", "grid-body", { role: "rowgroup" });
  readonly #window = new RowWindow(rowHeight);
  readonly #observer = new ResizeObserver(() => this.#draw());
  #lines: HTMLElement[] = [];
  #state: GridState | undefined;
  #widths = "";
  #measured = 0;
  /** The active cell; row -1 is the headings. */
  #row = 0;
  #column = 0;
  #frame = 0;

  constructor(events: GridEvents) {
    this.#events = events;
    this.#space.append(this.#body);
    this.element.append(this.#head, this.#space);
    this.element.addEventListener("scroll", () => {
      this.#window.scrolled(this.element.scrollTop);
      this.#later();
    });
    this.element.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    this.element.addEventListener("keydown", (event) => this.#key(event));
    this.element.addEventListener("click", (event) => this.#click(event, false));
    this.element.addEventListener("dblclick", (event) => this.#click(event, true));
    this.#observer.observe(this.element);
  }

  /** Shows another state, or more rows of the same. */
  show(state: GridState): void {
    const before = this.#state;
    this.#state = state;
    this.element.setAttribute("role", state.groups === undefined ? "grid" : "treegrid");
    if (before?.rows !== state.rows) {
      this.#window.moveTo(0);
      this.element.scrollTop = 0;
      this.element.scrollLeft = 0;
      [this.#row, this.#column, this.#measured] = [0, 0, 0];
    }
    const sample = Math.min(state.rows.count, 200);
    if (before?.columns !== state.columns || before.zone !== state.zone || this.#measured !== sample) {
      this.#measured = sample;
      this.#widths = state.columns.map((column) => `${widthOf(state.rows, state.zone, column, sample)}ch`).join(" ");
      this.#lines = [];
      this.#body.replaceChildren();
    }
    this.#drawHead();
    this.#later();
  }

  dispose(): void {
    this.#observer.disconnect();
    cancelAnimationFrame(this.#frame);
  }

  /** The number of rows that are shown. */
  get #count(): number {
    const { groups, shown, rows } = this.#state ?? {};
    return groups?.lines.length ?? shown?.length ?? rows?.count ?? 0;
  }

  /** The row of a line, or `-1 - group` where the line is a group's. */
  #lineAt(position: number): number {
    const { groups, shown } = this.#state ?? {};
    return (groups === undefined ? shown : groups.lines)?.[position] ?? position;
  }

  /** The row of the active line; nothing where it is none of a row. */
  get #activeRow(): number | undefined {
    const line = this.#row < 0 || this.#row >= this.#count ? -1 : this.#lineAt(this.#row);
    return line < 0 ? undefined : line;
  }

  /** The group of the active line; nothing where it is none of a group. */
  get #activeGroup(): number | undefined {
    const line = this.#row < 0 || this.#row >= this.#count ? 0 : this.#lineAt(this.#row);
    return line < 0 ? -1 - line : undefined;
  }

  #later(): void {
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => this.#draw());
  }

  #drawHead(): void {
    const state = this.#state;
    if (state === undefined) return;
    const line = make("div", "grid-row", { role: "row", "aria-rowindex": "1" });
    line.style.gridTemplateColumns = this.#widths;
    for (const [index, number] of state.columns.entries()) {
      const column = state.rows.columns[number];
      const way = state.sorting?.column === number ? (state.sorting.descending ? "descending" : "ascending") : "none";
      const menu = this.#events.menu === undefined ? undefined : { isNarrowed: state.narrowed?.has(number) === true };
      line.append(headingOf(column, index, way, menu));
    }
    this.#head.replaceChildren(line);
    this.element.setAttribute("aria-colcount", String(state.columns.length));
  }

  #draw(): void {
    this.#frame = 0;
    const state = this.#state;
    if (state === undefined) return;
    this.#window.resize(this.#count, this.element.clientHeight - this.#head.offsetHeight);
    this.element.setAttribute("aria-rowcount", String(this.#count + 1));
    this.#space.style.height = `${this.#window.height}px`;
    if (Math.abs(this.element.scrollTop - this.#window.scrollTop) >= 1) this.element.scrollTop = this.#window.scrollTop;
    const { first, end } = this.#window.range;
    while (this.#lines.length < end - first) this.#addLine(state);
    this.#body.style.top = `${this.#head.offsetHeight}px`;
    this.#body.style.transform = `translateY(${first * rowHeight - this.#window.offset}px)`;
    for (const [index, line] of this.#lines.entries()) this.#fill(line, first + index, first + index < end, state);
    this.#markActive();
  }

  #addLine(state: GridState): void {
    const line = make("div", "grid-row", { role: "row" });
    line.style.gridTemplateColumns = this.#widths;
    for (const [index, number] of state.columns.entries()) {
      const cell = make("div", `grid-cell ${alignment(state.rows.columns[number])}`, {
        ...{ role: "gridcell", "aria-colindex": String(index + 1) },
      });
      cell.append(document.createTextNode(""));
      line.append(cell);
    }
    this.#lines.push(line);
    this.#body.append(line);
  }

  #fill(line: HTMLElement, position: number, used: boolean, state: GridState): void {
    line.hidden = !used;
    if (!used) return;
    const row = this.#lineAt(position);
    line.dataset["position"] = String(position);
    line.setAttribute("aria-rowindex", String(position + 2));
    line.classList.toggle("even", position % 2 === 0);
    line.classList.toggle("group", row < 0);
    if (state.groups !== undefined) line.setAttribute("aria-level", String(state.groups.depth + 1));
    else line.removeAttribute("aria-level");
    line.removeAttribute("aria-expanded");
    if (row < 0) {
      this.#fillGroup(line, position, -1 - row, state);
      return;
    }
    line.querySelector(".grid-group")?.remove();
    for (const [index, number] of state.columns.entries()) {
      const cell = line.children[index];
      if (!(cell instanceof HTMLElement)) continue;
      const type = state.rows.columns[number]?.type ?? "string";
      const value = state.rows.cell(row, number);
      const text = cellText(value, type, state.zone);
      if (cell.firstChild !== null && cell.firstChild.nodeValue !== text) cell.firstChild.nodeValue = text;
      cell.id = `grid-${position}-${index}`;
      cell.classList.toggle("absent", value === null);
      if (type === "datetime" && value !== null) cell.title = String(value);
    }
  }

  #fillGroup(line: HTMLElement, position: number, number: number, { groups, rows, columns, zone }: GridState): void {
    const group = groups?.group(number);
    if (group === undefined) return;
    const cell =
      line.querySelector<HTMLElement>(".grid-group") ??
      line.appendChild(make("div", "grid-cell grid-group", { role: "gridcell", "aria-colindex": "1" }));
    line.setAttribute("aria-level", String(group.level + 1));
    line.setAttribute("aria-expanded", String(group.isOpen));
    for (const other of line.children) {
      other.removeAttribute("id");
      if (other.firstChild !== null) other.firstChild.nodeValue = "";
    }
    cell.id = `grid-${position}-group`;
    cell.setAttribute("aria-colspan", String(columns.length));
    cell.style.paddingLeft = `${1 + 2 * group.level}ch`;
    cell.textContent = groupText(group, rows, zone);
  }

  #markActive(): void {
    for (const cell of this.element.querySelectorAll(".active")) cell.classList.remove("active");
    const column = this.#activeGroup === undefined ? this.#column : "group";
    const id = this.#row < 0 ? `grid-head-${column}` : `grid-${this.#row}-${column}`;
    const cell = this.element.querySelector(`#${id}`);
    cell?.classList.add("active");
    if (cell === null) this.element.removeAttribute("aria-activedescendant");
    else this.element.setAttribute("aria-activedescendant", id);
  }

  /** Where the scroll bar moves by more than the rows, a wheel must not leap over them. */
  #wheel(event: WheelEvent): void {
    if (event.deltaY === 0 || event.ctrlKey || event.shiftKey) return;
    const before = this.#window.offset;
    this.#window.moveTo(before + event.deltaY * (event.deltaMode === WheelEvent.DOM_DELTA_LINE ? rowHeight : 1));
    if (this.#window.offset === before) return;
    event.preventDefault();
    if (event.deltaX !== 0) this.element.scrollLeft += event.deltaX;
    this.#later();
  }

  #key(event: KeyboardEvent): void {
    const state = this.#state;
    if (state === undefined) return;
    if (event.altKey) {
      if (event.key !== "ArrowDown") return;
      event.preventDefault();
      this.menu();
      return;
    }
    const [last, columns] = [this.#count - 1, state.columns.length - 1];
    const whole = event.ctrlKey || event.metaKey;
    const moves: Readonly<Record<string, readonly [number, number]>> = {
      ArrowDown: [Math.min(this.#row + 1, last), this.#column],
      ArrowUp: [Math.max(this.#row - 1, -1), this.#column],
      ArrowRight: [this.#row, Math.min(this.#column + 1, columns)],
      ArrowLeft: [this.#row, Math.max(this.#column - 1, 0)],
      PageDown: [Math.min(this.#row + this.#window.page, last), this.#column],
      PageUp: [Math.max(this.#row - this.#window.page, 0), this.#column],
      Home: whole ? [0, 0] : [this.#row, 0],
      End: whole ? [last, columns] : [this.#row, columns],
    };
    const move = moves[event.key];
    if (this.#arrowOnTree(event.key)) event.preventDefault();
    else if (move !== undefined) this.#moveTo(...move);
    else if (event.key === "Enter") this.#choose();
    else if (whole && event.key.toLowerCase() === "c" && getSelection()?.isCollapsed !== false)
      this.#copy(event.shiftKey);
    else return;
    event.preventDefault();
  }

  /** On a group the arrows to the sides open and close it; from a row at the left edge they lead to its group. */
  #arrowOnTree(key: string): boolean {
    const groups = this.#state?.groups;
    if (groups === undefined || (key !== "ArrowLeft" && key !== "ArrowRight") || this.#row < 0) return false;
    const own = this.#activeGroup;
    const isOpen = own !== undefined && groups.group(own).isOpen;
    if (own !== undefined && isOpen === (key === "ArrowLeft")) {
      this.#events.toggle?.(own, !isOpen);
      return true;
    }
    if (key === "ArrowRight") return own !== undefined;
    if (own === undefined && this.#column > 0) return false;
    const level = own === undefined ? groups.depth : groups.group(own).level;
    for (let at = this.#row - 1; at >= 0; at--) {
      const line = groups.lines[at] ?? 0;
      if (line >= 0 || groups.group(-1 - line).level >= level) continue;
      this.#moveTo(at, this.#column);
      break;
    }
    return true;
  }

  /** Opens the menu of a column, by its place among those that are shown. */
  menu(column = this.#column): void {
    const number = this.#state?.columns[column];
    const heading = this.#head.querySelector<HTMLElement>(`#grid-head-${column}`);
    if (number === undefined || heading === null) return;
    heading.scrollIntoView({ block: "nearest", inline: "nearest" });
    this.#events.menu?.(number, heading, this.#activeRow);
  }

  #moveTo(row: number, column: number): void {
    [this.#row, this.#column] = [row, column];
    if (row >= 0) this.#window.reveal(row);
    this.#draw();
    const cell = this.element.querySelector<HTMLElement>(".active");
    cell?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  #choose(): void {
    const [number, row, group] = [this.#state?.columns[this.#column], this.#activeRow, this.#activeGroup];
    if (group !== undefined) this.#events.toggle?.(group, this.#state?.groups?.group(group).isOpen !== true);
    else if (row !== undefined) this.#events.open(row);
    else if (this.#row < 0 && number !== undefined) this.#events.sort(number);
  }

  #copy(whole: boolean): void {
    const [state, group, row] = [this.#state, this.#activeGroup, this.#activeRow];
    if (state === undefined) return;
    if (group !== undefined)
      this.#events.copy(String(state.groups?.group(group).value ?? ""), "the value of the group");
    else if (row === undefined) return;
    else if (whole) {
      const columns = state.columns.flatMap((number) => state.rows.columns[number] ?? []);
      this.#events.copy(tsvOf(columns, [state.columns.map((number) => state.rows.cell(row, number))]), "the row");
    } else {
      const cell = state.rows.cell(row, state.columns[this.#column] ?? 0);
      this.#events.copy(cell === null ? "" : String(cell), "the cell");
    }
  }

  #click(event: MouseEvent, twice: boolean): void {
    const cell = event.target instanceof Element ? event.target.closest<HTMLElement>(".grid-cell") : null;
    if (cell === null) return;
    const column = Number(cell.getAttribute("aria-colindex")) - 1;
    if (event.target instanceof Element && event.target.matches(".grid-menu")) {
      if (!twice) this.menu(column);
      return;
    }
    const position = cell.parentElement?.dataset["position"];
    [this.#row, this.#column] = [position === undefined ? -1 : Number(position), column];
    this.#markActive();
    if (twice === (this.#activeRow !== undefined)) this.#choose();
  }
}
