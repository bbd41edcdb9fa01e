import type { State } from "../state/open-state.js";
import { Failure } from "../store/failures.js";
import { type Act, actOn } from "./incident-changes.js";

/** Something to be done about an incident. */
export interface IncidentTask {
  readonly id: string;
  readonly title: string;
  readonly description: string;
}

/** Adds a task to an incident. */
export async function addTask(state: State, incident: string, task: IncidentTask, act: Act): Promise<void> {
  const { id, title, description } = task;
  if (title.trim() === "") throw new Failure("incident-refused", "a task needs a title");
  await state.db.transaction().execute((db) =>
    actOn(db, incident, { kind: "task-added", detail: { task: id, title, description }, act }, async () => {
      await db
        .insertInto("incident_tasks")
        .values({ id, incident_id: incident, title, description, created_at: act.now, created_by: act.by })
        .execute();
    }),
  );
}

/** Says that a task is done, or that it is not after all. */
export async function markTask(state: State, incident: string, id: string, done: boolean, act: Act): Promise<void> {
  const kind = done ? "task-done" : "task-reopened";
  await state.db.transaction().execute((db) =>
    actOn(db, incident, { kind, detail: { task: id }, act }, async () => {
      const { numUpdatedRows } = await db
        .updateTable("incident_tasks")
        .set(done ? { done_at: act.now, done_by: act.by } : { done_at: null, done_by: null })
        .where("id", "=", id)
        .where("incident_id", "=", incident)
        .executeTakeFirst();
      if (numUpdatedRows === 0n) throw new Failure("incident-unknown", `the incident has no task ${id}`);
    }),
  );
}
