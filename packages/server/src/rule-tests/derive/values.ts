import type { Condition, KqlType } from "@calypso/kql";

/** A value of a cell as a scenario writes it. */
export type CellValue = string | number | boolean | null | { readonly [key: string]: CellValue };

/** Values of a column for which a condition holds, and does not. */
export interface Choice {
  readonly yes: CellValue;
  readonly no: CellValue;
  /** How much it says of the value: of two conditions on a column the one that says more is followed. */
  readonly weight: number;
  /** The text is one of several that the value holds, with blanks between. */
  readonly part?: true;
}

/** The values to try for a condition on a column; undefined where its form does not tell them. Instants are seen from `now`. */
export function choiceFor(condition: Condition, type: KqlType, now: bigint): Choice | undefined {
  const { operator, through, column = "" } = condition;
  if (type === "datetime" && /^(?:[<>]=?|between)$/.test(operator)) return instantFor(condition, now);
  if (through === "ipv4_is_private") return privateAddress(condition);
  if (
    through !== undefined &&
    !/^(?:tolower|toupper|to(?:string|dynamic|int|long|real|double|bool|guid)|parse_json)$/.test(through)
  ) {
    return undefined;
  }
  const values = listed(condition);
  const [first] = values;
  const other = otherThan(values, usualValue(column, type), type);
  switch (operator) {
    case "==":
    case "=~":
    case "in":
    case "in~":
      return first === undefined ? undefined : { yes: shaped(first, type), no: other, weight: 5 };
    case "!=":
    case "!~":
    case "!in":
    case "!in~":
      return first === undefined ? undefined : { yes: other, no: shaped(first, type), weight: 1 };
    case "isnotempty":
    case "isnotnull":
      return { yes: usualValue(column, type), no: null, weight: 0 };
    case "isempty":
    case "isnull":
      return { yes: null, no: usualValue(column, type), weight: 5 };
    case "has_all":
      return { yes: values.join(" "), no: "other", weight: 3, part: true };
    default:
      return typeof first === "number" ? inOrder(operator, values) : ofText(operator, first);
  }
}

/** A value that a column of such a name may well have. */
export function usualValue(column: string, type: KqlType): CellValue {
  switch (type) {
    case "string":
      if (/ip$|ipaddr|address|sourceip|clientip/i.test(column)) return "198.51.100.1";
      if (/upn|principalname|userid|^user$|account|caller|identity/i.test(column)) return "user@contoso.example";
      return /computer|hostname|devicename|^host$/i.test(column) ? "host1.contoso.example" : "some";
    case "int":
    case "long":
    case "real":
    case "decimal":
      return 1;
    case "bool":
      return true;
    case "guid":
      return "11111111-1111-1111-1111-111111111111";
    case "timespan":
      return "00:00:01";
    case "datetime":
      return "-1m";
    case "dynamic":
      return "some";
    default:
      return type satisfies never;
  }
}

/** The constants of a condition; an array written as one counts by its elements. */
function listed({ values }: Condition): readonly (string | number | boolean)[] {
  return values.flatMap((value): readonly (string | number | boolean)[] => {
    if (value === null) return [];
    if (typeof value === "bigint") return [Number(value)];
    if (typeof value !== "string" || !value.startsWith("[")) return [value];
    try {
      const parsed: unknown = JSON.parse(value);
      return Array.isArray(parsed)
        ? parsed.filter((item) => typeof item === "string" || typeof item === "number")
        : [value];
    } catch {
      return [value];
    }
  });
}

function shaped(value: string | number | boolean, type: KqlType): CellValue {
  return type === "string" || type === "guid" ? String(value) : value;
}

function otherThan(values: readonly (string | number | boolean)[], usual: CellValue, type: KqlType): CellValue {
  if (type === "bool") return !values.includes(true);
  if (typeof usual === "number") return Math.max(0, ...values.map(Number).filter(Number.isFinite)) + 1;
  const taken = values.map((value) => String(value).toLowerCase());
  return typeof usual === "string" && taken.some((text) => usual.toLowerCase().includes(text)) ? "other" : usual;
}

/** Minutes from now, since a scenario has a clock of its own. */
function instantFor({ operator, through, values }: Condition, now: bigint): Choice | undefined {
  const [first] = values;
  if (typeof first !== "bigint" || through !== undefined) return undefined;
  const minutes = Number((first - now) / 600_000_000n);
  const at = (distance: number) => `${distance < 0 ? "-" : "+"}${Math.abs(distance)}m`;
  const [later, earlier] = [at(minutes + 1), at(minutes - 1)];
  return operator.startsWith("<") ? { yes: earlier, no: later, weight: 3 } : { yes: later, no: earlier, weight: 3 };
}

function privateAddress({ operator, values: [value] }: Condition): Choice | undefined {
  if (operator !== "==" || typeof value !== "boolean") return undefined;
  const [inside, outside] = ["10.1.2.3", "198.51.100.1"];
  return value ? { yes: inside, no: outside, weight: 3 } : { yes: outside, no: inside, weight: 3 };
}

function inOrder(operator: string, values: readonly (string | number | boolean)[]): Choice | undefined {
  const [low = 0, high = low] = values.map(Number);
  switch (operator) {
    case ">":
      return { yes: low + 1, no: low, weight: 3 };
    case ">=":
      return { yes: low, no: low - 1, weight: 3 };
    case "<":
      return { yes: low - 1, no: low, weight: 3 };
    case "<=":
      return { yes: low, no: low + 1, weight: 3 };
    case "between":
      return { yes: low, no: high + 1, weight: 3 };
    default:
      return undefined;
  }
}

function ofText(operator: string, first: string | number | boolean | undefined): Choice | undefined {
  if (typeof first !== "string") return undefined;
  const [, not, name] =
    /^(!?)(has|contains|startswith|endswith|hasprefix|hassuffix|has_any|has_any_ipv4|has_ipv4)(?:_cs)?$/.exec(
      operator,
    ) ?? [];
  if (name === undefined) return undefined;
  if (not === "!") return { yes: "other", no: first, weight: 1 };
  return { yes: first, no: "other", weight: name === "startswith" ? 4 : 3, part: true };
}
