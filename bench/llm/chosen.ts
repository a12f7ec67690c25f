import { askedAbout, batchOf, trainedAtRandom } from './asked.js';
import type { AnsweredCorpus } from './corpora.js';
import { count } from './draw.js';
import { trainedAsMapped } from './mapped.js';
import { ourDraw, ourTest } from './ours.js';

/** Whether choosing rows to train on pays: at as many training calls, calls after them. */

export interface ChosenFigures {
  readonly corpus: string;
  readonly epsilon: number;
  /** Shares of the rows that weren't trained on. */
  readonly atRandom: number;
  readonly chosen: number;
}

const DRAWS = 10;

export async function chosenFigures(
  corpus: AnsweredCorpus,
  seeds: readonly number[],
  epsilons: readonly number[],
  delta: number,
): Promise<ChosenFigures[]> {
  const sums = epsilons.map(() => ({ atRandom: 0, chosen: 0 }));
  for (const seed of seeds) {
    const trained = await trainedAsMapped(corpus, seed);
    const isTrained = new Set(trained);
    const others = Int32Array.from(corpus.rows.keys()).filter((row) => !isTrained.has(row));
    const both = {
      atRandom: await trainedAtRandom(corpus, seed),
      chosen: await askedAbout(corpus, trained, others, seed),
    };
    for (const [e, epsilon] of epsilons.entries()) {
      for (const way of ['atRandom', 'chosen'] as const) {
        const batch = batchOf(both[way], epsilon, delta);
        const test = ourTest(batch);
        for (let draw = 0; draw < DRAWS; draw++)
          sums[e][way] +=
            count(ourDraw(batch, test, draw).requested) / batch.truth.length / DRAWS / seeds.length;
      }
    }
  }
  return epsilons.map((epsilon, e) => ({ corpus: corpus.name, epsilon, ...sums[e] }));
}
