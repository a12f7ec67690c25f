import test from 'ava';
import { partsOf } from '../../../bench/harness/parts.js';
import { pathOfBatch, seenBy } from '../../../cascades/batch/batchPath.js';
import { thresholdsOf, usesOf } from '../../../cascades/plan/index.js';
import { agreementWorld } from '../../../datasets/index.js';
import { DataError } from '../../../index.js';
import { tuneWorld } from '../../support/agreement.js';

const cascade = await tuneWorld(agreementWorld({ rows: 3_000, seed: 1 }));
const parts = partsOf(cascade);
const tested = pathOfBatch(parts);

test('a batch is tested on a finer path than the one that was certified, which is on it', (t) => {
  const plans = cascade.path;
  t.true(tested.path.length > plans.length);
  const printed = tested.path.map((_, step) => tested.plan(step));
  t.deepEqual(
    printed.filter((plan) => plans.includes(plan)),
    [...plans],
  );
});

test('each plan in print has the thresholds that rows leave by, and is expected to cost no more than the one before', (t) => {
  const { chain, path } = tested;
  const costs = path.map((at, step) => {
    const plan = tested.plan(step);
    t.deepEqual(thresholdsOf(chain, plan, usesOf(chain, plan)), [...at]);
    return plan.expected.cost;
  });
  t.true(costs[0] > (costs.at(-1) ?? Number.NaN));
});

test('rows seen before are counted from the first plan on that lets them out, and that is wrong', (t) => {
  const stage = {
    answers: Float64Array.of(0, 0, 1, 1),
    confidence: Float64Array.of(0.9, 0.8, 0.7, 0.6),
    loss: Float64Array.of(0, 1, 0, 1),
  };
  const plan = (first: number, second: number) => [Float64Array.of(first, second)];
  // The last plan lets fewer rows out: what was open, or wrong, before still counts.
  const path = [plan(0.85, 1), plan(0.75, 1), plan(0.75, 0.5), plan(0.95, 0.95)];
  t.deepEqual(seenBy(path, [stage]), { rows: 4, opened: [1, 2, 4, 4], changed: [0, 1, 2, 2] });
});

test('a row is wrong from the first plan on under which a stage answers it wrongly', (t) => {
  const cheap = { answers: Float64Array.of(1), confidence: Float64Array.of(0.7), loss: Float64Array.of(1) };
  const dear = { answers: Float64Array.of(0), confidence: Float64Array.of(0.9), loss: Float64Array.of(0) };
  const plan = (first: number) => [Float64Array.of(first, first), Float64Array.of(0.8, 0.8)];
  // It leaves late and right first, and then early and wrong.
  t.deepEqual(seenBy([plan(0.75), plan(0.6)], [cheap, dear]), { rows: 1, opened: [1, 1], changed: [0, 1] });
});

test('without the tuning rows, or with a loss that counts otherwise, the path is the certified one', (t) => {
  const { evidence, certificate } = parts;
  if (evidence === undefined) throw new TypeError('expected evidence');
  const plans = cascade.path;
  const without = pathOfBatch({ ...parts, evidence: { ...evidence, tuning: undefined } });
  t.is(without.path.length, plans.length);
  t.is(without.seen.opened, undefined);
  const harm = pathOfBatch({ ...parts, certificate: { ...certificate, loss: 'harm' } });
  t.is(harm.path.length, plans.length);
});

test('a step that is none is refused', (t) => {
  t.throws(() => tested.plan(tested.path.length), { instanceOf: DataError, message: /there is no plan/ });
  t.is(tested.plan(-1).stages.length, 0);
});
