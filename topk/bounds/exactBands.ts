import { blocksOf, fullCost, type Label, type Tracker, verdictOf } from '../../cascades/internal.js';
import { costOf, featureCosts, type Objective, type Profile } from '../../lib/costs/index.js';
import { slice } from '../../lib/data/blocks/index.js';
import { Rows } from '../../lib/data/rows/index.js';
import { DataError, OptionError } from '../../lib/errors.js';
import type { Model } from '../../lib/learn/learners/index.js';
import type { NamedFeature } from '../../lib/run/runtime/index.js';
import { type Band, promiseOf, type TopKProblem } from '../problem/index.js';
import { type PruningPlan, planPruning, trees } from '../pruning/index.js';
import type { BandCertificate, BandPlan } from '../types.js';
import { checkTreeSum, treeSum } from './treeSum.js';

/** A band's exact plan and its promise. */
export interface ExactBand<Name extends string> {
  readonly certificate: BandCertificate;
  readonly plan: BandPlan<Name>;
}

/** The full model, fitted features and measured costs. */
export interface ExactInput<Row> {
  /** `reads`: names of the features that the model reads, in the order of its blocks. */
  readonly full: { readonly model: Model; readonly reads: readonly string[] };
  readonly computing: readonly NamedFeature<Row>[];
  readonly profile: Profile;
}

/** Rows on which cuts are tried: more would change little. */
const MOST_ROWS = 50_000;
const CHECKED_ROWS = 256;
const NOTHING = 'nothing cheaper: bounds would drop too few candidates';

/**
 * Finds, for each band, the trees of the full model after which candidates are dropped, by bounds
 * on what its other trees can still add. Nothing is lost, so there is nothing to test.
 *
 * @throws OptionError for a full model that isn't the sum of its trees; DataError without tuning queries
 */
export async function exactBands<Row, L extends Label, Name extends string>(
  problem: TopKProblem<Row, L>,
  { full, computing, profile }: ExactInput<Row>,
  names: readonly Name[],
  objective: Objective,
  tracker: Tracker,
): Promise<ExactBand<Name>[]> {
  const { bands, tuning, random } = problem;
  const model = treeSum(full.model);
  checkRanking(problem);
  if (tuning.rows.length === 0) throw new DataError('queries: none are left to find bounds on; give more');
  const order = Int32Array.from(tuning.rows.keys());
  random.fork('bounds').shuffle(order);
  const rows = Array.from(order.subarray(0, MOST_ROWS), (row) => tuning.rows[row]);
  const read = full.reads.flatMap((name) => computing.filter((feature) => feature.name === name));
  const blocks = await blocksOf(read, Rows.of(rows), tracker);
  await checkTreeSum(
    model,
    blocks.map((block) => slice(block, 0, Math.min(block.rows, CHECKED_ROWS))),
  );
  const whole = fullCost(profile, full.reads, objective);
  const features = costOf(featureCosts(profile, full.reads), objective);
  const planOf = ({ k }: Band, pruning: PruningPlan): BandPlan<Name> => {
    // Trees read all of their features from the first cut on.
    const cost = features + (whole - features) * pruning.cost;
    return {
      k,
      stages: [],
      pruning,
      full: { features: names.filter((name) => full.reads.includes(name)), reach: 1, cost: whole },
      expected: { cost, fullCost: whole, speedup: whole / cost },
    };
  };
  const additive = trees(model);
  return bands.map((band) => {
    const [, k] = band.k;
    const pruning = planPruning(additive, blocks, { k, candidates: band.candidates[1] });
    return { plan: planOf(band, pruning), certificate: certificateOf(band, pruning) };
  });
}

function certificateOf(band: Band, { cuts }: PruningPlan): BandCertificate {
  return {
    ...verdictOf(cuts.length > 0 ? null : NOTHING),
    promise: { ...promiseOf(band, 'every query'), level: 1, share: null, delta: 0 },
    method: 'bounds on what the full model can still add: nothing is lost',
    queries: 0,
    observed: { mean: 0, least: 1, under: 0 },
    queriesNeeded: null,
  };
}

/** Bounds are on one sum: of two classes they rank by the second. */
function checkRanking<Row, L extends Label>({ ranking, tuning, certification }: TopKProblem<Row, L>): void {
  if (ranking.by) {
    throw new OptionError(
      'mode',
      "'exact' ranks by the full model's own number; leave `score` out, or `mode`",
    );
  }
  const last = ranking.classes.length - 1;
  const other = [...tuning.queries, ...certification.queries].find(({ rankClass }) => rankClass !== last);
  if (other === undefined) return;
  throw new OptionError('mode', `'exact' ranks by the last class, and query ${other.number} by another`);
}
