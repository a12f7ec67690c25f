import { tune } from 'spillway';
import { fromRows } from 'spillway/full';
import { batchOf, trainedAtRandom } from './asked.js';
import type { AnsweredCorpus, AskedText } from './corpora.js';
import { count } from './draw.js';
import { ourDraw, ourTest } from './ours.js';
import { featuresFor } from './student.js';

/** `tune` and `certifyBatch` as users call them, beside the plain student with the same test. */

export interface TunedFigures {
  readonly corpus: string;
  readonly epsilon: number;
  readonly seconds: number;
  readonly stages: readonly (readonly string[])[];
  /** Shares of the rows that weren't trained on, means over draws. */
  readonly plain: number;
  readonly tuned: number;
}

const DRAWS = 10;
/** `tune` wants rows for a certificate of its own. The batch has another, so that few will do. */
const CERTIFY = 0.05;

export async function tunedFigures(
  corpus: AnsweredCorpus,
  seed: number,
  epsilons: readonly number[],
  delta: number,
): Promise<TunedFigures[]> {
  const start = await trainedAtRandom(corpus, seed);
  const take = (rows: Int32Array) => Array.from(rows, (row) => corpus.rows[row]);
  const [known, others] = [take(start.known), take(start.others)];
  const began = performance.now();
  const cascade = await tune({
    features: featuresFor(known),
    rows: known,
    full: fromRows({
      name: 'recorded',
      labels: corpus.labels,
      price: 1,
      score: (rows: readonly AskedText[]) => rows.map(({ said }) => said),
    }),
    bound: { loss: 'disagreement', epsilon: epsilons[epsilons.length - 1], delta },
    objective: 'price',
    split: { certify: CERTIFY },
    repeats: true,
    fidelities: false,
    seed,
  });
  const seconds = (performance.now() - began) / 1_000;
  const figures: TunedFigures[] = [];
  for (const epsilon of epsilons) {
    const batch = batchOf(start, epsilon, delta);
    const rows = others.length;
    const test = ourTest(batch);
    let [plain, tuned] = [0, 0];
    let stages: TunedFigures['stages'] = [];
    for (let draw = 0; draw < DRAWS; draw++) {
      plain += count(ourDraw(batch, test, draw).requested) / rows / DRAWS;
      // As many wrong rows are allowed as the plain student is: those of the whole table.
      const { byFull, plan } = await cascade.certifyBatch(others, {
        epsilon: (batch.allowed + 0.5) / rows,
        delta,
        seed: draw,
      });
      tuned += count(byFull) / rows / DRAWS;
      stages = plan.stages.map(({ features }) => features);
    }
    figures.push({ corpus: corpus.name, epsilon, seconds, stages, plain, tuned });
  }
  return figures;
}
