import { sum } from 'simple-statistics';
import { type Label, Ranker } from 'spillway';
import { random } from '../../lib/stats/index.js';
import {
  type FilterQuery,
  filterCost,
  keptBy,
  leastKept,
  PRECISION,
  redrawn,
  WILLUMP_RULES,
  willumpRatio,
} from '../peers/filters.js';

type Parts<Row, L extends Label, Name extends string> = ConstructorParameters<typeof Ranker<Row, L, Name>>[0];

/** A subset's model as Willump may filter by it, and what its rules keep of some queries. */
export interface WillumpFilter {
  /** Position among the models given. */
  readonly stage: number;
  /** Times K that is kept, by rule. */
  readonly ratios: Readonly<Record<keyof typeof WILLUMP_RULES, number>>;
}

/**
 * Scores of each stage's approximate model, and of the full model, for a validation query's
 * candidates.
 */
export interface ValidationQuery {
  readonly stages: readonly Float64Array[];
  readonly full: Float64Array;
  readonly k: number;
}

/** Microseconds a candidate: each stage's features and model, and all of them. */
export interface FilterCosts {
  readonly stages: readonly number[];
  readonly full: number;
}

const of = (query: ValidationQuery, stage: number): FilterQuery => ({
  approximate: query.stages[stage],
  full: query.full,
  k: query.k,
});

/** Willump's choice: the model with which its rule costs least. Both rules have the model that the published one prefers. */
export function chooseWillump(
  queries: readonly ValidationQuery[],
  costs: FilterCosts,
  seed: number,
): WillumpFilter {
  const draw = random(seed).fork('willump');
  const sampled = redrawn(queries, draw);
  const filters = costs.stages.map((approximate, stage): WillumpFilter & { readonly cost: number } => {
    const samples = sampled.map((query) => of(query, stage));
    const ratios = {
      published: willumpRatio(samples, WILLUMP_RULES.published),
      released: willumpRatio(samples, WILLUMP_RULES.released),
    };
    const each = samples.map(({ full, k }) =>
      filterCost(full.length, keptBy(ratios.published, k, full.length), { approximate, full: costs.full }),
    );
    return { stage, ratios, cost: sum(each) };
  });
  return filters.reduce((best, next) => (next.cost < best.cost ? next : best));
}

/**
 * The speedup over scoring all of an ideal filter by a stage's model: it keeps exactly the
 * candidates that each query needs.
 */
export function idealSpeedup(
  queries: readonly ValidationQuery[],
  stage: number,
  costs: FilterCosts,
): { readonly kept: number; readonly speedup: number } {
  const both = { approximate: costs.stages[stage], full: costs.full };
  let [cost, whole, kept] = [0, 0, 0];
  for (const query of queries) {
    const least = leastKept(of(query, stage), PRECISION);
    kept += least / query.full.length / queries.length;
    cost += filterCost(query.full.length, least, both);
    whole += query.full.length * costs.full;
  }
  return { kept, speedup: whole / cost };
}

/** The same models under Willump's filter: one stage that keeps a multiple of K. Nothing is promised of it. */
export function willumpRanker<Row, L extends Label, Name extends string>(
  ranker: Ranker<Row, L, Name>,
  stage: { readonly model: Parts<Row, L, Name>['models'][number][number]; readonly reads: readonly Name[] },
  ratio: number,
): Ranker<Row, L, Name> {
  // biome-ignore lint/complexity/useLiteralKeys: the brackets are what gives access to a private member.
  const parts: Parts<Row, L, Name> = ranker['parts'];
  const [band] = parts.plan.bands;
  const [certificate] = parts.certificate.bands;
  const own = {
    features: stage.reads,
    learner: stage.model.name,
    target: 'labels',
    prefix: null,
    output: 'scores',
    cut: { kind: 'ratio', keep: ratio },
    reach: 1,
    cost: 0,
  } as const;
  const exploratory = { verdict: 'exploratory', reason: 'a plan by hand' } as const;
  return new Ranker({
    ...parts,
    plan: { ...parts.plan, bands: [{ ...band, stages: [own] }] },
    models: [[stage.model]],
    certificate: { ...parts.certificate, ...exploratory, bands: [{ ...certificate, ...exploratory }] },
  });
}
