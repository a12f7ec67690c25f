import test from 'ava';
import type { TrainedModel } from '../../../entries/full.js';
import { define, dense, tune, UnstableModel } from '../../../index.js';
import { isRowBlock } from '../../../lib/data/blocks/index.js';

/** A model that keeps its answers, and gives others when it is asked another time. */
const rows = Array.from({ length: 400 }, (_, i) => i);
const features = define({ number: dense(1, (some: readonly number[]) => Float32Array.from(some)) });
const options = {
  features,
  rows,
  bound: { loss: 'disagreement', epsilon: 0.1, delta: 0.05 },
  seed: 1,
} as const;

function flipping(keepsAnswers: boolean): TrainedModel<string> {
  return {
    name: 'flipping',
    labels: ['low', 'high'],
    classes: 2,
    readsRows: true,
    keepsAnswers,
    score([block], out, { ask = 0 } = {}) {
      if (!isRowBlock(block)) throw new TypeError('it reads rows');
      block.held.forEach((row, i) => {
        const isHigh = Number(row) >= 200 !== ask > 0;
        out[2 * i + Number(isHigh)] = 1;
      });
    },
  };
}

test('whether a model differs from itself is seen where it keeps its answers', async (t) => {
  await t.throwsAsync(tune({ ...options, full: flipping(true) }), { instanceOf: UnstableModel });
});

test('a model that keeps none is asked the same time again', async (t) => {
  await t.notThrowsAsync(tune({ ...options, full: flipping(false) }));
});
