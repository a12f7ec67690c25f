import * as tf from '@tensorflow/tfjs-core';
import type { Digits } from 'spillway/datasets';
import type { OnTfjs, TrainedModel } from 'spillway/full';
import { denseBlock } from '../../lib/data/blocks/index.js';
import { scoreInto } from '../../lib/learn/learners/index.js';
import { quickenWasm } from '../../lib/models/full/tfjs/wasm/index.js';
import { interleave, medianRatio } from '../harness/measure.js';
import { pixelBlock } from './features.js';
import { buildNetwork, LARGE } from './network.js';

type Network = ReturnType<typeof buildNetwork>;

const ROUNDS = 21;

/** A step of training on wasm, with the kernels of `wasmKernels`, as a multiple of a pass forward of the same batch. */
export async function stepRatio({ rows, labels }: Digits, batch: number): Promise<number> {
  quickenWasm(tf);
  const network = buildNetwork(LARGE);
  const optimizer = tf.train.adam(0.001);
  network.compile({ optimizer, loss: 'categoricalCrossentropy' });
  const x = tf.tensor(pixelBlock(rows.slice(0, batch)), [batch, 28, 28, 1]);
  const y = tf.tidy(() => tf.oneHot(tf.tensor1d(labels.slice(0, batch), 'int32'), 10));
  const [step, forward] = await interleave(
    [() => network.trainOnBatch(x, y), () => forwards(network, x)],
    ROUNDS,
    true,
  );
  tf.dispose([x, y]);
  network.dispose();
  return medianRatio(step, forward);
}

/** A call of the model as a multiple of the runtime's own call on the same numbers. */
export async function adapterRatio(
  full: TrainedModel<number> & OnTfjs,
  network: Network,
  { rows }: Digits,
  batch: number,
): Promise<number> {
  const values = pixelBlock(rows.slice(0, batch));
  const block = denseBlock(batch, 784, values);
  const out = new Float64Array(batch * 10);
  const repeats = Math.max(1, Math.floor(64 / batch));
  const repeated = (run: () => void | Promise<void>) => async () => {
    for (let i = 0; i < repeats; i++) await run();
  };
  const own = async () => {
    const x = tf.tensor(values, [batch, 28, 28, 1]);
    await forwards(network, x);
    x.dispose();
  };
  const [adapted, direct] = await interleave(
    [repeated(() => scoreInto(full, [block], out)), repeated(own)],
    ROUNDS,
    true,
  );
  return medianRatio(adapted, direct);
}

async function forwards(network: Network, x: tf.Tensor): Promise<void> {
  const y = network.predictOnBatch(x);
  if (!(y instanceof tf.Tensor)) throw new TypeError('expected one output');
  await y.data();
  y.dispose();
}
