import type { State } from "../state/open-state.js";
import { Failure } from "../store/failures.js";

/** Who keeps a view. */
export interface ViewUser {
  readonly id: string;
  readonly name: string;
  /** Whether they may change what others have shared. */
  readonly isAdmin: boolean;
}

/** A way to look at a list. */
export interface View {
  readonly id: string;
  readonly page: string;
  readonly name: string;
  /** The query of the page's address. */
  readonly address: string;
  readonly owner: string;
  readonly shared: boolean;
  /** Whether the user who asks may change it. */
  readonly mine: boolean;
}

/** The views of a page that a user sees: their own and those that are shared, by name. */
export async function viewsOf(state: State, page: string, user: ViewUser): Promise<readonly View[]> {
  const rows = await state.db
    .selectFrom("saved_views")
    .selectAll()
    .where("page", "=", page)
    .where((where) => where.or([where("owner_id", "=", user.id), where("shared", "=", true)]))
    .orderBy("name")
    .orderBy("id")
    .execute();
  return rows.map(({ id, name, address, owner_id, owner_name, shared }) => ({
    ...{ id, page, name, address, owner: owner_name, shared },
    mine: owner_id === user.id || user.isAdmin,
  }));
}

/** Keeps a view; one of the same user, page and name is replaced. */
export async function saveView(
  state: State,
  view: Pick<View, "id" | "page" | "name" | "address" | "shared">,
  user: ViewUser,
  now: Date,
): Promise<void> {
  const { page, shared } = view;
  const name = view.name.trim();
  if (name === "") throw new Failure("incident-refused", "a view needs a name");
  const address = new URLSearchParams(view.address).toString();
  await state.db.transaction().execute(async (db) => {
    await db
      .deleteFrom("saved_views")
      .where("owner_id", "=", user.id)
      .where("page", "=", page)
      .where("name", "=", name)
      .execute();
    await db
      .insertInto("saved_views")
      .values({ id: view.id, page, name, address, shared, owner_id: user.id, owner_name: user.name, created_at: now })
      .execute();
  });
}

/** Removes a view of the user; admins remove those of others too. */
export async function removeView(state: State, id: string, user: ViewUser): Promise<void> {
  const { numDeletedRows } = await state.db
    .deleteFrom("saved_views")
    .where("id", "=", id)
    .$if(!user.isAdmin, (query) => query.where("owner_id", "=", user.id))
    .executeTakeFirst();
  if (numDeletedRows === 0n) throw new Failure("incident-unknown", `you have no view ${id}`);
}
