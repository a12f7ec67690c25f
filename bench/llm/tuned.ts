import { tune } from 'spillway';
import { fromRows } from 'spillway/full';
import { mapRows } from 'spillway/llm';
import { unclaimed } from '../harness/parts.js';
import { batchOf, trainedAtRandom } from './asked.js';
import type { AnsweredCorpus, AskedText } from './corpora.js';
import { count } from './draw.js';
import { ourDraw, ourTest } from './ours.js';
import { featuresFor } from './student.js';

/** `tune` and `certifyBatch`, and `mapRows`, as users call them, beside the plain student with the same test. */

export interface TunedFigures {
  readonly corpus: string;
  readonly epsilon: number;
  readonly seconds: number;
  readonly stages: readonly (readonly string[])[];
  /** Shares of the rows that weren't trained on, means over draws. */
  readonly plain: number;
  readonly tuned: number;
  /** One whole run: all rows asked about but those trained on by plan. */
  readonly mapped: number;
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
  const features = featuresFor(known);
  const full = fromRows({
    name: 'recorded',
    labels: corpus.labels,
    price: 1,
    score: (rows: readonly AskedText[]) => rows.map(({ said }) => said),
  });
  const cascade = await tune({
    features,
    rows: known,
    full,
    bound: { loss: 'disagreement', epsilon: epsilons[epsilons.length - 1], delta },
    objective: 'price',
    split: { certify: CERTIFY },
    repeats: true,
    fidelities: false,
    seed,
  });
  const seconds = (performance.now() - began) / 1_000;
  const places = new Map(corpus.rows.map((row, place) => [row, place]));
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
      const { byFull, plan } = await unclaimed(cascade).certifyBatch(others, {
        epsilon: (batch.allowed + 0.5) / rows,
        delta,
        seed: draw,
      });
      tuned += count(byFull) / rows / DRAWS;
      stages = plan.stages.map(({ features }) => features);
    }
    const { asked } = await mapRows({
      rows: corpus.rows,
      full,
      features,
      // Each row is a question of its own, as it is to the other methods.
      reads: (row) => places.get(row),
      bound: { epsilon, delta },
      training: corpus.training,
      allowVacuous: true,
      seed,
      sampleSeed: `${seed}`,
    });
    const all = Object.values(asked).reduce((sum, part) => sum + part, 0);
    const mapped = (all - corpus.training) / rows;
    figures.push({ corpus: corpus.name, epsilon, seconds, stages, plain, tuned, mapped });
  }
  return figures;
}
