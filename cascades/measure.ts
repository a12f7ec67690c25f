import { meanSimple, median, sum } from 'simple-statistics';
import { checkKeys, checkWhole, show } from '../lib/check.js';
import { costOf, type Objective, type Profile, systemClock, timeRounds } from '../lib/costs/index.js';
import { ownArray } from '../lib/data/rows/index.js';
import { DataError, OptionError } from '../lib/errors.js';
import type { ReportMeasured, ReportMeasuredPrice, ReportMeasurement } from '../lib/report/index.js';
import { untilSteady } from '../lib/run/runtime/index.js';
import { random } from '../lib/stats/index.js';
import { type PredictOptions, usedAmong } from './cascade/index.js';
import { planParts } from './costs/index.js';
import { answerLoss, givenLoss, inWords, lossOn, needsLabels } from './losses/index.js';
import { checkLabels, codesOf } from './problem/index.js';
import type { Answer, Answers, Certificate, Clause, Label, Plan } from './types/index.js';

type PredictOverrides = Omit<PredictOptions, 'mode'>;

/** The part of a cascade that {@link measure} needs. */
export interface Measurable<Row, L extends Label> {
  readonly plan: Plan<L>;
  readonly full: {
    predict(rows: readonly Row[], options?: PredictOverrides): Promise<Answers<L>>;
    predictOne(row: Row, options?: PredictOverrides): Promise<Answer<L>>;
  };
  predict(rows: readonly Row[], options?: PredictOptions): Promise<Answers<L>>;
  predictOne(row: Row, options?: PredictOptions): Promise<Answer<L>>;
  readonly certificate: Certificate;
  readonly profile: Profile<string>;
  readonly objective: Objective;
}

/** Milliseconds after which no further run warms full model or cascade up, steady or not. */
const WARM_UP = 2_000;

/** Milliseconds that a timed run lasts at least: shorter ones are repeated, so that pauses weigh less. */
const LONG_ENOUGH = 50;

/** Options of `measure`. */
export interface MeasureOptions {
  /** How often full model and cascade answer all rows. One round shows no spread. @defaultValue 5 */
  readonly rounds?: number;
}

/**
 * Answers the same rows with the full pipeline and with the cascade, in turn, from raw rows to labels. `summary` and
 * `report` show the result as measured. First both run untimed until they get no quicker; no further run of either
 * begins after two seconds. Each also runs untimed before each timed run, and short runs are repeated until they last
 * 50 ms. A plan for latency is timed row by row, others in one batch. Caches of features are passed by, since every run
 * after the first would find all rows there.
 *
 * Where features or models have a price, only the runs before timed ones warm up, nothing is repeated, and caches are
 * used: so declare one where calls are metered.
 *
 * For classes it gives accuracy and disagreement; for regression the mean absolute error and the mean absolute
 * difference from the full model's answers, in their own units. It also gives each certified loss on these rows. If
 * features or the full model have a price, it gives the price of a row, by the stages that rows went through, beside
 * the expected price.
 *
 * Rows that equal one which fitted, chose or certified the cascade, or one made from it, are counted as `usedRows`. If
 * they are the same rows, they flatter it; where the certificate holds for inputs that repeat, they are draws.
 *
 * @param rows rows that no step has seen
 * @param labels one a row; without them accuracy and error aren't measured
 * @param cascade a result of `tune` or `Cascade.load`
 * @returns medians over the rounds; the speedup is the median of the rounds' ratios, and `speedupRange` their spread
 * @throws DataError without rows, for another number of labels, or labels that aren't classes of the cascade;
 *   OptionError for anything but a cascade, or an invalid number of rounds
 * @example
 * const measured = await measure(cascade, newMails, newLabels);
 * await writeFile('report.html', await cascade.report({ measured }));
 */
export async function measure<Row, L extends Label>(
  cascade: Measurable<Row, L>,
  rows: readonly Row[],
  labels?: readonly NoInfer<L>[],
  options: MeasureOptions = {},
): Promise<ReportMeasured> {
  // The caller may change its arrays while answers are waited for.
  [rows, labels] = [ownArray(rows), ownArray(labels)];
  if (typeof cascade?.full?.predict !== 'function') {
    throw new OptionError('cascade', `expected what tune() or Cascade.load() gave, got ${show(cascade)}`);
  }
  checkKeys(options, ['rounds']);
  const { rounds = 5 } = options;
  checkWhole('rounds', rounds, 1);
  if (!Array.isArray(rows) || rows.length === 0) {
    throw new DataError(`rows: expected an array of at least one, got ${show(rows)}`);
  }
  const { plan } = cascade;
  const isNumeric = plan.decision.kind === 'value';
  if (labels !== undefined) {
    checkLabels('labels', labels, rows.length, isNumeric);
    // A label that is no class is a slip more often than a row that no answer can be right for.
    codesOf('labels', labels, plan.classes);
  }
  // Each further run would be paid, where no cache has its values.
  const isFree = !isPaid(cascade);
  const how = isFree ? { cached: false } : {};
  const isByRow = cascade.objective === 'latency';
  const each = (answer: (row: Row) => Promise<unknown>) => async () => {
    for (const row of rows) await answer(row);
  };
  const runs = isByRow
    ? [each((row) => cascade.full.predictOne(row, how)), each((row) => cascade.predictOne(row, how))]
    : [() => cascade.full.predict(rows, how), () => cascade.predict(rows, how)];
  const used = usedAmong(cascade, rows);
  if (isFree) for (const run of runs) await untilSteady(run, WARM_UP);
  const times = await timesOf(runs, rows.length, rounds, isFree ? LONG_ENOUGH : 0);
  const [whole, own] = [await cascade.full.predict(rows, how), await cascade.predict(rows, how)];
  const found = isNumeric ? ofNumbers : ofClasses;
  const figures = (of: readonly number[], { labels: answers }: Answers<L>) => ({
    rowsPerSecond: (1000 * rows.length) / median(of),
    ...found(answers, whole.labels, labels),
  });
  const price = priceOf(cascade, own.exits);
  const speedups = times[0].map((time, round) => time / times[1][round]);
  return {
    rows: rows.length,
    ...(used !== undefined && { usedRows: used }),
    ...(cascade.certificate.repeating?.are === 'draws' && { repeats: true }),
    rounds,
    mode: isByRow ? 'one by one' : 'batch',
    stages: plan.stages.length,
    full: figures(times[0], whole),
    cascade: figures(times[1], own),
    speedup: median(speedups),
    ...(rounds > 1 && { speedupRange: { least: Math.min(...speedups), most: Math.max(...speedups) } }),
    predictedSpeedup: predictedSpeedup(cascade),
    ...(price && { price }),
    losses: lossesOf(cascade.certificate, plan.classes, own.labels, whole.labels, labels),
  };
}

/**
 * Milliseconds of each run in each round. The rounds draw which run comes first.
 *
 * @param least milliseconds that a run is repeated for
 */
async function timesOf(
  runs: readonly (() => Promise<unknown>)[],
  size: number,
  rounds: number,
  least: number,
): Promise<number[][]> {
  const repeats = runs.map((): number[] => []);
  const subjects = runs.map((run, which) => ({
    name: which === 0 ? 'full model' : 'cascade',
    price: 0,
    async ready() {
      const begin = performance.now();
      // The other run has just filled the processor's caches.
      await run();
      const took = Math.max(0.001, performance.now() - begin);
      const often = Math.max(1, Math.ceil(least / took));
      repeats[which].push(often);
      return async () => {
        for (let i = 0; i < often; i++) await run();
      };
    },
  }));
  const rule = { warmUp: 0, least: rounds, most: rounds, milliseconds: Number.POSITIVE_INFINITY };
  const timed = await timeRounds(subjects, [size], rule, { clock: systemClock, random: random('measure') });
  return timed.map(([ofSize], which) => ofSize.map(({ took }, round) => took / repeats[which][round]));
}

/** Speedup in time: a plan for prices predicts money, but takes time as well. */
function predictedSpeedup({ plan, profile, objective }: Measurable<never, Label>): number {
  if (objective !== 'price') return plan.expected.speedup;
  const timeOf = (stages: Plan['stages'], reach: readonly number[]) =>
    sum(planParts(profile, { ...plan, stages }).map((parts, s) => costOf(parts, 'throughput', reach[s])));
  const reach = [...plan.stages.map((stage) => stage.reach), plan.full.reach];
  return timeOf([], [1]) / timeOf(plan.stages, reach);
}

/** Whether a row has a price, in the full pipeline or in the cascade. */
function isPaid({ plan, profile }: Pick<Measurable<never, Label>, 'plan' | 'profile'>): boolean {
  const priceWith = (stages: Plan['stages']) =>
    sum(planParts(profile, { ...plan, stages }).map((parts) => costOf(parts, 'price')));
  return priceWith([]) + priceWith(plan.stages) > 0;
}

/** @param exits the stage that answered each row, the full model's being one more than there are stages */
function priceOf(
  { plan, profile }: Measurable<never, Label>,
  exits: Uint8Array,
): ReportMeasuredPrice | undefined {
  const added = (stages: Plan['stages']) =>
    planParts(profile, { ...plan, stages }).map((parts) => costOf(parts, 'price'));
  const prices = added(plan.stages);
  const [full] = added([]);
  if (!(full > 0)) return undefined;
  const reached = prices.map((_, s) => exits.reduce((count, exit) => count + Number(exit >= s), 0));
  const sumOver = (shares: readonly number[]) => sum(prices.map((price, s) => price * (shares[s] ?? 0)));
  return {
    full,
    cascade: sumOver(reached.map((count) => count / exits.length)),
    predicted: sumOver([...plan.stages.map(({ reach }) => reach), plan.full.reach]),
  };
}

type Found = Omit<ReportMeasurement, 'rowsPerSecond'>;

function ofClasses<L extends Label>(
  answers: readonly L[],
  full: readonly L[],
  labels: readonly L[] | undefined,
): Found {
  const equal = (others: readonly L[]) =>
    answers.filter((label, row) => label === others[row]).length / answers.length;
  return { ...(labels && { accuracy: equal(labels) }), disagreement: 1 - equal(full) };
}

function ofNumbers<L extends Label>(
  answers: readonly L[],
  full: readonly L[],
  labels: readonly L[] | undefined,
): Found {
  const apart = (others: readonly L[]) =>
    meanSimple(answers.map((answer, row) => Math.abs(Number(answer) - Number(others[row]))));
  return { ...(labels && { meanAbsoluteError: apart(labels) }), meanDifference: apart(full) };
}

/** The certified losses on these rows, without the user's own losses, and without those that need missing labels. */
function lossesOf<L extends Label>(
  { verdict, all, ...first }: Certificate,
  classes: readonly L[],
  answers: readonly L[],
  full: readonly L[],
  labels: readonly L[] | undefined,
): NonNullable<ReportMeasured['losses']> {
  if (verdict !== 'certified') return [];
  const clauses: readonly Clause[] = all ?? [first];
  const own = codesOf('the cascade', answers, classes);
  const judged = {
    full: codesOf('the full model', full, classes),
    labels: labels && codesOf('labels', labels, classes),
  };
  return clauses.flatMap(({ loss, epsilon }) => {
    const { title, scale, own: name } = inWords(loss);
    if (name !== undefined) return [];
    if (needsLabels(loss) && labels === undefined) return [];
    const { lost, counts } = lossOn(answerLoss('loss', givenLoss(loss, [], 'losses'), classes), judged);
    let [sum, n] = [0, 0];
    own.forEach((answer, row) => {
      if (!counts(answer, row)) return;
      sum += lost(answer, row);
      n++;
    });
    if (n === 0) return [];
    return [{ loss: title, epsilon, found: sum / n, ...(scale !== undefined && { scale }) }];
  });
}
