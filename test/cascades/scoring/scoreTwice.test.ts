import test from 'ava';
import { askAgain, scoreTwice } from '../../../cascades/scoring/index.js';
import { type Model, ModelError } from '../../../index.js';
import { denseBlock } from '../../../lib/data/blocks/index.js';
import { random } from '../../../lib/stats/index.js';

const ROWS = 40;
const blocks = [
  denseBlock(
    ROWS,
    1,
    Float32Array.from({ length: ROWS }, (_, row) => row),
  ),
];

/** A model that notes which rows it is asked, which time, and answers with the number of the call. */
function noting() {
  const asked: { readonly rows: number[]; readonly ask: number | undefined }[] = [];
  const model: Model = {
    name: 'noting',
    classes: 1,
    score([{ values }], out, context) {
      asked.push({ rows: Array.from(values), ask: context?.ask });
      out.fill(asked.length);
    },
  };
  return { asked, model };
}

test('each row is asked twice, and a coin says which answer comes first', async (t) => {
  const { asked, model } = noting();
  const outs: [Float64Array, Float64Array] = [new Float64Array(ROWS), new Float64Array(ROWS)];
  const paid: number[] = [];
  const requests = { feature: () => {}, model: (_: unknown, rows: number) => paid.push(rows) };
  await scoreTwice(model, blocks, outs, random(1), { requests }, (row) => row);
  for (const time of [0, 1]) {
    const rows = asked.flatMap((call) => (call.ask === time ? call.rows : []));
    t.deepEqual(
      rows.sort((a, b) => a - b),
      Array.from({ length: ROWS }, (_, row) => row),
    );
  }
  const first = outs[0].map((call, row) => Number(call < outs[1][row]));
  const ahead = first.reduce((sum, each) => sum + each, 0);
  t.true(ahead > 8 && ahead < 32, String(ahead));
  // A row's answers are as far apart whichever comes first.
  t.deepEqual(new Set(outs[0].map((call, row) => Math.abs(call - outs[1][row]))), new Set([2]));
  t.is(
    paid.reduce((sum, rows) => sum + rows, 0),
    2 * ROWS,
  );
});

test('the next batch takes the next coins', async (t) => {
  const coins = random(1);
  const firstOf = async () => {
    const outs: [Float64Array, Float64Array] = [new Float64Array(ROWS), new Float64Array(ROWS)];
    await scoreTwice(noting().model, blocks, outs, coins, {}, (row) => row);
    return outs[0].map((call, row) => Number(call < outs[1][row]));
  };
  t.notDeepEqual(await firstOf(), await firstOf());
});

test('an error names the row that is to blame', async (t) => {
  const failing: Model = {
    name: 'failing',
    classes: 1,
    score([{ values }]) {
      const row = values.indexOf(17);
      if (row >= 0) throw new ModelError('failing', 'no', { row });
    },
  };
  const outs: [Float64Array, Float64Array] = [new Float64Array(ROWS), new Float64Array(ROWS)];
  const error = await t.throwsAsync(
    scoreTwice(failing, blocks, outs, random(1), {}, (row) => 100 + row),
    { instanceOf: ModelError },
  );
  t.is(error?.row, 117);
  const origin = Int32Array.from({ length: ROWS }, (_, row) => 200 + row);
  const again = await t.throwsAsync(askAgain(failing, blocks, Int32Array.of(3, 17), origin, {}), {
    instanceOf: ModelError,
  });
  t.is(again?.row, 217);
});

test('rows that are asked again are asked the second time', async (t) => {
  const { asked, model } = noting();
  const origin = new Int32Array(ROWS);
  t.deepEqual(await askAgain(model, blocks, Int32Array.of(5, 2), origin, {}), Float64Array.of(1, 1));
  t.deepEqual(asked, [{ rows: [5, 2], ask: 1 }]);
});
