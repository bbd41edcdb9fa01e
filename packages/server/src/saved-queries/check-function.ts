import type { FunctionSchema } from "@calypso/kql";
import type { OwnFunctions } from "../functions/own-functions.js";
import { errorOf } from "../search/query-error.js";
import { compileQuery } from "../search/run-query.js";
import { Failure } from "../store/failures.js";
import type { Store } from "../store/store.js";

/** Refuses a function that no query could call: by its name, its parameters or its body. */
export async function checkFunction(
  { store, ownFunctions }: { readonly store: Store; readonly ownFunctions: OwnFunctions },
  { name, parameters, body }: Pick<FunctionSchema, "name" | "parameters" | "body">,
): Promise<void> {
  const refused = (message: string, hint?: string) =>
    new Failure("saved-query-refused", message, hint === undefined ? {} : { hint });
  if (!/^[A-Za-z_]\w{0,127}$/.test(name)) {
    throw refused(`a function cannot be called ${name}`, "a name has letters, digits and _, and begins with no digit");
  }
  if (!parameters.startsWith("(") || !parameters.endsWith(")")) {
    throw refused("parameters stand in brackets", "such as (least: long = 2, name: string)");
  }
  const schema = store.schema();
  if (schema.table(name) !== undefined) throw refused(`there is a table ${name}`);
  const file = ownFunctions.fileOf(name);
  if (file !== undefined) {
    throw refused(`the file ${file} has a function ${name}, which counts`, "change that file, or choose another name");
  }
  // Declared in a query, it is bound as it would be when it is called.
  const compilation = await compileQuery(store, {
    text: `let ${name} = ${parameters} {\n${body}\n};\nprint 1`,
    now: 0n,
  });
  const error = errorOf(compilation);
  if (error === undefined) return;
  const place = error.line === undefined ? "" : ` (line ${error.line - 1}, column ${error.column ?? 1})`;
  throw refused(`the function is no KQL: ${error.message}${place}`, error.hint);
}
