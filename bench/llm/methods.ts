import { random } from '../../lib/stats/index.js';
import { bargain } from '../peers/bargain.js';
import { type Batch, count, type Draw, surestFirst } from './draw.js';

/** BARGAIN's rule over the student's confidence: see `bench/peers/bargain.ts`. */
export function bargainDraw({ others, truth, allowed, delta }: Batch, seed: number): Draw {
  const { classes, requested, drawn } = bargain({
    proxy: { classes: Int32Array.from(others.answers), confidence: others.confidence },
    oracle: truth,
    target: 1 - allowed / truth.length,
    delta,
    draw: random(seed).fork('bargain'),
  });
  let wrong = 0;
  classes.forEach((answer, row) => {
    wrong += Number(answer !== truth[row]);
  });
  return { requested, wrong, drawn };
}

/** The least share of rows that must be asked about: by one threshold, for who knows which answers are wrong. */
export function oracleShare({ others, truth, allowed }: Batch): number {
  let [wrong, leaving] = [0, 0];
  surestFirst(others).forEach((row, rank) => {
    wrong += Number(others.answers[row] !== truth[row]);
    if (wrong <= allowed) leaving = rank + 1;
  });
  return 1 - leaving / truth.length;
}

/** What draws came to: means, and how many broke the promise. */
export interface Figures {
  /** Share of the rows that weren't trained on that the model was asked about. */
  readonly calls: number;
  /** Of these, the share asked about to test or choose. */
  readonly drawn: number;
  readonly broken: number;
  readonly draws: number;
}

/** One draw as its figures are summed. */
export interface Tally {
  readonly calls: number;
  readonly drawn: number;
  readonly isBroken: boolean;
}

export function tallyOf({ requested, drawn, wrong }: Draw, allowed: number): Tally {
  const rows = requested.length;
  return { calls: count(requested) / rows, drawn: drawn / rows, isBroken: wrong > allowed };
}

/** Of several samples in one run the mean calls; whether the promise was broken is the first one's, so that runs are independent. */
export function meanTally(tallies: readonly Tally[]): Tally {
  return { ...meansOf(tallies), isBroken: tallies[0].isBroken };
}

export function figuresOf(tallies: readonly Tally[]): Figures {
  return {
    ...meansOf(tallies),
    broken: tallies.filter(({ isBroken }) => isBroken).length,
    draws: tallies.length,
  };
}

function meansOf(tallies: readonly Tally[]): Pick<Figures, 'calls' | 'drawn'> {
  const mean = (of: (tally: Tally) => number) =>
    tallies.reduce((sum, tally) => sum + of(tally), 0) / tallies.length;
  return { calls: mean(({ calls }) => calls), drawn: mean(({ drawn }) => drawn) };
}
