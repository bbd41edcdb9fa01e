import type { Expression, Location } from "../../plan/expression.js";
import { internalName } from "../../plan/internal.js";
import { columnsOf, type JoinColumn, type Named, type Plan } from "../../plan/plan.js";
import type { SyntaxNode } from "../../syntax/node.js";
import { type Context, freshName, nothing, report } from "../context.js";
import type { PluginEntry } from "../evaluate.js";
import { boundColumns, everyColumn, over } from "../rows.js";
import { call, convert, lowerScalar, outside } from "../scalar.js";
import { lowerTable, share, visibleColumns } from "../table.js";
import { pluginArguments } from "./arguments.js";
import { partsAt } from "./parts.js";

/** How addresses of one kind are compared. */
interface AddressKind {
  /** The address or network as one value, without the bits after its prefix. */
  readonly network: (text: Expression, location: Location) => Expression;
  /** The length of a network's prefix. */
  readonly prefix: (text: Expression, location: Location) => Expression;
  /** An address without the bits after a prefix length. */
  readonly masked: (text: Expression, prefix: Expression, location: Location) => Expression;
}

const ipv4: AddressKind = {
  network: (text, location) => call("parse_ipv4", [text], "long", location),
  prefix: (text, location) => call("ipv4_netmask_suffix", [text], "long", location),
  masked: (text, prefix, location) => call("parse_ipv4_mask", [text, prefix], "long", location),
};

const ipv6: AddressKind = {
  network: (text, location) => call("parse_ipv6", [text], "string", location),
  prefix: (text, location) => {
    const written = call("extract", [string("/([0-9]+)$"), long(1n), text], "string", location);
    const isIpv4 = call("isnotnull", [call("parse_ipv4", [text], "long", location)], "bool", location);
    const either = (yes: bigint, no: bigint) => call("iff", [isIpv4, long(yes), long(no)], "long", location);
    const own = call("coalesce", [call("tolong", [written], "long", location), either(32n, 128n)], "long", location);
    return call("+", [own, either(96n, 0n)], "long", location);
  },
  masked: (text, prefix, location) => call("parse_ipv6_mask", [text, prefix], "string", location),
};

const about = "Joins rows to those of a table of networks that their address is in, one row for each such network";

export const ipv4LookupPlugin: PluginEntry = {
  name: "ipv4_lookup",
  about: `${about}.`,
  lower: (written, node, input, cx) => lookup(written, node, input, ipv4, cx),
};

export const ipv6LookupPlugin: PluginEntry = {
  name: "ipv6_lookup",
  about: `${about}; IPv4 addresses count as IPv6 ones.`,
  lower: (written, node, input, cx) => lookup(written, node, input, ipv6, cx),
};

function lookup(written: SyntaxNode, node: SyntaxNode, input: Plan, kind: AddressKind, cx: Context): Plan {
  const { location } = node;
  const { placed, named } = pluginArguments(written);
  const last = placed.at(-1);
  const flag = named.get("return_unmatched") ?? (last?.type === "bool" ? last : undefined);
  const [table, source, network, ...rest] = placed.filter((part) => part !== flag);
  const unmatched = flag === undefined ? undefined : lowerScalar(flag, outside(cx));
  if (table === undefined || source === undefined || network === undefined || (flag && unmatched?.kind !== "literal")) {
    report(
      cx,
      location,
      "bad-argument",
      "the plugin takes a table, an address, a network, and whether unmatched rows stay",
    );
    return nothing();
  }
  const right = share("networks", lowerTable(table, outside(cx)), cx);
  const extra = new Set(rest.map(({ name }) => name));
  const [id, address, length, net, size] = ["id", "address", "length", "net", "size"].map((hint) =>
    freshName(cx, hint),
  );
  if (!id || !address || !length || !net || !size) return nothing();
  const left = share("rows", { kind: "numbered", input, name: id }, cx);
  const text = (expression: Expression) => convert(expression, "string", location);
  const networkText = text(lowerScalar(network, over(right, cx)));
  const networks = filled(
    right,
    [
      { name: net, expression: kind.network(networkText, location) },
      { name: size, expression: kind.prefix(networkText, location) },
    ],
    net,
    location,
  );
  const addressText = text(lowerScalar(source, over(left, cx)));
  const bits = freshName(cx, "bits");
  const addresses = filled(left, [{ name: address, expression: addressText }], address, location);
  const own = call("#element-long", [{ kind: "column", name: length, type: "dynamic" }], "long", location);
  const { compare, settled } = partsAt(location);
  const expanded: Plan = {
    kind: "expand",
    input: {
      kind: "project",
      input: addresses,
      columns: [
        ...everyColumn(addresses),
        { name: bits, expression: kind.prefix(column(address, "string"), location) },
      ],
    },
    items: [{ name: length, expression: sizesOf(networks, size, location), bagsAsArrays: false }],
    keepEmpty: false,
  };
  // What is no address at all has no bits, and is in no network.
  const wide = call(
    "or",
    [call("isnull", [column(bits, "long")], "bool", location), compare("<=", own, column(bits, "long"))],
    "bool",
    location,
  );
  const tried: Plan = {
    kind: "filter",
    input: expanded,
    condition: settled(
      written.child("Name")?.name ?? "evaluate",
      wide,
      "an address has a prefix shorter than that of a network, and whether it is in it is not documented; take it apart into addresses",
    ),
  };
  const on = [
    { left: own, right: column(size, "long") },
    {
      left: kind.masked(column(address, "string"), own, location),
      right: column(net, kind === ipv4 ? "long" : "string"),
    },
    ...rest.flatMap(({ name, location: place }) => {
      const [a, b] = [named_(left, name), named_(right, name)];
      if (a !== undefined && b !== undefined && a.type === b.type && a.type !== "dynamic")
        return [{ left: a, right: b }];
      report(cx, place, "bad-argument", `the key \`${name}\` has to be a column of one type in both tables`);
      return [];
    }),
  ];
  const given = visibleColumns(right).filter(({ name }) => !extra.has(name));
  const copies = new Map(given.map(({ name }) => [name, freshName(cx, "c")]));
  const matches: Plan = {
    kind: "join",
    join: "inner",
    left: tried,
    right: networks,
    on,
    columns: [
      { name: id, side: "left", source: id, type: "long" },
      { name: size, side: "right", source: size, type: "long" },
      ...given.map(
        ({ name, type }): JoinColumn => ({ name: copies.get(name) ?? name, side: "right", source: name, type }),
      ),
    ],
  };
  const names = boundColumns(node).map(({ name }) => name);
  const outer = visibleColumns(input);
  const columns: readonly JoinColumn[] = [
    ...outer.map(
      ({ name, type }, index): JoinColumn => ({ name: names[index] ?? name, side: "left", source: name, type }),
    ),
    ...given.map(
      ({ name, type }, index): JoinColumn => ({
        name: names[outer.length + index] ?? name,
        side: "right",
        source: copies.get(name) ?? name,
        type,
      }),
    ),
  ];
  const keepsAll = unmatched?.kind === "literal" && unmatched.value === true;
  const key = column(id, "long");
  return {
    kind: "join",
    join: keepsAll ? "leftouter" : "inner",
    left,
    right: matches,
    on: [{ left: key, right: key }],
    columns,
  };
}

/** The rows with added columns, without those where the first of them is missing. */
function filled(input: Plan, added: readonly Named[], name: string, location: Location): Plan {
  const type = added[0]?.expression.type ?? "string";
  return {
    kind: "filter",
    input: { kind: "project", input, columns: [...everyColumn(input), ...added] },
    condition: call("isnotempty", [{ kind: "column", name, type }], "bool", location),
  };
}

/** The lengths of prefixes that there are, as one array. */
function sizesOf(networks: Plan, size: string, location: Location): Expression {
  const plan: Plan = {
    kind: "aggregate",
    input: networks,
    keys: [],
    aggregates: [
      {
        name: internalName("sizes"),
        function: "make_set",
        args: [column(size, "long")],
        column: 0,
        type: "dynamic",
        location,
      },
    ],
  };
  return { kind: "scalar-query", plan, column: { name: internalName("sizes"), type: "dynamic" }, type: "dynamic" };
}

function named_(plan: Plan, name: string): Expression | undefined {
  const found = columnsOf(plan).find((other) => other.name === name);
  return found === undefined ? undefined : { kind: "column", ...found };
}

function column(name: string, type: "long" | "string"): Expression {
  return { kind: "column", name, type };
}

function long(value: bigint): Expression {
  return { kind: "literal", type: "long", value };
}

function string(value: string): Expression {
  return { kind: "literal", type: "string", value };
}
