import { gather, pick } from '../../data/blocks/index.js';
import { random, stratifiedFolds } from '../../stats/index.js';
import { log } from '../../util/math/index.js';
import type { TrainingSet } from './learner.js';
import { LinearFit, type LinearTask } from './linearFit.js';

/** Penalties to choose from: powers of the root of 10, from .001 to 10,000. The walk begins at 100. */
const STEP = Math.sqrt(10);
const LEAST = -6;
const MOST = 8;
const FIRST = 4;
/**
 * A step of the walk must gain such a share of the loss, or of what the walk has gained. Small
 * penalties that gain less on a few hundred rows gain by chance, and take many products.
 */
const GAIN = { ofLoss: 0.1, ofWalk: 0.02 };
/** Rows that take part, at most. */
const ROWS = 2_000;
/** Folds, and held-out rows after which no further fold is held out. */
const FOLDS = 5;
const HELD = 400;
/** Losses of held-out rows need a few digits only: see `NewtonOptions`. */
const ROUGH = { share: 0.25, tolerance: 1e-6, maxIterations: 20 };

/** Several learners may choose for one set. */
const chosen = new WeakMap<TrainingSet, number>();

/**
 * The penalty whose models lose least on rows that they weren't fitted to.
 *
 * The walk begins at 100 and goes down, or else up, as long as the loss falls, by factors of 10. Large
 * penalties take few products, and each fit begins with the parameters of the last. The minimum
 * of a parabola through three losses is then rounded to a power of the root of 10. As many folds
 * are held out as make 400 rows. Equal sets give equal penalties: no seed takes part.
 *
 * The trial fits have fewer rows than the set. For a set of more rows the best penalty is the same
 * where they follow the model that is fitted, and grows in proportion on mail, glosses and digits.
 * The chosen one grows by the root of the ratio.
 *
 * @param set blocks that `checkBlocks` has passed
 * @param folds the fold of each row, from 0 on; rows below 0 are never held out. @defaultValue five stratified ones
 * @returns 1 for fewer than 5 rows, or where no fold can be held out
 */
export async function chooseL2(
  set: TrainingSet,
  task: LinearTask,
  signal: AbortSignal | undefined,
  folds?: Int32Array,
): Promise<number> {
  const known = chosen.get(set);
  if (known !== undefined) return known;
  const trials = trialsOf(set, task, folds);
  let best = 1;
  if (trials.length > 0) {
    const power = await leastOf(lossOfPenalties(trials, signal));
    const ratio = (set.rows * trials.length) / trials.reduce((sum, { rows }) => sum + rows, 0);
    // The root of the ratio, in steps of the root of 10.
    best = penaltyOf(Math.min(MOST, Math.round(power + log(ratio) / Math.LN10)));
  }
  chosen.set(set, best);
  return best;
}

/** The loss of held-out rows by the penalty 10^(power / 2). */
function lossOfPenalties(trials: readonly Trial[], signal: AbortSignal | undefined) {
  const losses = new Map<number, number>();
  return async (power: number) => {
    if (power < LEAST || power > MOST) return Number.POSITIVE_INFINITY;
    let sum = losses.get(power);
    if (sum !== undefined) return sum;
    sum = 0;
    for (const { fit, lossOf } of trials) {
      await fit.minimise({ ...ROUGH, l2: penaltyOf(power), signal });
      sum += lossOf();
    }
    losses.set(power, sum);
    return sum;
  };
}

/** @returns the best power, a fraction */
async function leastOf(lossAt: (power: number) => Promise<number>): Promise<number> {
  let best = FIRST;
  let least = await lossAt(best);
  const first = least;
  const isBetter = async (power: number) => {
    const loss = await lossAt(power);
    if (!(least - loss > Math.min(GAIN.ofLoss * least, GAIN.ofWalk * (first - least)))) return false;
    best = power;
    least = loss;
    return true;
  };
  while (await isBetter(best - 2));
  if (best === FIRST) while (await isBetter(best + 2));
  return best + vertex(await lossAt(best - 2), least, await lossAt(best + 2));
}

/**
 * Where the parabola through losses at -2, 0 and 2 is least, from -1 to 1.
 *
 * @returns 0 beside a penalty that isn't tried
 */
function vertex(below: number, middle: number, above: number): number {
  const bend = below - 2 * middle + above;
  if (!Number.isFinite(bend) || bend <= 0) return 0;
  return Math.max(-1, Math.min(1, (below - above) / bend));
}

/** Exact at whole powers of 10. */
function penaltyOf(power: number): number {
  let penalty = power % 2 === 0 ? 1 : power > 0 ? STEP : 1 / STEP;
  for (let i = 2; i <= Math.abs(power); i += 2) penalty = power > 0 ? penalty * 10 : penalty / 10;
  return penalty;
}

/** A model of some rows, and the loss of others by its parameters. */
interface Trial {
  readonly fit: LinearFit;
  /** Rows of the fit. */
  readonly rows: number;
  /** By its parameters as they are. */
  lossOf(): number;
}

function trialsOf(set: TrainingSet, task: LinearTask, given: Int32Array | undefined): Trial[] {
  const used = Math.min(set.rows, ROWS);
  if (used < FOLDS) return [];
  const sampled = Int32Array.from({ length: used }, (_, i) => Math.floor((i * set.rows) / used));
  const fold =
    given === undefined
      ? stratifiedFolds(strataOf(task, sampled), FOLDS, random(0).fork('l2'))
      : sampled.map((row) => given[row]);
  const count = fold.reduce((most, own) => Math.max(most, own + 1), 0);
  const trials: Trial[] = [];
  for (let f = 0, judged = 0; f < count && judged < HELD; f++) {
    const [learnt, held] = [false, true].map((isHeld) =>
      sampled.filter((_, i) => (fold[i] === f) === isHeld),
    );
    if (held.length === 0 || learnt.length === 0) continue;
    const problem = task.problem(pick(task.targets, learnt, task.width));
    // Without a fold one class alone may be left.
    if (Array.from(problem.start).every((start) => !Number.isFinite(start))) continue;
    const fit = new LinearFit(
      set.blocks.map((block) => gather(block, learnt)),
      problem,
    );
    judged += held.length;
    trials.push({ fit, rows: learnt.length, lossOf: heldOutLoss(set, task, held, fit) });
  }
  return trials;
}

/** The largest target of each row, or one stratum of numbers. */
function strataOf({ targets, width }: LinearTask, rows: Int32Array): Int32Array {
  return rows.map((row) => {
    const own = targets.subarray(row * width, (row + 1) * width);
    return own.indexOf(Math.max(...own));
  });
}

/** The margin of a class that no row of the fit had: any smaller one would make all penalties equally bad. */
const ABSENT = -50;

function heldOutLoss(
  set: TrainingSet,
  { targets, width, problem }: LinearTask,
  rows: Int32Array,
  fit: LinearFit,
) {
  const { loss } = problem(pick(targets, rows, width));
  const write = fit.onto(set.blocks.map((block) => gather(block, rows)));
  const margins = new Float64Array(rows.length * loss.outputs);
  const residual = new Float64Array(margins.length);
  return () => {
    write(margins);
    for (let i = 0; i < margins.length; i++) {
      if (margins[i] === Number.NEGATIVE_INFINITY) margins[i] = ABSENT;
    }
    return loss.evaluate(margins, residual);
  };
}
