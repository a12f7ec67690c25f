import test from 'ava';
import fc from 'fast-check';
import { type Block, denseBlock } from '../../../../lib/data/blocks/index.js';
import { classRule } from '../../../../lib/learn/exits/index.js';
import { type Ensemble, type Model, prefixOf } from '../../../../lib/learn/learners/index.js';
import { type Engine, runSync, serveRows } from '../../../../lib/run/runtime/index.js';
import { type Numbers, probe } from './numbers.js';

/** Whose round r says sin(r * number) of class 1; it writes down which rounds it ran for how many rows. */
function waves(rounds: number) {
  const ran: number[] = new Array(rounds).fill(0);
  const add = ([{ values }]: readonly Block[], sums: Float64Array, from: number, to: number) => {
    for (let round = from; round < to; round++) {
      ran[round] += values.length;
      values.forEach((value, row) => {
        sums[row] += Math.sin((round + 1) * value);
      });
    }
  };
  const conclude = (rows: number, sums: Float64Array, out: Float64Array) => {
    for (let row = rows - 1; row >= 0; row--) {
      const yes = 1 / (1 + Math.exp(-sums[row]));
      out[2 * row] = 1 - yes;
      out[2 * row + 1] = yes;
    }
  };
  const score = (blocks: readonly Block[], out: Float64Array) => {
    const sums = new Float64Array(blocks[0].rows);
    add(blocks, sums, 0, rounds);
    conclude(blocks[0].rows, sums, out);
  };
  const ensemble: Ensemble = {
    name: 'waves',
    classes: 2,
    rounds,
    sums: 1,
    begin: (rows, sums) => sums.fill(0, 0, rows),
    advance: add,
    conclude,
    score,
    own: score,
  };
  return { ensemble, ran };
}

test('stages that are cuts of one ensemble run each round once a row, and answer as each cut alone would', (t) => {
  const arbitrary = fc.record({
    cuts: fc.uniqueArray(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 3 }),
    at: fc.double({ min: 0.5, max: 0.95, noNaN: true }),
    isFull: fc.boolean(),
  });
  fc.assert(
    fc.property(arbitrary, ({ cuts, at, isFull }) => {
      const { ensemble, ran } = waves(10);
      cuts.sort((a, b) => a - b);
      const stages = cuts.map((cut) => prefixOf(ensemble, cut));
      const { name, classes, score } = waves(3).ensemble;
      const other: Model = { name, classes, score };
      const full = isFull ? ensemble : other;
      const engine: Engine<Numbers> = {
        features: [probe(0).feature],
        stages: stages.map((model) => ({
          model,
          reads: [0],
          rule: classRule({ kind: 'argmax' }),
          thresholds: Float64Array.of(at, at),
        })),
        full: { model: full, reads: [0] },
        classes: 2,
        decision: { kind: 'argmax' },
      };
      const rows = Array.from({ length: 1_100 }, (_, id) => ({ id, values: [Math.sin(id) * 3] }));
      const answered = runSync(serveRows(engine, rows, { onFault: 'throw' }), 'a test');
      ran.forEach((count, round) => {
        const stage = cuts.findIndex((cut) => cut > round);
        const reach = rows.filter((_, row) => answered.exits[row] >= (stage < 0 ? cuts.length : stage));
        t.is(count, stage < 0 && !isFull ? 0 : reach.length, `round ${round}`);
      });
      // Each row, by the cut at which it left, alone.
      const block = denseBlock(
        rows.length,
        1,
        Float32Array.from(rows, ({ values }) => values[0]),
      );
      const alone = [...stages, full].map((model) => {
        const out = new Float64Array(2 * rows.length);
        model.score([block], out);
        return out;
      });
      rows.forEach((_, row) => {
        const by = alone[answered.exits[row]];
        t.is(answered.scores[2 * row + 1], by[2 * row + 1]);
      });
    }),
    { numRuns: 40 },
  );
});
