import type { Store } from "../../store/store.js";

const isAssignment = "JSONHas(line, 'principalId')";
const guid = "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$";

/** Why an object is neither an assignment of a role nor a role with its members, as SQL over its JSON in `line`. */
export const roleReason =
  `multiIf(${isAssignment} AND NOT match(JSONExtractString(line, 'principalId'), '${guid}'), 'expected a GUID in principalId',` +
  ` ${isAssignment} AND JSONExtractString(line, 'roleDefinition', 'displayName') = '', 'expected the name of the role: export with $expand=principal,roleDefinition',` +
  ` NOT ${isAssignment} AND JSONExtractString(line, 'displayName') = '', 'expected the displayName of a role',` +
  ` NOT ${isAssignment} AND JSONType(line, 'members') != 'Array', 'expected the members of the role: export with $expand=members', '')`;

/** Makes the table of the users that have built-in roles: `id` in small letters, what is said of them, and `roles` as JSON. */
export async function fillRoles(store: Store, rows: string, target: string): Promise<void> {
  const one = "JSONExtractRaw(line, 'principal')";
  const assigned =
    `SELECT JSONExtractString(line, 'principalId') AS id, ${one} AS who, JSONExtractString(line, 'roleDefinition', 'displayName') AS role` +
    ` FROM ${rows} WHERE ${isAssignment} AND JSONExtractRaw(line, 'roleDefinition', 'isBuiltIn') != 'false'`;
  const members =
    "SELECT JSONExtractString(who, 'id') AS id, who, role FROM (SELECT arrayJoin(JSONExtractArrayRaw(line, 'members')) AS who," +
    ` JSONExtractString(line, 'displayName') AS role FROM ${rows} WHERE NOT ${isAssignment})`;
  await store.command(`DROP TABLE IF EXISTS ${target} SYNC`);
  await store.command(
    `CREATE TABLE ${target} (id String, name String, upn String, roles String) ENGINE = MergeTree ORDER BY id`,
  );
  await store.command(
    `INSERT INTO ${target} SELECT lower(id) AS key, max(JSONExtractString(who, 'displayName')),` +
      " max(JSONExtractString(who, 'userPrincipalName')), toJSONString(arraySort(groupUniqArray(role)))" +
      ` FROM (${assigned} UNION ALL ${members}) WHERE match(id, '${guid}')` +
      " AND JSONExtractString(who, '@odata.type') IN ('', '#microsoft.graph.user') GROUP BY key",
  );
}
