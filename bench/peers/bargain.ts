import type { Random } from '../../lib/stats/index.js';

/**
 * BARGAIN for an accuracy target (Zeighami, Shankar and Parameswaran, "Cut Costs, Not Accuracy:
 * LLM-Powered Data Processing with Guarantees", SIGMOD 2026, arXiv 2509.02896): one proxy, one
 * threshold for all classes, chosen on the batch's own rows. It tries twenty cuts of the rows in
 * order of the proxy's confidence, from the most confident rows downwards. Of the rows above a cut
 * it draws more and more without replacement and sends them to the oracle, until betting shows that
 * the proxy is right often enough there, or not. The walk ends at the first cut where it isn't.
 *
 * Its released code never lets the rows behind the last whole twentieth out, nor the last row above the cut, and ends with
 * nothing where the first test fails though fewer rows than may be wrong are above an earlier cut. Here it may.
 */

const CUTS = 20;
/** Rows drawn between two looks. */
const STEP = 10;
/**
 * Draws after which a cut is given up once the share of right answers, less its spread, is below
 * the target.
 */
const PATIENCE = 50;

export interface BargainOptions {
  /** The proxy's class of each row, and its probability. */
  readonly proxy: { readonly classes: Int32Array; readonly confidence: Float64Array };
  /** The full model's class of each row. */
  readonly oracle: Int32Array;
  /** Share of rows that must be answered like the oracle, in (0, 1). */
  readonly target: number;
  readonly delta: number;
  readonly draw: Random;
}

export interface BargainAnswers {
  readonly classes: Int32Array;
  /** 1 for rows that the oracle answered, to choose the cut or to serve. */
  readonly requested: Uint8Array;
  /** Rows that the oracle answered to choose the cut. */
  readonly drawn: number;
}

export function bargain({ proxy, oracle, target, delta, draw }: BargainOptions): BargainAnswers {
  const rows = oracle.length;
  const order = Int32Array.from(oracle.keys()).sort((a, b) => proxy.confidence[b] - proxy.confidence[a]);
  const right = Uint8Array.from(order, (row) => Number(proxy.classes[row] === oracle[row]));
  const ranks = Int32Array.from(oracle.keys());
  draw.shuffle(ranks);

  const seen = new Uint8Array(rows);
  let above = 0;
  for (let cut = 1; cut <= CUTS; cut++) {
    const next = Math.ceil((rows * cut) / CUTS);
    // The oracle's own answers below the cut are right.
    const wanted = (target * rows - (rows - next)) / next;
    // Every cut uses the same order of draws, so that no row is requested twice.
    const drawable = ranks.filter((rank) => rank < next);
    const { ok, draws } = wanted <= 0 ? { ok: true, draws: 0 } : enoughRight(right, drawable, wanted, delta);
    for (const rank of drawable.subarray(0, draws)) seen[rank] = 1;
    if (!ok) break;
    above = next;
  }

  const requested = new Uint8Array(rows).fill(1);
  const classes = Int32Array.from(oracle);
  order.subarray(0, above).forEach((row, rank) => {
    if (seen[rank] === 1) return;
    requested[row] = 0;
    classes[row] = proxy.classes[row];
  });
  return { classes, requested, drawn: seen.reduce((sum, one) => sum + one, 0) };
}

/** Whether the share of right answers among the rows above a cut is shown to be at least `wanted`, and after how many draws. */
function enoughRight(
  right: Uint8Array,
  drawable: Int32Array,
  wanted: number,
  delta: number,
): { ok: boolean; draws: number } {
  const rows = drawable.length;
  const above = bet(rows, wanted, delta);
  const below = bet(rows, 1 - wanted, delta);
  let sum = 0;
  for (let draws = 1; draws <= rows; draws++) {
    const value = right[drawable[draws - 1]];
    sum += value;
    const isAbove = above(value);
    const isBelow = below(1 - value);
    if (draws === rows) return { ok: sum >= wanted * rows, draws };
    if (draws % STEP !== 0) continue;
    const mean = sum / draws;
    if (mean >= wanted ? isAbove : isBelow) return { ok: mean >= wanted, draws };
    if (draws >= PATIENCE && mean - Math.sqrt(mean * (1 - mean)) < wanted) return { ok: false, draws };
  }
  return { ok: false, draws: rows };
}

/**
 * A bet that the mean of `rows` values in [0, 1] is above `mean`, as they are drawn without
 * replacement: takes one value after the other and returns whether that is shown by now
 * (Waudby-Smith and Ramdas, "Estimating means of bounded random variables by betting", JRSS B 2024,
 * section 5, with the stakes of its predictable plug-in).
 */
export function bet(rows: number, mean: number, delta: number): (value: number) => boolean {
  let [drawn, sum, squares, capital, shown] = [0, 0, 0, 1, false];
  return (value) => {
    // The mean of the values still to come, if the mean of all were exactly this.
    const rest = (rows * mean - sum) / (rows - drawn);
    drawn++;
    if (rest <= 0) shown = true;
    else {
      const centre = (0.5 + sum) / drawn;
      const spread = (0.25 + squares - 2 * centre * sum + (drawn - 1) * centre ** 2) / drawn;
      const stake = Math.sqrt((2 * Math.log(2 / delta)) / (drawn * Math.log(drawn + 1) * spread));
      capital *= 1 + Math.min(stake, 0.75 / rest) * (value - rest);
      if (capital >= 1 / delta) shown = true;
    }
    sum += value;
    squares += value * value;
    return shown;
  };
}
