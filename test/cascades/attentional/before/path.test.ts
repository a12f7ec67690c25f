import test from 'ava';
import { scoreCost } from '../../../../cascades/attentional/before/costs.js';
import { testPath } from '../../../../cascades/attentional/before/index.js';
import { expectedCosts, pathOf } from '../../../../cascades/attentional/before/path.js';
import { modelAt, settingOf } from '../../../../cascades/attentional/dial/index.js';
import { random } from '../../../../lib/stats/index.js';
import { blobModel } from '../blobs.js';

const cascade = blobModel();

/** Windows by stages passed and sum, all of them accepted by the full model but those that are flat. */
function seen(...windows: readonly (readonly [number, number])[]) {
  return {
    stages: Int16Array.from(windows, ([stages]) => stages),
    sums: Float64Array.from(windows, ([, sum]) => sum),
    accepted: Int32Array.from(windows.keys()).filter((i) => windows[i][0] >= 0),
  };
}

test('a path begins with whole stages and goes on window by window', (t) => {
  const images = [seen([2, 6], [2, 4]), seen([1, 2], [-1, Number.NaN])];
  const path = pathOf(cascade, images, 0.4, 64);
  // Three accepted: up to 3 of them may be lost on the way, as twice .4 of 3 is 2.4.
  t.deepEqual(path, [
    { stages: 1, threshold: 1 },
    settingOf(1, 2, 2),
    settingOf(2, 4, 2),
    settingOf(2, 6, 2),
  ]);
  t.deepEqual(pathOf(cascade, images, 0.1, 64).length, 3);
  t.deepEqual(pathOf(cascade, [seen([-1, Number.NaN])], 0.1, 64), [
    { stages: 1, threshold: 1 },
    { stages: 2, threshold: 3 },
  ]);
});

test('costs are those of the scan, of batches and of windows', (t) => {
  const path = [
    { stages: 1, threshold: 1 },
    { stages: 2, threshold: 3 },
  ];
  const costs = {
    scan: new Map([
      [1, 5],
      [2, 7],
    ]),
    fixed: 10,
    perWindow: 2,
  };
  const images = [seen([2, 6], [1, 2], [-1, Number.NaN], [0, 0]), seen([0, 0], [0, 0])];
  const [first, second] = expectedCosts(cascade, path, images, costs, 2);
  // Two windows of the first image in one batch, none of the second.
  t.is(first.cost, 5 + (10 + 2 * 2) / 2);
  t.is(first.passed, 1);
  t.is(second.cost, 7 + (10 + 2) / 2);
  t.is(second.fullCost, (2 * 10 + 4 * 2 + 10 + 2 * 2) / 2);
  t.is(second.windows, 3);
  t.is(scoreCost(costs, 0, 2), 0);
  t.is(modelAt(cascade, path[0]).leaves.length, 2);
});

test('of the settings that pass the cheapest is served, unless the full model is cheaper', (t) => {
  const bound = { epsilon: 0.1, delta: 0.05, maxAccepted: 1 };
  const accepted = new Array<number>(100).fill(1);
  const lost = accepted.map((_, i) => Uint16Array.of(0, 0, Number(i < 2), Number(i < 30)));
  const costs = (...all: number[]) =>
    all.map((cost) => ({ cost, fullCost: 10, speedup: 10 / cost, windows: 1, passed: 1 }));
  const tested = (...all: number[]) => testPath({ accepted, lost }, bound, costs(...all), 0, random(1));
  t.is(tested(9, 8, 7, 1).served, 2);
  t.is(tested(9, 6, 7, 1).served, 1);
  t.is(tested(9, 8, 7, 1).bound.lost, 2);
  const dear = tested(12, 11, 10, 1);
  t.is(dear.served, -1);
  t.regex(dear.reason ?? '', /^not worth it/);
  t.is(dear.bound.upper, null);
});
