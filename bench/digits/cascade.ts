import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { type Cascade, type Profile, tune } from 'spillway';
import type { Digit, Digits } from 'spillway/datasets';
import { type NetworkShape, pretrained, type TrainedModel, tfjsLearner } from 'spillway/full';
import { interleave, measurement, medianRatio } from '../harness/measure.js';
import { PairedAnswers } from '../harness/paired.js';
import { countsOf } from '../mail/seed.js';
import { features } from './features.js';

export type DigitCascade = Cascade<Digit, number, (typeof features.names)[number]>;

const ROUNDS = 3;

/** A network and a much smaller one, in the same runtime. */
export interface Pair {
  readonly full: TrainedModel<number>;
  readonly small: TrainedModel<number>;
}

/** Tunes a cascade for a full model, and measures both from raw digits to labels on digits that no step has seen. */
export async function measureCascade(
  { full, small }: Pair,
  known: Digits,
  unseen: Digits,
  seed: number,
  log: (text: string) => void,
) {
  log(`${full.name}, seed ${seed}: tuning`);
  const start = performance.now();
  const cascade = await tune({
    features,
    rows: known.rows,
    labels: known.labels,
    full,
    approximate: [stageLearner, pretrained(small)],
    bound: {
      delta: 0.05,
      all: [
        { loss: 'disagreement', epsilon: 0.01 },
        { loss: 'accuracy', epsilon: 0.003 },
      ],
    },
    split: { certify: 0.4, folds: 2 },
    seed,
  });
  const tuneSeconds = (performance.now() - start) / 1000;
  log(`${full.name}, seed ${seed}: measuring`);
  const { rows, labels } = unseen;
  const reference = await cascade.full.predict(rows);
  const answers = await cascade.predict(rows);
  const [slow, quick] = await interleave(
    [() => cascade.full.predict(rows), () => cascade.predict(rows)],
    ROUNDS,
    true,
  );
  const figures = {
    full: measurement(slow, reference.labels, reference.labels, labels),
    cascade: measurement(quick, answers.labels, reference.labels, labels),
    speedup: medianRatio(slow, quick),
    predictedSpeedup: cascade.plan.expected.speedup,
  };
  const stages = cascade.plan.stages.length;
  const share = (stage: number) => answers.exits.filter((exit) => exit === stage).length / rows.length;
  const profile: Profile = cascade.profile;
  log(`${full.name}, seed ${seed}: ${figures.speedup.toFixed(1)}x`);
  return {
    model: full.name,
    seed,
    rows: { tuned: known.rows.length, certification: cascade.certificate.n, unseen: rows.length },
    ...figures,
    counts: countsOf(answers.labels, reference.labels, labels),
    paired: PairedAnswers.of([...rows.keys()], {
      answers: answers.labels,
      full: reference.labels,
      truth: labels,
    }).figures,
    certificate: cascade.certificate,
    stages: cascade.plan.stages,
    exits: Array.from({ length: stages + 1 }, (_, stage) => share(stage)),
    profile,
    tuneSeconds,
  };
}

export type CascadeResult = Awaited<ReturnType<typeof measureCascade>>;

const HIDDEN = 64;

/** The learner of the stages: one hidden layer, trained in a second or two. */
const stageLearner = tfjsLearner(
  ({ columns, classes, seed }: NetworkShape) => {
    const drawn = (place: number) => layers.initializers.heNormal({ seed: (seed % 1000) + place });
    return layers.sequential({
      layers: [
        layers.layers.dense({
          inputShape: [columns],
          units: HIDDEN,
          activation: 'relu',
          kernelInitializer: drawn(1),
        }),
        layers.layers.dense({ units: classes, activation: 'softmax', kernelInitializer: drawn(2) }),
      ],
    });
  },
  {
    name: 'one hidden layer',
    epochs: 8,
    batchSize: 256,
    optimizer: () => tf.train.adam(0.01),
    backend: 'wasm',
    wasmKernels: true,
    multiplications: 100 * HIDDEN,
  },
);
