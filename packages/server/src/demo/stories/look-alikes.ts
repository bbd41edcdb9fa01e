import type { Stage, StoryEvent } from "./story.js";

/** Something harmless that takes several steps and looks like an attack, which no rule may raise an alert for. */
export interface LookAlike {
  readonly id: string;
  play(stage: Stage): readonly StoryEvent[];
}

/** What everyday traffic, row by row, does not bring about. */
export const lookAlikes: readonly LookAlike[] = [];
