import type { StageTest } from '../../cascades/internal.js';
import { binomialLower, random } from '../../lib/stats/index.js';
import { type Asked, batchOf, byWordsAlone } from './asked.js';
import type { Batch, Draw } from './draw.js';
import { hypac } from './hypac.js';
import { bargainDraw, type Figures, figuresOf, oracleShare, tallyOf } from './methods.js';
import { bestOfFive, chosenOnSample, ourDraw, ourTest } from './ours.js';

/** Draws over a scored table: the student and the rows stay, and what is asked about is shuffled. */

export const METHODS = ['ours', 'bargain', 'hypac'] as const;
export const FAULTS = ['chosenOnSample', 'bestOfFive'] as const;

/** A fault is seen in a fifth of the shuffles, and in no fewer than these. */
const FEWEST = 40;
const FEWER = 5;

type Method = (typeof METHODS)[number];
type Fault = (typeof FAULTS)[number];

export interface TrialFigures {
  readonly corpus: string;
  readonly epsilon: number;
  readonly oracle: number;
  readonly methods: Readonly<Record<Method | Fault, Figures>>;
}

export async function trialsOf(
  asked: Asked,
  epsilons: readonly number[],
  delta: number,
  shuffles: number,
): Promise<TrialFigures[]> {
  const cheap = await byWordsAlone(asked, 1);
  return epsilons.map((epsilon) => {
    const batch = batchOf(asked, epsilon, delta);
    const test = ourTest(batch);
    const over = (draw: (seed: number) => Draw, times = shuffles) =>
      figuresOf(Array.from({ length: times }, (_, seed) => tallyOf(draw(seed), batch.allowed)));
    return {
      corpus: asked.corpus.name,
      epsilon,
      oracle: oracleShare(batch),
      methods: {
        ours: over((seed) => ourDraw(batch, test, seed)),
        bargain: over((seed) => bargainDraw(batch, seed)),
        hypac: over((seed) => hypac(batch, cheap, random(seed).fork('hypac'))),
        ...faults(batch, test, (draw) => over(draw, Math.max(FEWEST, Math.ceil(shuffles / FEWER)))),
      },
    };
  });
}

function faults(
  batch: Batch,
  test: StageTest,
  over: (draw: (seed: number) => Draw) => Figures,
): Record<Fault, Figures> {
  return {
    chosenOnSample: over((seed) => chosenOnSample(batch, test, seed)),
    bestOfFive: over((seed) => bestOfFive(batch, test, seed)),
  };
}

/** The lower limit, at 95 %, of the chance that a promise is broken: above delta it isn't kept. */
export function brokenAtLeast(figures: readonly Figures[]): number {
  const total = (of: (each: Figures) => number) => figures.reduce((sum, each) => sum + of(each), 0);
  return binomialLower(
    total(({ broken }) => broken),
    total(({ draws }) => draws),
    0.05,
  );
}
