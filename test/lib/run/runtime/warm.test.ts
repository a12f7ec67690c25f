import test from 'ava';
import { denseBlock } from '../../../../lib/data/blocks/index.js';
import type { RowView } from '../../../../lib/features/define/index.js';
import type { Model } from '../../../../lib/learn/learners/index.js';
import { type Engine, warmBatches } from '../../../../lib/run/runtime/index.js';

/** An engine of one feature and a full model that write down how many rows they get. */
function engineOf({ waits = false, isAsync = false, makesUp = true } = {}) {
  const computed: number[] = [];
  const scored: number[] = [];
  const column = (rows: number) => denseBlock(rows, 1, new Float32Array(rows));
  const model: Model = {
    name: 'counting',
    classes: 2,
    score([block], out) {
      scored.push(block.rows);
      out.fill(0.5);
      return isAsync ? Promise.resolve() : undefined;
    },
  };
  const engine: Engine<number> = {
    features: [
      {
        name: 'x',
        waits,
        fitted: {
          columns: 1,
          compute(view: RowView<number>) {
            computed.push(view.length);
            return column(view.length);
          },
          state: { json: null, tensors: {} },
          ...(makesUp && { warm: () => column(1) }),
        },
      },
    ],
    stages: [],
    full: { reads: [0], model },
    classes: 2,
    decision: { kind: 'argmax' },
  };
  return { engine, computed, scored, batches: () => scored.filter((rows) => rows > 1) };
}

const sizes = [2, 5];

test('features and models run once over batches of each size', async (t) => {
  const { engine, computed, batches } = engineOf();
  await warmBatches(engine, { rows: [7, 8, 9], sizes });
  t.deepEqual(computed, sizes);
  t.deepEqual(batches(), sizes);
});

test('without rows models run batches of made-up rows', async (t) => {
  const { engine, computed, batches } = engineOf();
  await warmBatches(engine, { rows: [], sizes });
  t.deepEqual(computed, []);
  t.deepEqual(batches(), sizes);
});

test('what waits for something elsewhere gets no batches', async (t) => {
  const feature = engineOf({ waits: true });
  await warmBatches(feature.engine, { rows: [7], sizes });
  t.deepEqual(feature.computed, []);
  t.deepEqual(feature.batches(), sizes, 'its model is here, and gets made-up rows');
  const model = engineOf({ isAsync: true });
  await warmBatches(model.engine, { rows: [7], sizes });
  t.deepEqual(model.scored, [1], 'one row opens its connection');
});

test('a model whose feature makes up no row runs batches of given rows, after one of them', async (t) => {
  const here = engineOf({ makesUp: false });
  await warmBatches(here.engine, { rows: [7], sizes });
  t.deepEqual(here.batches(), sizes);
  const remote = engineOf({ makesUp: false, isAsync: true });
  await warmBatches(remote.engine, { rows: [7], sizes });
  t.deepEqual(remote.scored, [1]);
});
