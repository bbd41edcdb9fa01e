import {
  type KyselyPlugin,
  OperationNodeTransformer,
  type PrimitiveValueListNode,
  type QueryId,
  type ValueNode,
} from "kysely";

/** A text as PostgreSQL can hold it: texts from logs may hold a null character, which it refuses. */
function storableText(text: string): string {
  return text.replaceAll("\0", "\uFFFD");
}

/** Texts as a JSON array for a column of type `jsonb`, which refuses null characters and half characters even as escapes. */
export function storableJson(texts: readonly string[]): string {
  return JSON.stringify(texts.map((text) => storableText(Buffer.from(text).toString())));
}

class StorableValues extends OperationNodeTransformer {
  protected override transformValue(node: ValueNode, id?: QueryId): ValueNode {
    const { value } = node;
    return super.transformValue(typeof value === "string" ? { ...node, value: storableText(value) } : node, id);
  }

  protected override transformPrimitiveValueList(node: PrimitiveValueListNode, id?: QueryId): PrimitiveValueListNode {
    const values = node.values.map((value) => (typeof value === "string" ? storableText(value) : value));
    return super.transformPrimitiveValueList({ ...node, values }, id);
  }
}

const values = new StorableValues();

/** Makes every text that a statement takes along one that PostgreSQL can hold, so that no text from logs fails it. */
export const storableTexts: KyselyPlugin = {
  transformQuery: ({ node, queryId }) => values.transformNode(node, queryId),
  transformResult: async ({ result }) => result,
};
