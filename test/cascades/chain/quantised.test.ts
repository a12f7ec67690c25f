import test from 'ava';
import fc from 'fast-check';
import {
  type Candidate,
  candidateOf,
  costAtLoss,
  quantisedCostAtLoss,
  type Rival,
} from '../../../cascades/chain/index.js';
import { orderOf } from '../../../cascades/chain/order.js';
import { random } from '../../../lib/stats/index.js';
import { near } from '../../support/near.js';
import { stageSpec } from '../../support/plans.js';

/** A stage of two classes that is surer where it is right; `levels` different confidences. */
function stage(rows: number, seed: number, levels: number): Candidate {
  const draw = random(seed);
  const sure = Float64Array.from({ length: rows }, () => Math.ceil(draw.uniform() * levels) / levels);
  const evidence = {
    answers: Float64Array.from({ length: rows }, () => Number(draw.uniform() < 0.5)),
    confidence: sure.map((share) => 0.5 + share / 2),
    loss: sure.map((share) => Number(draw.uniform() < 0.3 * (1 - share))),
  };
  const rule = { kind: { calibration: 'identity', score: 'top' } } as Candidate['rule'];
  return candidateOf({ ...stageSpec(['a']), rule }, evidence, 2);
}

function costs(stages: readonly Candidate[], rows: number, target: number) {
  const each = [1, 4, 100].slice(2 - stages.length);
  const all = each.map((cost) => new Float64Array(rows).fill(cost));
  return {
    exact: costAtLoss({ stages, costs: all, rows, width: 2 }, target),
    quantised: quantisedCostAtLoss({ stages, costs: each, rows }, target).cost,
  };
}

test('with fewer confidences than bins, chains cost the same by bins as by exact thresholds', (t) => {
  const chains = fc.record({
    seeds: fc.array(fc.nat(1_000), { minLength: 1, maxLength: 2 }),
    rows: fc.integer({ min: 40, max: 300 }),
    levels: fc.integer({ min: 2, max: 20 }),
    target: fc.double({ min: 0.001, max: 0.1, noNaN: true }),
  });
  fc.assert(
    fc.property(chains, ({ seeds, rows, levels, target }) => {
      const stages = seeds.map((seed) => stage(rows, seed, levels));
      const { exact, quantised } = costs(stages, rows, target);
      if (Number.isFinite(exact)) near(t, quantised, exact, 1e-6 * exact, 1e-6);
      else t.false(Number.isFinite(quantised));
    }),
    { numRuns: 30 },
  );
});

test('with many confidences, chains cost nearly the same by bins', (t) => {
  for (const count of [1, 2]) {
    const stages = [5, 6].slice(0, count).map((seed) => stage(4_000, seed, 1e6));
    const { exact, quantised } = costs(stages, 4_000, 0.02);
    t.true(Math.abs(quantised / exact - 1) < 0.02, `${quantised} by bins, ${exact} exactly`);
  }
});

test('a chain is left out only where it costs more than its rival, and then mostly is', (t) => {
  const rows = 3_000;
  const price = (seeds: readonly number[], rival?: Rival) => {
    const stages = seeds.map((seed) => stage(rows, seed, 1e6));
    const each = [1, 4, 100].slice(2 - stages.length);
    return quantisedCostAtLoss({ stages, costs: each, rows }, 0.02, rival);
  };
  for (const seeds of [[5], [5, 6], [7, 8]]) {
    const { cost, lambda } = price(seeds);
    for (const times of [0.3, 1, 3]) {
      const slope = times * price([9]).lambda;
      t.is(price(seeds, { cost, lambda: slope }).cost, cost, `${seeds}, ${times}`);
    }
    t.is(price(seeds, { cost: 0.9 * cost, lambda }).cost, Number.POSITIVE_INFINITY);
    t.is(price(seeds, { cost: Number.POSITIVE_INFINITY, lambda }).cost, cost);
  }
});

test('many rows are put in order as few are: by falling confidence, then by position', (t) => {
  const draw = random(7);
  const rows = 5_000;
  const confidence = Float64Array.from({ length: rows }, () => Math.round(draw.uniform() * 3_000) / 3_000);
  const evidence = { answers: new Float64Array(rows), confidence, loss: new Float64Array(rows) };
  const [order] = orderOf(evidence, 1);
  t.deepEqual(
    order,
    Int32Array.from(confidence.keys()).sort((a, b) => confidence[b] - confidence[a] || a - b),
  );
});
