import test from 'ava';
import type { ModelAnswer } from '../../../../serve/worker/hosting/hostedModel.js';
import { Probes } from '../../../../serve/worker/hosting/probes.js';

const FULL = 1;
const well: ModelAnswer = {
  answers: Float64Array.of(0),
  scores: Float64Array.of(0),
  exits: Uint8Array.of(FULL),
  degraded: Uint8Array.of(0),
  verdict: 'certified',
};
const hangs = () => new Promise<ModelAnswer>(() => {});

test('a probe that hangs counts as failed after a second, and others follow', (t) => {
  let now = 0;
  const probes = new Probes(2, () => now);
  t.true(probes.isDue);
  void probes.run(hangs, FULL);
  now = 999;
  t.false(probes.isDue, 'one at a time');
  now = 1_000;
  t.true(probes.isDue);
  void probes.run(hangs, FULL);
  now = 2_000;
  t.false(probes.isDue, 'two have failed');
  now = 61_000;
  t.true(probes.isDue);
});

test('a slow probe that ends well has not failed', async (t) => {
  let now = 0;
  const probes = new Probes(1, () => now);
  let end = (_: ModelAnswer) => {};
  const slow = probes.run(() => new Promise<ModelAnswer>((resolve) => (end = resolve)), FULL);
  now = 1_000;
  t.false(probes.isDue);
  end(well);
  await slow;
  t.true(probes.isDue);
});
