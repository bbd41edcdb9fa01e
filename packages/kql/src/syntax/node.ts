import type { Location } from "../plan/expression.js";
import { type KqlType, kqlTypeNamed } from "../schema/types.js";
import type { Source, Span } from "../source/source.js";
import { discoveryKey } from "./discovered.js";
import { className, items, kustoLanguage } from "./kusto.js";
import { textOfNode } from "./node-text.js";

/** What a name or call refers to. */
export interface NodeSymbol {
  readonly kind: "column" | "table" | "function" | "variable" | "parameter" | "operator" | "pattern" | "other";
  readonly name: string;
}

/** A parameter of a function's signature. */
export interface SignatureParameter {
  readonly name: string;
  /** The one primitive type it takes, or how loose it is. */
  readonly type: KqlType | "string-or-dynamic" | "any";
  /** The type that a value takes here whose column does not exist; absent where any would do. */
  readonly missing?: KqlType;
}

/** A piece of bound KQL: what it is, where it stands, and what the binder knows of it. */
export interface SyntaxNode {
  /** The class in the language service: `PipeExpression`, `FilterOperator`, `NameReference`. */
  readonly kind: string;
  readonly location: Location;
  readonly text: string;
  /** A part by its name in the language service; undefined where it is left out. */
  child(name: string): SyntaxNode | undefined;
  /** The items of a part that is a list. */
  list(name: string): readonly SyntaxNode[];
  /** The text of a part that is a token. */
  token(name: string): string | undefined;
  /** Scalar type; `unknown` where the binder cannot tell, `error` where the text makes no sense. */
  readonly type: KqlType | "unknown" | "error" | undefined;
  /** Columns, where this is tabular. `unknown` types are kept apart by the name of the type. */
  readonly columns: readonly BoundColumn[] | undefined;
  /** Whether this is a graph, as `make-graph` gives. */
  readonly isGraph: boolean;
  /** The number of values, where a call gives several at once (`array_sort_asc(a, b)`). */
  readonly width: number;
  /** The types of those values. */
  readonly widthTypes: readonly (KqlType | "unknown")[];
  /** The tabular result may have more columns than are listed. */
  readonly isOpen: boolean;
  readonly symbol: NodeSymbol | undefined;
  /** The operator's name in the language service (`Equal`, `NotHas`), for unary and binary expressions. */
  readonly operator: string | undefined;
  /** The name, for names and references. */
  readonly name: string;
  /** The text of a literal without its wrapping: `2020-01-01` of `datetime(2020-01-01)`; the value of a string. */
  readonly literal: string;
  /** The value of a string that is known before the query runs. */
  readonly constantString: string | undefined;
  /** Whether the called function has a form with so many arguments; the binder does not say so of columns that do not exist. */
  readonly takesSoMany: boolean;
  /** Parameters of the called function, one for each argument. */
  readonly parameters: readonly SignatureParameter[];
  /** What the called function puts before the name of its argument to name a column: `strlen` of `strlen_x`. */
  readonly resultPrefix: string | undefined;
  /** The present name of a called function that has another one now. */
  readonly replacedBy: string | undefined;
  /** The body of a called user function, bound for this call. */
  readonly calledBody: SyntaxNode | undefined;
  /** The body of a called saved function, bound for this call, as a part of the text that `saved` gives. */
  calledBodyIn(saved: Source): SyntaxNode | undefined;
  /** What is wrong with that body at this call. */
  readonly calledDiagnostics: readonly BinderDiagnostic[];
  /** Of the name of a plugin whose columns follow from the data: the key under which `Discovered` has them. */
  readonly discovery: string | undefined;
  /** The nodes that this one is made of, in order; lists are given by their items. */
  readonly parts: readonly SyntaxNode[];
  /** All nodes of a kind in this subtree. */
  descendants(kind: string): readonly SyntaxNode[];
}

/** What the language service says is wrong. */
export interface BinderDiagnostic {
  readonly code: `KS${number}`;
  readonly severity: "error" | "warning";
  readonly message: string;
  readonly span: Span;
  /** Of a value of another type than expected: its type. */
  readonly type?: KqlType | "unknown" | "error";
}

export interface BoundColumn {
  readonly name: string;
  readonly type: KqlType | "unknown";
}

/** A typed view of a node of the language service; the source begins `shift` characters into the text that was bound. */
export function syntaxNode(node: any, source: Source, shift = 0): SyntaxNode {
  return new View(node, source, shift);
}

class View implements SyntaxNode {
  private readonly node: any;
  private readonly source: Source;
  private readonly shift: number;
  readonly kind: string;

  constructor(node: any, source: Source, shift = 0) {
    this.node = node;
    this.source = source;
    this.shift = shift;
    this.kind = className(node);
  }

  get location(): Location {
    const { start, end } = spanOf(this.node);
    return { source: this.source, span: { start: start - this.shift, end: end - this.shift } };
  }

  get text(): string {
    return textOfNode(this.node);
  }

  child(name: string): SyntaxNode | undefined {
    const part = this.node[name];
    return part === null || part === undefined || part.IsMissing ? undefined : this.part(part);
  }

  private part(node: any): SyntaxNode {
    return new View(node, this.source, this.shift);
  }

  list(name: string): readonly SyntaxNode[] {
    const list = this.node[name];
    if (list === null || list === undefined) return [];
    const result: SyntaxNode[] = [];
    for (let index = 0; index < list.Count; index++) {
      const item = list.getItem(index);
      result.push(this.part(className(item) === "SeparatedElement" ? item.Element$1 : item));
    }
    return result;
  }

  token(name: string): string | undefined {
    const token = this.node[name];
    return token === null || token === undefined ? undefined : token.Text;
  }

  get type(): SyntaxNode["type"] {
    const type = this.node.ResultType;
    // The binder leaves literals in declarations alone; their kind says their type.
    if (type === null || type === undefined) return literalType(this.node.Kind);
    return scalarType(type.Name);
  }

  get columns(): readonly BoundColumn[] | undefined {
    const type = this.node.ResultType;
    if (type === null || type === undefined || className(type) !== "TableSymbol") return undefined;
    return items(type.Columns).map((column) => {
      const bound = scalarType(column.Type.Name);
      return { name: column.Name, type: bound === "error" ? "unknown" : bound };
    });
  }

  get isGraph(): boolean {
    const type = this.node.ResultType;
    return type !== null && type !== undefined && className(type) === "GraphSymbol";
  }

  get width(): number {
    return Math.max(1, this.widthTypes.length);
  }

  get widthTypes(): readonly (KqlType | "unknown")[] {
    const type = this.node.ResultType;
    if (type === null || type === undefined || className(type) !== "TupleSymbol") return [];
    return items(type.Columns).map((column) => {
      const bound = scalarType(column.Type.Name);
      return bound === "error" ? "unknown" : bound;
    });
  }

  get isOpen(): boolean {
    return Boolean(this.node.ResultType?.IsOpen);
  }

  get symbol(): NodeSymbol | undefined {
    const symbol = this.node.ReferencedSymbol;
    if (symbol === null || symbol === undefined) return undefined;
    return { kind: symbolKinds[className(symbol)] ?? "other", name: symbol.Name };
  }

  get operator(): string | undefined {
    const symbol = this.node.ReferencedSymbol;
    return symbol !== null && symbol !== undefined && className(symbol) === "OperatorSymbol" ? symbol.Name : undefined;
  }

  get name(): string {
    return this.node.SimpleName ?? this.node.Name?.SimpleName ?? this.text;
  }

  get literal(): string {
    if (this.kind === "DynamicExpression") return this.node.Expression.toString();
    if (this.kind === "CompoundStringLiteralExpression") return String(this.node.LiteralValue);
    return this.node.Token?.ValueText ?? this.text;
  }

  get constantString(): string | undefined {
    const constant = this.node.ConstantValue;
    return this.node.IsConstant && typeof constant === "string" ? constant : undefined;
  }

  get parameters(): readonly SignatureParameter[] {
    if (this.node.ArgumentList === undefined) return [];
    const list = this.node.ArgumentList.Expressions;
    const args: any[] = [];
    for (let index = 0; index < list.Count; index++) args.push(list.getItem(index).Element$1);
    const found = signatureParameters(this.node.ReferencedSignature ?? undefined, args);
    if (found.length > 0) return found;
    // Columns that do not exist have no type by which the binder could tell what each is for: it is told by the places.
    const declared = items(this.possibleSignature(args.length)?.Parameters);
    return args.flatMap((_, index) => {
      const parameter = declared[Math.min(index, declared.length - 1)];
      return parameter === undefined ? [] : [{ ...parameterOf(parameter), type: "any" as const }];
    });
  }

  get takesSoMany(): boolean {
    const known = items(this.node.ReferencedSymbol?.Signatures).length > 0 && this.node.ArgumentList !== undefined;
    return !known || this.possibleSignature(this.node.ArgumentList.Expressions.Count) !== undefined;
  }

  private possibleSignature(count: number): any {
    return items(this.node.ReferencedSymbol?.Signatures).find(
      ({ MinArgumentCount: least, MaxArgumentCount: most }) => count >= least && count <= most,
    );
  }

  get resultPrefix(): string | undefined {
    const kinds = (globalThis as any).Kusto.Language.Symbols.ResultNameKind;
    const symbol = this.node.ReferencedSymbol;
    const named = [kinds.NameAndFirstArgument, kinds.PrefixAndFirstArgument].includes(symbol?.ResultNameKind);
    return named ? (symbol.ResultNamePrefix ?? symbol.Name) : undefined;
  }

  get replacedBy(): string | undefined {
    const symbol = this.node.ReferencedSymbol;
    return symbol?.IsObsolete && typeof symbol.Alternative === "string" ? symbol.Alternative : undefined;
  }

  get calledBody(): SyntaxNode | undefined {
    const body = this.node.GetCalledFunctionBody();
    return body === null || body === undefined ? undefined : this.part(body);
  }

  calledBodyIn(saved: Source): SyntaxNode | undefined {
    const body = this.node.GetCalledFunctionBody();
    return body === null || body === undefined ? undefined : new View(body, saved, savedBodyStart.length);
  }

  get calledDiagnostics(): readonly BinderDiagnostic[] {
    const body = this.node.GetCalledFunctionBody();
    return items(this.node.GetCalledFunctionDiagnostics()).map((found) => {
      const { span, ...rest } = binderDiagnostic(found, body);
      const [start, end] = [span.start - savedBodyStart.length, span.end - savedBodyStart.length];
      return { ...rest, span: { start: Math.max(0, start), end: Math.max(1, end) } };
    });
  }

  get discovery(): string | undefined {
    return discoveryKey(this.node);
  }

  get parts(): readonly SyntaxNode[] {
    return elementsOf(this.node).map((element) => this.part(element));
  }

  descendants(kind: string): readonly SyntaxNode[] {
    const found: SyntaxNode[] = [];
    this.node.WalkNodes((node: any) => {
      if (className(node) === kind) found.push(this.part(node));
    });
    return found;
  }
}

/** The nodes below a node: tokens are left out, and lists and the commas in them are seen through. */
function elementsOf(node: any): any[] {
  const found: any[] = [];
  for (let index = 0; index < node.ChildCount; index++) {
    const child = node.GetChild(index);
    if (child === null || child === undefined || child.IsMissing) continue;
    const name = className(child);
    if (/^(?:SyntaxList|SeparatedElement)/.test(name)) found.push(...elementsOf(child));
    else if (!name.startsWith("SyntaxToken")) found.push(child);
  }
  return found;
}

/** What stands before the body of a saved function in the text that the binder is given. */
export const savedBodyStart = "{ ";

/** A diagnostic of the language service as plain data; `root` is the tree that it is about. */
export function binderDiagnostic(from: any, root: any): BinderDiagnostic {
  return {
    code: from.Code,
    severity: from.Severity === "Error" ? "error" : "warning",
    message: from.Message,
    span: { start: from.Start, end: from.Start + Math.max(1, from.Length) },
    ...(/^KS(107|234)$/.test(from.Code) ? { type: typeAt(root, from) } : {}),
  };
}

/** The type of the value that a diagnostic is about. */
function typeAt(root: any, { Start, Length }: any): KqlType | "unknown" | "error" {
  let name = "unknown";
  root?.WalkNodes((node: any) => {
    const type = node.TextStart === Start && node.Width === Length ? node.ResultType?.Name : undefined;
    if (typeof type === "string") name = type;
  });
  return scalarType(name);
}

/** Where a node stands in the text that the user wrote, also inside a function's body bound for one call. */
function spanOf(node: any): Span {
  const start: number = node.GetPositionInOriginalTree(node.TextStart);
  return { start: start >= 0 ? start : node.TextStart, end: (start >= 0 ? start : node.TextStart) + node.Width };
}

function scalarType(name: string): KqlType | "unknown" | "error" {
  if (name === "error") return "error";
  return name.startsWith("dynamic") ? "dynamic" : (kqlTypeNamed(name) ?? "unknown");
}

function literalType(kind: number): KqlType | undefined {
  const { SyntaxKind } = kustoLanguage().Syntax;
  const [name] = Object.entries(SyntaxKind).find(([, value]) => value === kind) ?? [];
  const written = /^(\w+)LiteralExpression$/.exec(name ?? "")?.[1];
  return written === undefined ? undefined : kqlTypeNamed(written === "Boolean" ? "bool" : written);
}

function toList(array: any[]): any {
  const kusto = (globalThis as any).Kusto.Language;
  const list = new ((globalThis as any).System.Collections.Generic.List$1(kusto.Syntax.Expression).ctor)();
  for (const item of array) list.add(item);
  return list;
}

/** The parameter that each argument is for, as far as the binder can tell. */
function signatureParameters(signature: any, args: any[]): readonly SignatureParameter[] {
  if (signature === undefined) return [];
  const kusto = (globalThis as any).Kusto.Language;
  const parameters = new ((globalThis as any).System.Collections.Generic.List$1(kusto.Symbols.Parameter).ctor)();
  signature.GetArgumentParameters(toList(args), parameters);
  return items(parameters).map(parameterOf);
}

function parameterOf(parameter: any): SignatureParameter {
  const missing = missingType(parameter);
  return { name: parameter.Name, type: parameterType(parameter), ...(missing === undefined ? {} : { missing }) };
}

/** The type that a parameter of several types gives to a value that has none. */
function missingType(parameter: any): KqlType | undefined {
  const kinds = (globalThis as any).Kusto.Language.Symbols.ParameterTypeKind;
  switch (parameter.TypeKind) {
    case kinds.Declared: {
      const type = scalarType(items(parameter.DeclaredTypes)[0]?.Name ?? "");
      return type === "unknown" || type === "error" ? undefined : type;
    }
    case kinds.Integer:
    case kinds.IntegerOrArray:
      return "long";
    case kinds.Number:
    case kinds.RealOrDecimal:
    case kinds.NumberOrBool:
      return "real";
    case kinds.DynamicArray:
    case kinds.DynamicBag:
      return "dynamic";
    default:
      return undefined;
  }
}

function parameterType(parameter: any): SignatureParameter["type"] {
  const kinds = (globalThis as any).Kusto.Language.Symbols.ParameterTypeKind;
  if (parameter.TypeKind === kinds.StringOrDynamic) return "string-or-dynamic";
  if (parameter.TypeKind !== kinds.Declared) return "any";
  const types = items(parameter.DeclaredTypes);
  const only = types.length === 1 ? scalarType(types[0].Name) : "unknown";
  return only === "unknown" || only === "error" ? "any" : only;
}

const symbolKinds: Readonly<Record<string, NodeSymbol["kind"]>> = {
  ColumnSymbol: "column",
  TableSymbol: "table",
  FunctionSymbol: "function",
  VariableSymbol: "variable",
  ParameterSymbol: "parameter",
  OperatorSymbol: "operator",
  PatternSymbol: "pattern",
};
