import { define, dense, gradientBoosting, type Learner, logisticRegression, tune } from 'spillway';
import { atLeast, columns } from '../harness/checks.js';
import type { RunOptions, Workload } from '../harness/harness.js';
import { machine, versions } from '../harness/machine.js';
import { interleave, medianRatio } from '../harness/measure.js';
import { disagreementRefuted } from '../harness/refute.js';
import { countsOf } from '../mail/seed.js';
import { generatedRows } from './data.js';

/**
 * The gain of early exits from boosted trees: a cascade whose stages are their first rounds against
 * one without.
 */
export const prefixes: Workload = { run };

const ROUNDS = 9;
const TREES = 500;

interface Case {
  readonly width: number;
  readonly known: readonly Float32Array[];
  readonly labels: readonly (number | string)[];
  readonly unseen: readonly Float32Array[];
  readonly truth: readonly (number | string)[];
}

async function run({ seeds: [seed = 1] = [], quick }: RunOptions) {
  const found = await measure(generated(seed, quick), seed);
  const { speedup, predicted, without, besideFew, counts, rounds } = found;
  const checks = [
    atLeast('speedup, as a multiple of that without prefixes', speedup / without, 1.1),
    atLeast(
      'the same with few trees of their own to choose from as well',
      besideFew.with / besideFew.without,
      0.9,
    ),
    disagreementRefuted([counts]),
  ];
  const json = { workload: 'prefixes', quick, machine: machine(), versions: versions(), ...found, checks };
  const table = columns([
    ['speedup', 'predicted', 'without', 'and few', 'without', 'differs', 'rounds'],
    [
      `${speedup.toFixed(2)}x`,
      `${predicted.toFixed(2)}x`,
      `${without.toFixed(2)}x`,
      `${besideFew.with.toFixed(2)}x`,
      `${besideFew.without.toFixed(2)}x`,
      `${((100 * counts.changed) / counts.rows).toFixed(2)} %`,
      rounds.join(', '),
    ],
  ]);
  return { json, table };
}

async function measure({ width, known, labels, unseen, truth }: Case, seed: number) {
  const features = define({
    numbers: dense(width, (rows: readonly Float32Array[]) => {
      const block = new Float32Array(rows.length * width);
      rows.forEach((row, r) => {
        block.set(row, r * width);
      });
      return block;
    }),
  });
  const full = gradientBoosting({ rounds: TREES, maxDepth: 6 });
  const few = gradientBoosting({ rounds: TREES / 10 });
  const options = {
    features,
    rows: known,
    labels,
    bound: { loss: 'disagreement', epsilon: 0.01, delta: 0.05 },
    seed,
  } as const;
  const simple = logisticRegression();
  const rich = await tune({ ...options, full, approximate: [simple, few] });
  const { profile } = rich;
  const cut = await tune({ ...options, full, approximate: [simple], profile });
  // The same models, but no one knows that they can be left early.
  const whole = { ...options, full: closed(full), profile };
  const plain = await tune({ ...whole, approximate: [simple] });
  const plainFew = await tune({ ...whole, approximate: [simple, closed(few)] });
  const [fullTimes, ...times] = await interleave(
    [cut.full, cut, plain, rich, plainFew].map((each) => () => each.predict(unseen)),
    ROUNDS,
    true,
  );
  const [speedup, without, richly, plainly] = times.map((each) => medianRatio(fullTimes, each));
  const reference = (await cut.full.predict(unseen)).labels;
  return {
    speedup,
    predicted: cut.plan.expected.speedup,
    without,
    besideFew: { with: richly, without: plainly },
    counts: countsOf((await cut.predict(unseen)).labels, reference, truth),
    rounds: cut.plan.stages.map(({ learner, target, prefix: at }) =>
      at ? `${at.rounds} of ${at.of}${target === 'full' ? '' : ` (${learner})`}` : learner,
    ),
    certificate: cut.certificate,
  };
}

function closed(learner: ReturnType<typeof gradientBoosting>): Learner {
  return {
    ...learner,
    async fit(set, context) {
      const { name, classes, state, score } = await learner.fit(set, context);
      return { name, classes, state, score };
    },
  };
}

function generated(seed: number, quick: boolean): Case {
  const {
    columns: width,
    train,
    labels,
    test,
    testLabels,
  } = generatedRows(seed, quick ? 5_000 : 20_000, 20_000);
  const rowsOf = (values: Float32Array) =>
    Array.from({ length: values.length / width }, (_, row) =>
      values.subarray(row * width, (row + 1) * width),
    );
  return {
    width,
    known: rowsOf(train),
    labels: Array.from(labels),
    unseen: rowsOf(test),
    truth: Array.from(testLabels),
  };
}
