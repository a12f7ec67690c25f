import { sum } from 'simple-statistics';
import { isNested, type StageSpec } from '../../cascades/internal.js';
import type { TopKCut } from '../cuts/index.js';
import { type TopKQuestion, wouldPass } from '../problem/index.js';
import type { StageOutput } from '../types.js';
import { type CutCandidate, cutFor } from './cutCandidates.js';
import type { QueryCosts } from './queryCosts.js';
import { type Aligned, metricValue, replay, type ScoredStage } from './replay.js';
import type { JudgedQuery } from './scoreTable.js';

/** A subset of the features with a model on it that may become a stage, and how candidates may be cut by its scores. */
export interface RankStage extends ScoredStage, StageSpec {
  readonly output: StageOutput;
  readonly cutCandidates: readonly CutCandidate[];
}

/**
 * Nested stages, each with a kind of cut and its width relative to the others: the logarithm of a
 * factor.
 */
export interface RankChain {
  readonly stages: readonly RankStage[];
  readonly cutCandidates: readonly CutCandidate[];
  readonly widths: readonly number[];
}

/**
 * Whether a stage may follow another: it reads more features, or outputs scores of the same
 * features after a margin.
 */
export function goesOn(inner: RankStage, outer: RankStage): boolean {
  if (isNested(inner, outer)) return true;
  const isSame =
    inner.features.length === outer.features.length &&
    inner.features.every((name) => outer.features.includes(name));
  return isSame && inner.output === 'margin' && outer.output === 'scores';
}

/** Queries that chains are compared on. */
export interface Trial {
  readonly queries: readonly JudgedQuery[];
  /** Each query's position among those of the heads and held-out cuts. */
  readonly places: readonly number[];
  readonly question: TopKQuestion;
  /** The number of queries for the certificate. */
  readonly tests: number;
  readonly costs: QueryCosts;
  readonly signal: AbortSignal | undefined;
  /** Scores that were picked for other chains. */
  readonly aligned: Aligned;
}

/** How a chain does on the queries. */
export interface TrialOutcome {
  /** Mean cost of a candidate. */
  readonly cost: number;
  /** The metric of each query. */
  readonly values: Float64Array;
  /** Share of all candidates that reach each stage, the full model last. */
  readonly reach: readonly number[];
}

/** @param log how much wider all cuts are: 0 as wide as half of the queries need, upwards more conservative */
export function outcomeAt(chain: RankChain, log: number, trial: Trial): TrialOutcome {
  trial.signal?.throwIfAborted();
  const { stages, cutCandidates, widths } = chain;
  const reached = new Float64Array(stages.length + 1);
  const values = new Float64Array(trial.queries.length);
  trial.queries.forEach((query, i) => {
    const place = trial.places[i];
    const cuts = cutCandidates.map((candidate, s) => cutFor(candidate, place, log + widths[s]));
    const { reached: counts, left } = replay(stages, cuts, query, place, trial.aligned);
    for (let s = 0; s < counts.length; s++) reached[s] += counts[s];
    values[i] = metricValue(trial.question.metric, query, left);
  });
  const reach = Array.from(reached, (count) => count / reached[0]);
  return { values, reach, cost: sum(trial.costs.stages(stages, reach)) };
}

/** The cuts that are served for a width. */
export function cutsAt({ cutCandidates, widths }: RankChain, log: number): TopKCut[] {
  return cutCandidates.map(({ served }, s) =>
    cutFor({ kind: served.kind, served, held: [] }, 0, log + widths[s]),
  );
}

/** The widths that are looked at. */
export const CONSERVATIVE = 8;
export const AGGRESSIVE = -6;
const STEP = 0.7;
const HALVINGS = 4;

/**
 * The most aggressive width that is expected to pass, and its cost of a candidate; `Infinity` if
 * none costs less than `limit`.
 */
export function mostAggressiveWidth(
  chain: RankChain,
  trial: Trial,
  limit: number,
  start = 0,
): { readonly log: number; readonly cost: number } {
  const at = (log: number) => {
    const { values, cost } = outcomeAt(chain, log, trial);
    return { log, cost, passes: wouldPass(values, trial.question, trial.tests) };
  };
  let next = at(start);
  // From there step by step, until one side passes and the other doesn't.
  const way = next.passes ? -1 : 1;
  let [passed, failed] = [next, next];
  while (next.passes === way < 0) {
    if (next.passes) passed = next;
    else {
      failed = next;
      if (next.cost >= limit) return { log: next.log, cost: Number.POSITIVE_INFINITY };
    }
    const log = next.log + way * STEP;
    if (log > CONSERVATIVE) return { log, cost: Number.POSITIVE_INFINITY };
    if (log < AGGRESSIVE) return passed;
    next = at(log);
  }
  if (next.passes) passed = next;
  else failed = next;
  for (let halving = 0; halving < HALVINGS; halving++) {
    const middle = at((passed.log + failed.log) / 2);
    if (middle.passes) passed = middle;
    else if (middle.cost >= limit) return { log: middle.log, cost: Number.POSITIVE_INFINITY };
    else failed = middle;
  }
  return passed.cost < limit ? passed : { log: passed.log, cost: Number.POSITIVE_INFINITY };
}
