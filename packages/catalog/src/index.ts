export { tacticNamed, tactics, techniqueNamed } from "./attack.js";
export { type ColumnUse, columnUses, placeholdersOf, placeOfKey } from "./column-uses.js";
export { type Duration, printDuration, readDuration } from "./duration.js";
export { type EntityType, entityTypeNamed, entityTypes, identifierNamed } from "./entity-types.js";
export { covers, exceptionState, type RuleException, usualLifetime } from "./exception.js";
export { quoted } from "./field-condition.js";
export {
  type AttackFacts,
  type AttackTechnique,
  type Check,
  hasDocument,
  isAutomatic,
  type LintQuery,
  type LintReferences,
  type LintSeverity,
  type LintSubject,
  type RenamedNames,
} from "./lint/check.js";
export { checkFamilies, checks } from "./lint/checks.js";
export { type Heeded, heedIgnores, ignoreChecks } from "./lint/ignores.js";
export { type LintFinding, lintRule } from "./lint/lint-rule.js";
export {
  type NoticeEvent,
  type NoticeField,
  type NotificationChannel,
  type NotificationRoute,
  noticeEvents,
  noticeFields,
} from "./notification-route.js";
export { type Problem, type ProblemCode, printProblem, problemCodes } from "./problem.js";
export { isExceptionsFile, type ReadExceptions, readExceptions } from "./read-exceptions.js";
export { type ReadFunctions, readFunctions, type SavedFunction } from "./read-functions.js";
export {
  type FalsePositive,
  type Hypothesis,
  isGuidanceFile,
  type ReadGuidance,
  type RuleGuidance,
  readGuidance,
} from "./read-guidance.js";
export { type Environment, type ReadNotifications, readNotifications } from "./read-notifications.js";
export { isOverridesFile, overridden, type ReadOverrides, type RuleOverride, readOverrides } from "./read-overrides.js";
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
export { type ReadScenarios, readScenarios } from "./scenarios/read-scenarios.js";
export type {
  ExpectedAlert,
  Scenario,
  ScenarioCell,
  ScenarioEvents,
  ScenarioFile,
  ScenarioRow,
  ScenarioWatchlist,
} from "./scenarios/scenario.js";
export { readTime } from "./scenarios/scenario-times.js";
export { isTriggered } from "./trigger.js";
