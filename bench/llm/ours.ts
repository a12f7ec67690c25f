import { drawKeyed } from '../../cascades/batch/keyedSample.js';
import { mostAggressivePlan } from '../../cascades/batch/walk.js';
import { exitStage } from '../../cascades/chain/index.js';
import { type StageTest, testOfStage } from '../../cascades/internal.js';
import { type Batch, type Draw, drawOf, count as marks } from './draw.js';

/** Our test of one batch, by the very functions of `certifyBatch`, over one student instead of a cascade. */
export function ourTest({ classes, known, others, allowed, delta }: Omit<Batch, 'truth'>): StageTest {
  return testOfStage({ classes, known, others, batch: { rows: others.answers.length, allowed, delta } });
}

/** Asks the sample, and answers the rest by the boldest plan that passes. */
export function ourDraw(batch: Batch, { path, design, open }: StageTest, seed: number | string): Draw {
  const { others, truth } = batch;
  const asked = new Uint8Array(truth.length);
  const drawn = Int32Array.from(drawKeyed(seed, '', open, design.count), ({ index }) => index).sort();
  for (const row of drawn) asked[row] = 1;
  const step = mostAggressivePlan(
    [others],
    path.slice(0, design.plans),
    drawn,
    Float64Array.from(truth),
    design.errors,
  );
  return drawOf(batch, (row) => step >= 0 && exitStage([others], path[step], row) === 0, asked);
}

/** A planted fault: the boldest plan whose errors left are within the limit by an estimate from the sample, not by a test. */
export function chosenOnSample(batch: Batch, test: StageTest, seed: number): Draw {
  const { count, plans } = test.design;
  const errors = Math.floor((batch.allowed * count) / Math.max(1, test.open.length - count));
  return ourDraw(batch, { ...test, design: { plans, count, errors } }, seed);
}

/** Another: of five samples the one that lets most rows out. */
export function bestOfFive(batch: Batch, test: StageTest, seed: number): Draw {
  const draws = Array.from({ length: 5 }, (_, i) => ourDraw(batch, test, `${seed} ${i}`));
  const asked = draws.map(({ requested }) => marks(requested));
  return draws[asked.indexOf(Math.min(...asked))];
}
