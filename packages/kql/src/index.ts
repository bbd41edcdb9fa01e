export {
  type Compilation,
  type CompileRequest,
  type Exclusion,
  type ExclusionOutcome,
  type ExternalSource,
  type Look,
  type Looked,
  mostToldValues,
  type PipelineStage,
  type Question,
  type Stage,
  type Step,
  type TracedEvent,
} from "./compilation.js";
export { compile } from "./compile.js";
export { compileAnswered } from "./compile-answered.js";
export { type DiagnosticCode, diagnosticCodes } from "./diagnostics/codes.js";
export { type Diagnostic, partOfQuery, placeOf, printDiagnostic, type Severity } from "./diagnostics/diagnostic.js";
export type {
  Dissection,
  LetBinding,
  Output,
  Predicate,
  PredicateValue,
  Stage as QueryStage,
} from "./dissect/dissection.js";
export { engineSettings } from "./engine-settings.js";
export type { Logic, LogicCall, LogicField, LogicOperand } from "./facts/logic.js";
export type { Condition, LateCondition, Origin, QueryFacts, TableRead, Threshold } from "./facts/query-facts.js";
export type { TableCondition } from "./facts/table-conditions.js";
export { type Chain, type Corner, linesOf, polygonsOf } from "./functions/geo/rings.js";
export { shapeOf as shapeOfWellKnownText } from "./functions/geo/well-known-text.js";
export { unsettledRows } from "./functions/settled.js";
export { storedPropertySql } from "./functions/stored-properties.js";
export type { Constant } from "./functions/value.js";
export { constantOf } from "./operators/literals.js";
export { nearest, suggested } from "./operators/nearest.js";
export type { Location } from "./plan/expression.js";
export type { Transform, TransformOption } from "./plan/transform.js";
export { isEmptyGiven, isEmptyWithoutRows, type Probe, probesOf } from "./probe.js";
export type { QueryEmptiness } from "./query-emptiness.js";
export {
  type FunctionSchema,
  type StoredProperty,
  type TableSchema,
  type WatchlistSchema,
  type WorkspaceSchema,
  workspaceSchema,
} from "./schema/schema.js";
export { type Column, clickHouseTypes, type KqlType, kqlTypeNamed, kqlTypes } from "./schema/types.js";
export { type Place, placeAt, type Source, type Span } from "./source/source.js";
export { type LanguageSupport, languageSupport, type Support } from "./support.js";
