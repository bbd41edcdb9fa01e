import type { Random } from "../random.js";
import type { DemoTable } from "../tables.js";
import type { World } from "../world.js";

/** The everyday traffic of one table. */
export interface Traffic {
  readonly table: DemoTable;
  /** Part of all everyday events that is this table's; the parts add up to 1. */
  readonly share: number;
  /** How much of it follows the working hours; the rest is the same day and night. */
  readonly byPeople: number;
  /** Starts a stream of rows; a call gives the text of one event, which is at times more than one line. */
  open(world: World, random: Random): (time: number, hour: number) => string;
}
