/** The scalar types of KQL. */
export const kqlTypes = [
  "bool",
  "int",
  "long",
  "real",
  "decimal",
  "string",
  "datetime",
  "timespan",
  "guid",
  "dynamic",
] as const;

export type KqlType = (typeof kqlTypes)[number];

/** A column as KQL sees it. */
export interface Column {
  readonly name: string;
  readonly type: KqlType;
}

/** The ClickHouse type that holds a KQL type where the value may be missing; a missing string or dynamic is `''`. */
export const clickHouseTypes: Readonly<Record<KqlType, string>> = {
  bool: "Nullable(Bool)",
  int: "Nullable(Int32)",
  long: "Nullable(Int64)",
  real: "Nullable(Float64)",
  decimal: "Nullable(Decimal(76, 18))",
  string: "String",
  datetime: "Nullable(DateTime64(7, 'UTC'))",
  timespan: "Nullable(Int64)",
  guid: "Nullable(UUID)",
  dynamic: "String",
};

/** The KQL type of a name such as `int64`, `double` or `date`, which declarations may use too. */
export function kqlTypeNamed(name: string): KqlType | undefined {
  const lower = name.toLowerCase();
  return (kqlTypes as readonly string[]).includes(lower) ? (lower as KqlType) : typeAliases[lower];
}

const typeAliases: Readonly<Record<string, KqlType>> = {
  boolean: "bool",
  int32: "int",
  int64: "long",
  double: "real",
  date: "datetime",
  time: "timespan",
  uuid: "guid",
  uniqueid: "guid",
  object: "dynamic",
};
