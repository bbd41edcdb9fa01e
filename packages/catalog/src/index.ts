export {
  type AttackFacts,
  type AttackTactic,
  type AttackTechnique,
  isSubTechnique,
  techniqueOf,
} from "./coverage/attack-facts.js";
export { attackFromStix } from "./coverage/attack-from-stix.js";
export { type CurrentClaims, currentClaims, currentTactics, currentTechnique } from "./coverage/current-claims.js";
export { type DataTable, dettectDataSources, dettectTechniques } from "./coverage/dettect.js";
export { type Gap, gapsBefore, type ProfileCoverage, profileCoverage } from "./coverage/gaps.js";
export {
  type CoverageMatrix,
  type CoverageStep,
  type CoveredShare,
  coverageMatrix,
  coverageSteps,
  furthestStep,
  isAtLeast,
  type PurposeCoverage,
  type RuleCoverage,
  type StepCounts,
  type StepFinding,
  type TacticCoverage,
  type TechniqueCoverage,
} from "./coverage/matrix.js";
export { navigatorLayer, stepColours } from "./coverage/navigator.js";
export { readAttack } from "./coverage/read-attack.js";
export { stepTitles } from "./coverage/step-titles.js";
export { readStixBundle, type StixBundle } from "./coverage/stix.js";
export { type ReadThreatProfile, readThreatProfile, type ThreatProfile } from "./coverage/threat-profile.js";
export type { Condition, FieldName, Test, TestOperator, TestValue, TextSpan, Unread } from "./detections/condition.js";
export { testOperators } from "./detections/condition.js";
export {
  type AttackClaims,
  type Detection,
  type DetectionDissection,
  type DetectionOutput,
  type DetectionPredicate,
  type DetectionStage,
  type DetectionThreshold,
  type EventRead,
  type Platform,
  platforms,
  type RuleLanguage,
  ruleLanguages,
  rulePurposes,
} from "./detections/detection.js";
export { type DetectionTest, fieldOf, isAboutTime, testsIn, testsOf, testText } from "./detections/detection-tests.js";
export { type DetectionDifference, differenceOf, type StageDifference } from "./detections/difference.js";
export { summaryOf } from "./detections/summary.js";
export { commonPlatform, platformOf } from "./languages/guess-platform.js";
export { computedTestsOf } from "./languages/kql/computed-tests.js";
export { dissectKql } from "./languages/kql/dissect-kql.js";
export type { FilesBeside, PlatformReader, ReadDetections } from "./languages/language.js";
export { platformReaders, readerOf } from "./languages/readers.js";
export { type RuleSurroundings, readRunnableRules } from "./languages/runnable-rules.js";
export {
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
export type { Atom, Clause } from "./relations/clause.js";
export { type Relation, type RelationKind, relate, relationKinds, sameAction } from "./relations/relate.js";
export {
  type Action,
  indicatorKey,
  type ReadShape,
  type RuleShape,
  type ShapeIndicator,
  shapeOf,
} from "./relations/shape.js";
export { RelationIndex, type Sibling } from "./relations/siblings.js";
export { tacticNamed, tactics, techniqueNamed } from "./rules/attack.js";
export { type ColumnUse, columnUses, placeholdersOf, placeOfKey } from "./rules/column-uses.js";
export { type Duration, printDuration, readDuration } from "./rules/duration.js";
export { type EntityType, entityTypeNamed, entityTypes, identifierNamed } from "./rules/entity-types.js";
export { covers, exceptionState, type RuleException, usualLifetime } from "./rules/exception.js";
export { quoted } from "./rules/field-condition.js";
export { type Problem, type ProblemCode, printProblem, problemCodes } from "./rules/problem.js";
export { type ReadRules, type RuleFile, readRules } from "./rules/read-rules.js";
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
} from "./rules/rule.js";
export { placeInFile, type QueryOrigin, type RuleQuery } from "./rules/rule-query.js";
export { isTriggered } from "./rules/trigger.js";
export { withId } from "./rules/with-id.js";
export { ruleYaml } from "./rules/write-rule.js";
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
export { changeEntry, type EntryValue, entryValues } from "./settings/change-entry.js";
export { fileStem } from "./settings/file-stem.js";
export {
  type NoticeEvent,
  type NoticeField,
  type NotificationChannel,
  type NotificationRoute,
  noticeEvents,
  noticeFields,
} from "./settings/notification-route.js";
export { isExceptionsFile, type ReadExceptions, readExceptions } from "./settings/read-exceptions.js";
export { type ReadFunctions, readFunctions, type SavedFunction } from "./settings/read-functions.js";
export {
  type FalsePositive,
  type Hypothesis,
  isGuidanceFile,
  type ReadGuidance,
  type RuleGuidance,
  readGuidance,
} from "./settings/read-guidance.js";
export { type Environment, type ReadNotifications, readNotifications } from "./settings/read-notifications.js";
export {
  isOverridesFile,
  overridden,
  type ReadOverrides,
  type RuleOverride,
  readOverrides,
} from "./settings/read-overrides.js";
export { readWatchlistDescription, type WatchlistDescription } from "./settings/read-watchlist.js";
export { eventsFor, fieldFor, meaningFor, type NameMeaning } from "./vocabulary/lookup.js";
export { type ReadVocabulary, readVocabulary, type TableColumns } from "./vocabulary/read-vocabulary.js";
export type {
  EventEntity,
  EventField,
  EventKind,
  EventSource,
  MadeName,
  OtherName,
  ValueMeaning,
  Vocabulary,
} from "./vocabulary/vocabulary.js";
