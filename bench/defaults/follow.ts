import type { Label } from 'spillway';
import type { Advice } from 'spillway/types';
import { figuresOf, type Split, type Tuned, tuneVariant, type Variant } from '../fidelities/compare.js';
import { atLeast, type Check, leftOut } from '../harness/checks.js';
import type { Use } from './problem.js';

/** A proposal of `cascade.advice`, and what came of it. */
export interface Followed {
  readonly option: Advice['option'];
  readonly change: Advice['change'];
  readonly figure: number;
  /** Whether its plan was certified already, and nothing was tuned again. */
  readonly isCertified: boolean;
  /** Speedups measured on unseen rows, before and after. */
  readonly before: number;
  readonly speedup: number;
  readonly verdict: string;
}

/** How often proposals that are followed have to come within a third of their figures. */
const GOAL = 2 / 3;
const WITHIN = 1 / 3;

/** The default is tuned on this share of the rows, so that more can be given where that is the advice. */
const SHARE = 1 / 2;

/** Tunes by default, then follows each proposal alone, and times all cascades in turn. */
export const follow =
  (seed: number, log: (text: string) => void): Use<Followed[]> =>
  async (variants, { known, unseen }) => {
    const own = variants[variants.length - 1];
    const before = await tuneVariant(own, firstOf(known, Math.floor(SHARE * known.rows.length)), seed, log);
    const tuned = [before];
    const advised: Advice[] = [];
    for (const advice of before.cascade.advice) {
      log(advice.text);
      const after = await followed(advice, own, before, known, seed, log);
      if (after === undefined) continue;
      tuned.push(after);
      advised.push(advice);
    }
    const [first, ...others] = await figuresOf(tuned, unseen);
    return others.map(({ speedup, verdict }, a) => {
      const { option, change, figure } = advised[a];
      const isCertified = saysCertified(advised[a]);
      return { option, change, figure, isCertified, before: first.speedup, speedup, verdict };
    });
  };

/** @returns undefined where there are too few rows for it */
async function followed<Row, L extends Label>(
  advice: Advice,
  own: Variant<Row, L>,
  before: Tuned<Row, L>,
  known: Split<Row, L>['known'],
  seed: number,
  log: (text: string) => void,
): Promise<Tuned<Row, L> | undefined> {
  const base = firstOf(known, Math.floor(SHARE * known.rows.length));
  const { option, change } = advice;
  const name = `${option} ${changed(advice)}`;
  if (option === 'rows') {
    if (change > known.rows.length) return undefined;
    return tuneVariant({ ...own, name }, firstOf(known, change), seed, log);
  }
  if (option === 'bound' && saysCertified(advice))
    return { name, cascade: before.cascade.retune(change), seconds: 0, processor: 0 };
  const options =
    option === 'bound'
      ? { ...own.options, bound: widened(own.options.bound, change) }
      : { ...own.options, repeats: change };
  return tuneVariant({ ...own, name, options }, base, seed, log);
}

/** The same loss, of those that problems are bounded by, with another epsilon. */
function widened(
  { loss, delta = 0.05 }: { readonly loss?: unknown; readonly delta?: number },
  { epsilon }: { readonly epsilon: number },
) {
  if (loss !== 'disagreement' && loss !== 'accuracy') throw new Error('a problem has a loss of another kind');
  return { loss, epsilon, delta } as const;
}

function firstOf<Row, L>({ rows, labels }: Split<Row, L>['known'], count: number): Split<Row, L>['known'] {
  return { rows: rows.slice(0, count), labels: labels.slice(0, count) };
}

const saysCertified = ({ text }: Advice) => text.includes('certified already');

export function changed({ change }: Pick<Followed, 'change'>): string {
  return typeof change === 'object' ? `epsilon ${change.epsilon}` : String(change);
}

/** Whether it gave what it said: a certified plan, no further from the figure than a third of it. */
export function isReached({
  figure,
  speedup,
  verdict,
}: Pick<Followed, 'figure' | 'speedup' | 'verdict'>): boolean {
  return verdict === 'certified' && Math.abs(speedup - figure) <= WITHIN * figure;
}

/** The share of proposals that gave what they said; NaN of none. */
export function reachedShare(proposals: readonly Followed[]): number {
  return proposals.filter(isReached).length / proposals.length;
}

export function adviceCheck(proposals: readonly Followed[]): Check {
  const what = 'followed proposals that came within a third of their figures, certified';
  if (proposals.length === 0)
    return leftOut(what, `>= ${GOAL}`, 'nothing was advised that could be followed');
  return atLeast(what, reachedShare(proposals), GOAL);
}
