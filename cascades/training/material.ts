import { meanSimple } from 'simple-statistics';
import { type Block, rowBlock } from '../../lib/data/blocks/index.js';
import { type FidelityNames, fidelityNames } from '../../lib/features/define/index.js';
import {
  classRule,
  type Decision,
  decideAll,
  type ExitRule,
  intervalRule,
} from '../../lib/learn/exits/index.js';
import type { RowsOf } from '../holdout/index.js';
import { type BoundSpec, inWords, limitsOf } from '../losses/index.js';
import type { FailedStages, Problem, Run } from '../problem/index.js';
import type { PricedRequests } from '../scoring/index.js';
import type { Label, Target } from '../types/index.js';
import type { FitSettings, Targets } from './crossfit.js';
import type { FeatureBlocks } from './featureBlocks.js';
import type { CrossFittedModel, ScoredFullModel } from './fullModel.js';

/** What stage models are made from, the same in all of a search: development rows, targets, and the full model. */
export interface Material {
  readonly features: readonly string[];
  /** Those of the features, and after them those of their versions. */
  readonly names: readonly string[];
  /** One block a feature, and a version, over the development rows, by the features that are served. */
  readonly blocks: readonly Block[];
  /** The versions that stages may read. */
  readonly fidelities: FidelityNames;
  /** The development rows themselves, for models that read these, and their positions among the user's. */
  readonly rows: Block;
  readonly origin: Int32Array;
  readonly targets: Readonly<Partial<Record<Exclude<Target, 'full'>, Targets>>>;
  readonly full: Omit<ScoredFullModel, 'held'>;
  /** The rows that served models are fitted on. */
  readonly fit: RowsOf<'development', Int32Array>;
  /** Thresholds of a stage: one a class; for regression 1. */
  readonly width: number;
  readonly decision: Decision;
  /** The exit rule of stages, unless a better one is found. */
  readonly rule: ExitRule;
  /** The scale of a regression's errors. */
  readonly scale: number;
  readonly context: FitSettings;
  /** Scores of models that were trained elsewhere, by learner: over all rows, computed once for each that is scored. */
  readonly given: Map<string, Promise<Float64Array>>;
  readonly requests: PricedRequests | undefined;
  /** Where stages whose fit fails are left out. @defaultValue such a failure ends the search */
  readonly failed?: FailedStages | undefined;
}

export function materialOf<Row, L extends Label, Name extends string>(
  { options, problem, fits, tracker, failed }: Run<Row, L, Name>,
  { blocks, versions }: FeatureBlocks<Row>,
  full: CrossFittedModel,
  spec: BoundSpec,
): Material {
  const { split, width, decision, random, development } = problem;
  const { signal, requests } = tracker();
  const scale = scaleOf(spec, full.judged.full);
  return {
    features: options.features.names,
    names: fidelityNames(options.features.names, versions.names),
    blocks: [...blocks, ...versions.blocks],
    fidelities: versions.names,
    rows: rowBlock(development.rows.held ?? []),
    origin: development.rows.origin,
    targets: targetsOf(problem, full.scores),
    full,
    fit: split.fit,
    width,
    decision,
    rule: decision.kind === 'value' ? intervalRule(scale) : classRule(decision),
    scale,
    context: { seed: random.fork('fits').integer(2 ** 31), signal, fits },
    given: new Map(),
    requests,
    failed,
  };
}

/** The same, for fits of another purpose. */
export function fitting(material: Material, why: string): Material {
  return { ...material, context: { ...material.context, why } };
}

/** The targets of stages: the labels, and the full model's answers if every row to fit on has one. */
function targetsOf<Row, L extends Label>(
  { development, decision, width, split }: Problem<Row, L>,
  scores: Float64Array,
): Material['targets'] {
  const { labels, rows } = development;
  const { origin } = rows;
  const isComplete = split.fit.every((row) => !Number.isNaN(scores[row * width]));
  return {
    ...(labels && { labels: { truth: labels, width, origin } }),
    ...(isComplete && {
      answers: { truth: decideAll(decision, scores, width), soft: scores, width, origin },
    }),
  };
}

/**
 * The scale of a regression's errors: the loss's scale, or else the deviation of answers from their
 * mean.
 */
function scaleOf(spec: BoundSpec, answers: Float64Array): number {
  for (const { loss } of limitsOf(spec)) {
    const { scale } = inWords(loss);
    if (scale !== undefined) return scale;
  }
  const centre = meanSimple([...answers]);
  return meanSimple(Array.from(answers, (answer) => Math.abs(answer - centre))) || 1;
}
