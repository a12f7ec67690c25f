import { betaCdf, restErrors, restRowsNeeded } from '../../lib/stats/index.js';
import type { LeavingRows } from './walk.js';

/**
 * The number of rows of a batch that the full model answers to test a path, and of errors with
 * which a plan passes.
 */
export interface SampleDesign {
  /** Plans that are tested, from the most conservative on. */
  readonly plans: number;
  /** Rows to draw of those that any of these plans lets out. */
  readonly count: number;
  /** -1: none passes. */
  readonly errors: number;
}

/** The claim to be tested on a batch. */
export interface FiniteBatch {
  readonly rows: number;
  /** Rows that may be wrong. */
  readonly allowed: number;
  readonly delta: number;
}

/**
 * Evidence on each plan of a path, from conservative to aggressive, before the full model answers.
 */
export interface Prospects extends LeavingRows {
  /** Rows on which plans were observed before. */
  readonly rows: number;
  /** Answers that differed there. */
  readonly changed: readonly number[];
  /**
   * Rows that each plan, or any before it, let out there: where it is known, errors are counted among these, plan by plan, so that
   * the batch may have another share of easy rows.
   */
  readonly opened?: readonly number[] | undefined;
}

/** The same, and what it makes of the batch. */
interface Outlook extends Prospects {
  /** By plan: errors that are to be expected among the rows that it, or any before it, lets out. */
  readonly due: readonly number[];
}

/** Candidate numbers of errors: each up to three, then in steps of a fifth. */
const GROWTH = 1.2;
/** Candidate last plans, so many at first; then twice one on either side of the best, at half the distance. */
const LAST = 12;
const HALVINGS = 2;

/**
 * The design that is expected to save the most full answers. Allowing more errors takes more rows,
 * but lets a more aggressive plan pass. A path that ends early spares the rows that only its rest would draw. It uses
 * earlier observations of the plans and the number of rows that they let out, never answers to this batch: the test's
 * level doesn't depend on it. If rows differ from earlier ones, less is saved than possible.
 */
export function designFor(batch: FiniteBatch, prospects: Prospects): SampleDesign {
  const { length } = prospects.open;
  const outlook = { ...prospects, due: errorsDue(batch, prospects) };
  let step = Math.max(1, Math.ceil(length / LAST));
  const tried = new Map<number, ReturnType<typeof designOver>>();
  const best = () =>
    // Of equals the longest path.
    [...tried].reduce((most, other) =>
      other[1].spared > most[1].spared || (other[1].spared === most[1].spared && other[0] > most[0])
        ? other
        : most,
    );
  const attempt = (plans: number) => {
    if (plans < 1 || plans > length || tried.has(plans)) return;
    tried.set(plans, designOver(batch, startOf(outlook, plans)));
  };
  for (let plans = length; plans > 0; plans -= step) attempt(plans);
  for (let halving = 0; halving < HALVINGS && step > 1; halving++) {
    step = Math.ceil(step / 2);
    const [middle] = best();
    attempt(middle - step);
    attempt(middle + step);
  }
  return best()[1].design;
}

function startOf({ rows, changed, leaving, open, due }: Outlook, plans: number): Outlook {
  const start = (each: readonly number[]) => each.slice(0, plans);
  return { rows, changed: start(changed), leaving: start(leaving), open: start(open), due: start(due) };
}

/**
 * By plan: errors to be expected among the rows of a batch that the plan, or any before it, lets out. The rows seen may have been
 * chosen for being hard, so that fewer of them are let out early: each plan's share of errors is that among the rows which it
 * is the first to let out, and holds for those that it lets out beside those before.
 *
 * Plans are nested, but for a row now and then, so that those that leave by a plan are as good as those open up to it. A design
 * counts the former: before a late stage is asked all rows are open.
 */
export function errorsDue(
  batch: Pick<FiniteBatch, 'rows'>,
  { rows, changed, leaving, opened }: Omit<Prospects, 'open'>,
): number[] {
  if (opened === undefined) return changed.map((errors) => (errors * batch.rows) / rows);
  let [from, due] = [-1, 0];
  return changed.map((errors, j) => {
    const before = (each: readonly number[]) => each[from] ?? 0;
    const seen = opened[j] - before(opened);
    // Plans at which no row was seen to leave go with the next one.
    const more =
      seen === 0 ? 0 : ((errors - before(changed)) / seen) * Math.max(0, leaving[j] - before(leaving));
    const sum = due + more;
    if (seen > 0) [from, due] = [j, sum];
    return sum;
  });
}

/** The best design that tests the whole path, and what it is expected to spare. */
function designOver(
  batch: FiniteBatch,
  prospects: Outlook,
): { readonly design: SampleDesign; readonly spared: number } {
  const plans = prospects.open.length;
  const open = prospects.open[plans - 1];
  const most = Math.max(...prospects.leaving);
  let best = { plans, count: 0, errors: 0 };
  let spared = -1;
  for (let errors = 0; ; errors = Math.max(errors + 1, Math.ceil(GROWTH * errors))) {
    const count = restRowsNeeded(errors, open, batch.allowed, batch.delta);
    const design = { plans, count, errors };
    if (count === 0) return { design, spared: prospects.leaving[plans - 1] };
    if ((1 - count / open) * most <= spared) return { design: best, spared };
    const expected = expectedToSpare(prospects, design);
    if (expected > spared) [best, spared] = [design, expected];
  }
}

/**
 * The same for a given number of rows. Fewer rows than the whole path takes may be enough for its
 * conservative part: the errors allowed are a share of the whole batch, and so a larger share of
 * the few rows that leave there.
 */
export function designWith(batch: FiniteBatch, prospects: Prospects, rows: number): SampleDesign {
  const designs = prospects.open.map((open, j) => {
    const count = Math.min(open, rows);
    return { plans: j + 1, count, errors: restErrors(count, open, batch.allowed, batch.delta) };
  });
  const outlook = { ...prospects, due: errorsDue(batch, prospects) };
  const spared = designs.map((design) => expectedToSpare(outlook, design));
  // If no design saves anything, the whole path.
  return designs[spared.lastIndexOf(Math.max(...spared))];
}

/** Rows of the plan that passes, on average, less those drawn. */
function expectedToSpare(
  { changed, leaving, open, due }: Outlook,
  { plans, count, errors }: SampleDesign,
): number {
  if (errors < 0 || count === open[plans - 1]) return 0;
  const share = count / open[plans - 1];
  let [expected, before, worst] = [0, 0, 0];
  for (let j = 0; j < plans; j++) {
    worst = Math.max(worst, changed[j]);
    // A plan is served only where those before it pass too.
    expected += (leaving[j] - before) * chanceToPass(worst, due[j] * share, errors);
    before = leaving[j];
  }
  return (1 - share) * expected;
}

/**
 * The chance that a plan makes at most `errors` among the drawn rows. Given the errors that it was seen to make, it is negative
 * binomial (Poisson, with a gamma law of the mean): P(K <= e) = I_p(seen, e + 1) with p = seen / (seen + due). None before is
 * taken for none now.
 *
 * @param due errors to be expected among the drawn rows
 */
export function chanceToPass(seen: number, due: number, errors: number): number {
  return seen === 0 ? 1 : betaCdf(seen / (seen + due), seen, errors + 1);
}
