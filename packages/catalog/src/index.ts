export { tacticNamed, tactics, techniqueNamed } from "./attack.js";
export { type Duration, printDuration, readDuration } from "./duration.js";
export { type EntityType, entityTypeNamed, entityTypes, identifierNamed } from "./entity-types.js";
export { type Problem, type ProblemCode, printProblem, problemCodes } from "./problem.js";
export { type ReadFunctions, readFunctions, type SavedFunction } from "./read-functions.js";
export { type ReadRules, type RuleFile, readRules } from "./read-rules.js";
export { readWatchlistDescription, type WatchlistDescription } from "./read-watchlist.js";
export {
  type AlertDetailsOverride,
  type CustomDetail,
  type DataConnector,
  type EntityMapping,
  type IncidentConfiguration,
  type PlainValue,
  type Rule,
  type RuleKind,
  type RuleSeverity,
  ruleKinds,
  ruleSeverities,
  type TriggerOperator,
} from "./rule.js";
export { placeInFile, type QueryOrigin, type RuleQuery } from "./rule-query.js";
