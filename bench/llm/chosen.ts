import { chooseRows } from '../../lib/learn/choosing/index.js';
import { random } from '../../lib/stats/index.js';
import { type Asked, askedAbout, askedMore, batchOf, orderOf, trainedAtRandom } from './asked.js';
import type { AnsweredCorpus } from './corpora.js';
import { count } from './draw.js';
import { ourDraw, ourTest } from './ours.js';

/** Whether choosing rows to train on pays: at as many training calls, calls after them. */

export interface ChosenFigures {
  readonly corpus: string;
  readonly epsilon: number;
  /** Shares of the rows that weren't trained on. */
  readonly atRandom: number;
  readonly chosen: number;
}

/** Of the training rows half are drawn at random, and a quarter is chosen in each of two rounds. */
const ROUNDS = 2;
const DRAWS = 10;

export async function chosenFigures(
  corpus: AnsweredCorpus,
  seeds: readonly number[],
  epsilons: readonly number[],
  delta: number,
): Promise<ChosenFigures[]> {
  const sums = epsilons.map(() => ({ atRandom: 0, chosen: 0 }));
  for (const seed of seeds) {
    const both = {
      atRandom: await trainedAtRandom(corpus, seed),
      chosen: await trainedOnChosen(corpus, seed),
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

export async function trainedOnChosen(corpus: AnsweredCorpus, seed: number): Promise<Asked> {
  const order = orderOf(corpus, seed);
  const half = Math.round(corpus.training / 2);
  let asked = await askedAbout(corpus, order.slice(0, half), order.slice(half), seed);
  for (let round = 0; round < ROUNDS; round++) {
    const left = corpus.training - asked.known.length;
    const chosen = chooseRows({
      scores: asked.student.scores,
      classes: corpus.labels.length,
      count: round === ROUNDS - 1 ? left : Math.round(left / 2),
      random: random(seed).fork(`chosen ${round}`),
    });
    asked = await askedMore(asked, chosen, seed);
  }
  return asked;
}
