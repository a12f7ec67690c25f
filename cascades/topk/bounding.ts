import type { Block } from '../../lib/blocks/index.js';
import { OptionError } from '../../lib/errors.js';
import type { Model } from '../../lib/learners/index.js';
import { fixedSequence } from '../../lib/stats/index.js';
import type { Tracker } from '../scoring/index.js';
import type { Label } from '../types/index.js';
import { type Band, isInside, promiseOf, shortageOf } from './bands.js';
import {
  type BoundPlan,
  type BoundPlanner,
  type BoundPlanOptions,
  boundPlanner,
  readBlocks,
} from './boundPlans.js';
import { methodOf, observe, UNKEPT, wholeValues } from './certify.js';
import { promisePValue, queriesNeeded } from './evidence.js';
import type { TopKProblem } from './problem.js';
import { rankBlocks } from './pruned.js';
import { additiveOf, checkSum } from './pruning.js';
import { type JudgedQuery, judge, scoreRows } from './tables.js';
import type { BandCertificate, BandPlan } from './terms.js';
import type { Trained } from './training.js';
import { fullReader } from './tuning.js';

export interface BoundingOptions extends Omit<BoundPlanOptions, 'random'> {
  readonly progress: (step: 'search' | 'certify') => Tracker;
}

/** How a band is answered by bounds, and what of it is promised. */
export interface BoundedBand<Name extends string> {
  readonly certificate: BandCertificate;
  readonly plan: BandPlan<Name>;
  readonly models: readonly Model[];
}

/** Of the best rows the shares that may exceed a bound, from careful to bold. */
const SHARES = [1e-4, 2e-4, 5e-4, 1e-3, 2e-3, 5e-3, 1e-2, 2e-2, 5e-2];
const NOTHING = 'nothing cheaper: bounds would drop too few candidates to be worth looking at';

/**
 * Finds each band the order of the full model's trees or features, and the cuts, that drop most for least by bounds on its sum. Sure
 * bounds lose nothing, and need no test. Quantile bounds are walked from sure to bold on the certification queries, as cuts are.
 */
export async function boundBands<Row, L extends Label, Name extends string>(
  problem: TopKProblem<Row, L>,
  trained: Trained<Row, Name>,
  names: readonly Name[],
  { progress, ...options }: BoundingOptions,
): Promise<BoundedBand<Name>[]> {
  const { bands, tuning, certification, ranking } = problem;
  checkSum(trained.full.model);
  checkRanking(problem);
  const planner = await boundPlanner(
    trained,
    names,
    tuning,
    { ...options, random: problem.random.fork('bounds') },
    progress('search'),
  );
  if (options.mode === 'exact') return bands.map((band) => exactBand(band, planner));
  const { full, computing } = trained;
  const tracker = progress('certify');
  const [answers] = await scoreRows(computing, [fullReader(trained)], certification, ranking, tracker);
  const tests: Tests = {
    queries: judge(certification, answers, full.model.name),
    blocks: await readBlocks(trained, certification.rows, tracker),
    model: full.model,
    tracker,
  };
  const bounded: BoundedBand<Name>[] = [];
  for (const band of bands) bounded.push(await quantileBand(band, problem, planner, tests));
  return bounded;
}

function exactBand<Name extends string>(band: Band, planner: BoundPlanner<Name>): BoundedBand<Name> {
  const [plan] = planner.pathFor(band, []);
  return {
    plan: planner.served(band, plan),
    models: plan.models,
    certificate: {
      ...verdictOf(plan, null),
      promise: { ...promiseOf(band, 'every query'), level: 1, share: null, delta: 0 },
      method: 'bounds on what the full model can still add: nothing is lost',
      queries: 0,
      observed: observe(new Float64Array(0), 1),
      queriesNeeded: null,
    },
  };
}

/** What quantile bounds are tested on. */
interface Tests {
  readonly queries: readonly JudgedQuery[];
  /** Of all their rows, what the full model reads. */
  readonly blocks: readonly Block[];
  readonly model: Model;
  readonly tracker: Tracker;
}

async function quantileBand<Row, L extends Label, Name extends string>(
  band: Band,
  { population, tuning }: TopKProblem<Row, L>,
  planner: BoundPlanner<Name>,
  tests: Tests,
): Promise<BoundedBand<Name>> {
  const { question } = band;
  const path = planner.pathFor(band, SHARES);
  const own = tests.queries.filter(({ k }) => isInside(band.k, k));
  const shortage = shortageOf(band, tuning.queries.length);
  const steps = [wholeValues(own, question)];
  const pValue = (step: number) => promisePValue(steps[step], question);
  let passed = -1;
  if (shortage === null) {
    // A plan is looked at when all before it have passed: the others' queries needn't be ranked.
    for (const plan of path.slice(1)) {
      if (pValue(steps.length - 1) > question.delta) break;
      steps.push(await valuesOf(plan, own, band, tests));
    }
    passed = fixedSequence(pValue, steps.length, question.delta) - 1;
  }
  const step = Math.max(0, passed);
  const needed = queriesNeeded(question);
  return {
    plan: planner.served(band, path[step]),
    models: path[step].models,
    certificate: {
      ...verdictOf(path[step], shortage ?? (passed < 0 ? UNKEPT : null)),
      promise: promiseOf(band, population),
      method: methodOf(question),
      queries: band.tests,
      observed: observe(passed < 0 ? new Float64Array(0) : steps[step], question.level),
      queriesNeeded: band.tests < needed ? needed : null,
    },
  };
}

/** The metric of each query, as a plan answers it. */
async function valuesOf(
  { pruning, models: [scout] }: BoundPlan,
  queries: readonly JudgedQuery[],
  { question }: Band,
  { blocks, model, tracker }: Tests,
): Promise<Float64Array> {
  const additive = additiveOf(model, pruning, scout);
  const values = new Float64Array(queries.length);
  for (const [q, { candidates, k, truth, full }] of queries.entries()) {
    tracker.signal?.throwIfAborted();
    const { best } = await rankBlocks({ additive, pruning }, blocks, candidates, k);
    values[q] = question.metric.value({ answer: best.best().indices, truth, scores: full });
  }
  return values;
}

function verdictOf(
  { pruning }: BoundPlan,
  refusal: string | null,
): Pick<BandCertificate, 'verdict' | 'reason'> {
  const reason = refusal ?? (pruning.cuts.length > 0 ? null : NOTHING);
  return { verdict: reason === null ? 'certified' : 'full-model-only', reason };
}

/** Bounds are on one sum: of two classes they rank by the second. */
function checkRanking<Row, L extends Label>({ ranking, tuning, certification }: TopKProblem<Row, L>): void {
  if (ranking.by) {
    throw new OptionError(
      'mode',
      "score bounds rank by the full model's own number; leave `score` out, or `mode`",
    );
  }
  const last = ranking.classes.length - 1;
  const other = [...tuning.queries, ...certification.queries].find(({ of }) => of !== last);
  if (other === undefined) return;
  throw new OptionError('mode', `score bounds rank by the last class, and query ${other.number} by another`);
}
