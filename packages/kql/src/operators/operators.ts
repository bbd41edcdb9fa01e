import type { Plan } from "../plan/plan.js";
import type { SyntaxNode } from "../syntax/node.js";
import { asOperator, consumeOperator, getschemaOperator, renderOperator } from "./annotations.js";
import type { Context } from "./context.js";
import { countOperator, distinctOperator, sampleDistinctOperator } from "./distinct.js";
import { evaluateOperator } from "./evaluate.js";
import { findOperator } from "./find.js";
import type { Graph } from "./graph/graph.js";
import { makeGraphOperator } from "./graph/make-graph.js";
import { graphMarkComponentsOperator } from "./graph/mark-components.js";
import { graphMatchOperator } from "./graph/match.js";
import { graphShortestPathsOperator } from "./graph/shortest-paths.js";
import { graphToTableOperator } from "./graph/to-table.js";
import { invokeOperator } from "./invoke.js";
import { joinOperator, lookupOperator } from "./join.js";
import { makeSeriesOperator } from "./make-series.js";
import { mvApplyOperator } from "./mv-apply.js";
import { mvExpandOperator } from "./mv-expand.js";
import { parseOperator, parseWhereOperator } from "./parse.js";
import { parseKvOperator } from "./parse-kv.js";
import { partitionOperator } from "./partition.js";
import { printOperator, rangeOperator } from "./print.js";
import {
  extendOperator,
  projectAwayOperator,
  projectKeepOperator,
  projectOperator,
  projectRenameOperator,
  projectReorderOperator,
  serializeOperator,
} from "./project.js";
import { projectByNamesOperator } from "./project-by-names.js";
import { scanOperator } from "./scan.js";
import { searchOperator } from "./search.js";
import { sampleOperator, sortOperator, takeOperator, topOperator } from "./sort.js";
import { summarizeOperator } from "./summarize.js";
import { topHittersOperator } from "./top-hitters.js";
import { topNestedOperator } from "./top-nested.js";
import { unionOperator } from "./union.js";
import { whereOperator } from "./where.js";

/** A tabular operator of KQL: how its bound syntax becomes plan nodes over the input. */
export interface OperatorEntry {
  /** The name that users write. */
  readonly name: string;
  readonly about: string;
  readonly lower: (node: SyntaxNode, input: Plan, cx: Context) => Plan;
  /** Takes a graph instead of rows, and gives rows. */
  readonly ofGraph?: (node: SyntaxNode, graph: Graph, cx: Context) => Plan;
  /** Works inside `mv-apply` and `partition`, once for each group of rows. */
  readonly grouped?: true;
  readonly limit?: string;
}

/** Every operator that is translated, by its class in the language service. */
export const operators: Readonly<Record<string, OperatorEntry>> = {
  AsOperator: asOperator,
  ConsumeOperator: consumeOperator,
  CountOperator: countOperator,
  DistinctOperator: distinctOperator,
  EvaluateOperator: evaluateOperator,
  ExtendOperator: extendOperator,
  FindOperator: findOperator,
  FilterOperator: whereOperator,
  GetSchemaOperator: getschemaOperator,
  GraphMarkComponentsOperator: graphMarkComponentsOperator,
  GraphMatchOperator: graphMatchOperator,
  GraphShortestPathsOperator: graphShortestPathsOperator,
  GraphToTableOperator: graphToTableOperator,
  InvokeOperator: invokeOperator,
  JoinOperator: joinOperator,
  LookupOperator: lookupOperator,
  MakeGraphOperator: makeGraphOperator,
  MakeSeriesOperator: makeSeriesOperator,
  MvApplyOperator: mvApplyOperator,
  MvExpandOperator: mvExpandOperator,
  ParseKvOperator: parseKvOperator,
  ParseOperator: parseOperator,
  ParseWhereOperator: parseWhereOperator,
  PartitionOperator: partitionOperator,
  PrintOperator: printOperator,
  ProjectAwayOperator: projectAwayOperator,
  ProjectByNamesOperator: projectByNamesOperator,
  ProjectKeepOperator: projectKeepOperator,
  ProjectOperator: projectOperator,
  ProjectRenameOperator: projectRenameOperator,
  ProjectReorderOperator: projectReorderOperator,
  RangeOperator: rangeOperator,
  RenderOperator: renderOperator,
  SampleDistinctOperator: sampleDistinctOperator,
  SampleOperator: sampleOperator,
  ScanOperator: scanOperator,
  SearchOperator: searchOperator,
  SerializeOperator: serializeOperator,
  SortOperator: sortOperator,
  SummarizeOperator: summarizeOperator,
  TakeOperator: takeOperator,
  TopHittersOperator: topHittersOperator,
  TopNestedOperator: topNestedOperator,
  TopOperator: topOperator,
  UnionOperator: unionOperator,
};
