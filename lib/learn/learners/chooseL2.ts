import { gather, pick } from '../../data/blocks/index.js';
import { random, stratifiedFolds } from '../../stats/index.js';
import { pow } from '../../util/math/index.js';
import type { TrainingSet } from './learner.js';
import { LinearFit, type LinearTask } from './linearFit.js';

/** Powers of 10 between which penalties are chosen, and where the walk begins. */
const LEAST = -3;
const MOST = 4;
const FIRST = 2;
/** The share of the loss that a step of the walk must gain. Less is chance, and takes many products. */
const GAIN = 0.001;
/** Where a tenth and tenfold the penalty lose at most this share more, rows of one fold say enough. */
const FLAT = 0.005;
/** Rows that take part: so many a parameter, but no fewer and no more than these. */
const ROWS = { each: 16, least: 2_000, most: 4_000 };
/** Folds, and held-out rows after which no further fold is held out. */
const FOLDS = 5;
const HELD = 400;
/** Losses of held-out rows need a few digits only: see `NewtonOptions`. */
const ROUGH = { share: 0.5, tolerance: 1e-4, maxIterations: 20 };

/** Several learners may choose for one set. */
const chosen = new WeakMap<TrainingSet, number>();

/**
 * The penalty whose models lose least on rows that they weren't fitted to.
 *
 * A walk goes from 100 down, or else up, by factors of 10, as long as the loss falls. Large
 * penalties take few products, and each fit begins with the parameters of the last. One fold walks;
 * where the loss depends on the penalty, as many folds as hold out 400 rows go on from there. The
 * penalty is the minimum of a parabola through three losses, to two digits. A row loses at most 36
 * nats. Equal sets give equal penalties: no seed takes part.
 *
 * The trial fits may have fewer rows than the set. The penalty stays: it is beside a sum over rows,
 * so that its share falls as rows are added, as it does for a prior on the weights.
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
  const best = trials.length > 0 ? await bestOf(trials, signal) : 1;
  chosen.set(set, best);
  return best;
}

async function bestOf(trials: readonly Trial[], signal: AbortSignal | undefined): Promise<number> {
  const begun = await leastOf(trials.slice(0, 1), FIRST, signal);
  const { power } = begun.isFlat ? begun : await leastOf(trials, begun.best, signal);
  return Number(pow(10, power).toPrecision(2));
}

/** The walk from one power of 10 to the best one, and where a parabola is least beside that. */
async function leastOf(trials: readonly Trial[], from: number, signal: AbortSignal | undefined) {
  const lossAt = async (power: number) => {
    let sum = 0;
    for (const trial of trials) sum += await trial.lossAt(power, signal);
    return sum;
  };
  let best = from;
  let least = await lossAt(best);
  const isBetter = async (power: number) => {
    const loss = await lossAt(power);
    if (!(least - loss > GAIN * least)) return false;
    best = power;
    least = loss;
    return true;
  };
  while (await isBetter(best - 1));
  if (best === from) while (await isBetter(best + 1));
  const [below, above] = [await lossAt(best - 1), await lossAt(best + 1)];
  return {
    best,
    power: best + vertex(below, least, above),
    isFlat: Math.max(below, above) <= (1 + FLAT) * least,
  };
}

/**
 * Where the parabola through losses at -1, 0 and 1 is least, from -.5 to .5.
 *
 * @returns 0 beside a penalty that isn't tried
 */
function vertex(below: number, middle: number, above: number): number {
  const bend = below - 2 * middle + above;
  if (!Number.isFinite(bend) || bend <= 0) return 0;
  return Math.max(-0.5, Math.min(0.5, (below - above) / (2 * bend)));
}

/** A model of some rows, judged by others. */
interface Trial {
  /** The loss of the others by the penalty 10^power. */
  lossAt(power: number, signal: AbortSignal | undefined): Promise<number>;
}

function trialsOf(set: TrainingSet, task: LinearTask, given: Int32Array | undefined): Trial[] {
  const used = rowsUsed(set);
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
    trials.push(trialOf(fit, heldOutLoss(set, task, held, fit)));
  }
  return trials;
}

function rowsUsed({ rows, blocks, classes }: TrainingSet): number {
  const columns = blocks.reduce((sum, block) => sum + block.columns, 0);
  const parameters = columns * (classes > 2 ? classes : 1);
  return Math.min(rows, Math.max(ROWS.least, Math.min(ROWS.most, ROWS.each * parameters)));
}

function trialOf(fit: LinearFit, heldOut: () => number): Trial {
  const known = new Map<number, number>();
  return {
    async lossAt(power, signal) {
      if (power < LEAST || power > MOST) return Number.POSITIVE_INFINITY;
      let loss = known.get(power);
      if (loss !== undefined) return loss;
      await fit.minimise({ ...ROUGH, l2: pow(10, power), signal });
      loss = heldOut();
      known.set(power, loss);
      return loss;
    },
  };
}

/** The largest target of each row, or one stratum of numbers. */
function strataOf({ targets, width }: LinearTask, rows: Int32Array): Int32Array {
  return rows.map((row) => {
    const own = targets.subarray(row * width, (row + 1) * width);
    return own.indexOf(Math.max(...own));
  });
}

/**
 * What a row can lose at most, in nats. One row that is far out, in a column that few rows fill, would choose the
 * penalty alone; and a class that no row of the fit had would make all penalties equally bad.
 */
const MOST_LOST = 36;

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
    if (set.classes > 1) limit(margins, loss.outputs);
    return loss.evaluate(margins, residual);
  };
}

/** Brings the margins of each row's classes near to its largest; of two classes the first has margin 0. */
function limit(margins: Float64Array, outputs: number): void {
  for (let from = 0; from < margins.length; from += outputs) {
    let most = outputs === 1 ? 0 : Number.NEGATIVE_INFINITY;
    for (let i = from; i < from + outputs; i++) most = Math.max(most, margins[i]);
    for (let i = from; i < from + outputs; i++) margins[i] = Math.max(margins[i], most - MOST_LOST);
    if (outputs === 1) margins[from] = Math.min(margins[from], MOST_LOST);
  }
}
