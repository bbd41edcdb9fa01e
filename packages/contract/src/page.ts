import Type, { type TSchema } from "typebox";

/** The most that one page of a list holds. */
export const mostOfPage = 500;

/** What every list takes: how many, and from where on. */
export const pageQuery = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: mostOfPage, default: 50 })),
  after: Type.Optional(Type.String({ maxLength: 500, description: "`next` of the page before." })),
};

/** One page of a list. `next` is absent where there is no further page. */
export function pageOf<Item extends TSchema>(item: Item) {
  return Type.Object({ items: Type.Array(item), next: Type.Optional(Type.String()) });
}
