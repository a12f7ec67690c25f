import test from 'ava';
import { fromRows } from '../../../../../entries/full.js';
import { type Model, ModelError, OptionError, PriceLimitError } from '../../../../../index.js';
import { denseBlock, rowBlock } from '../../../../../lib/data/blocks/index.js';
import { FakeTimer } from '../../../../support/fakeTimer.js';

/** What functions of rows may return, and what becomes of those that return something else, fail or hang. */

const labels = ['a', 'b'] as const;

async function scoresOf(model: Model, rows: readonly unknown[], signal?: AbortSignal): Promise<number[]> {
  const out = new Float64Array(rows.length * model.classes);
  await model.score([rowBlock(rows)], out, { signal });
  return [...out];
}

const answering = (answers: unknown) => fromRows({ name: 'm', labels, score: () => answers as Float64Array });

test('answers may be arrays, typed arrays of all rows, objects by label, or lists as of pipelines', async (t) => {
  const expected = [0.25, 0.75, 1, 0];
  const forms: unknown[] = [
    [
      [0.25, 0.75],
      [1, 0],
    ],
    Float64Array.of(...expected),
    Float32Array.of(...expected),
    [Float32Array.of(0.25, 0.75), Float64Array.of(1, 0)],
    [
      { a: 0.25, b: 0.75 },
      { b: 0, a: 1 },
    ],
    [
      [
        { label: 'b', score: 0.75 },
        { label: 'a', score: 0.25 },
      ],
      [
        { label: 'a', score: 1 },
        { label: 'b', score: 0 },
      ],
    ],
  ];
  for (const form of forms) t.deepEqual(await scoresOf(answering(form), [1, 2]), expected);
  const late = fromRows({ name: 'm', labels, score: async () => [[0.25, 0.75]] });
  t.deepEqual(await scoresOf(late, [1]), [0.25, 0.75]);
});

test('logits become probabilities where that is said', async (t) => {
  const model = fromRows({ name: 'm', labels, scores: 'logits', score: () => [[0, Math.log(3)]] });
  const [a, b] = await scoresOf(model, [1]);
  t.true(Math.abs(a - 0.25) < 1e-12 && Math.abs(b - 0.75) < 1e-12);
});

test('NaN is left to the policy for faults, and sums may stray by 0.05', async (t) => {
  t.deepEqual(await scoresOf(answering([[Number.NaN, Number.NaN]]), [1]), [Number.NaN, Number.NaN]);
  t.deepEqual(await scoresOf(answering([[0.5, 0.54]]), [1]), [0.5, 0.54]);
  await t.throwsAsync(scoresOf(answering([[0.5, 0.56]]), [1]), { message: /a row's sum is 1\.06/ });
});

const refused: readonly (readonly [what: string, answers: unknown, message: RegExp, row?: number])[] = [
  ['fewer answers', [[0, 1]], /gave 1 answers for 2 rows/],
  [
    'more answers',
    [
      [0, 1],
      [0, 1],
      [0, 1],
    ],
    /gave 3 answers for 2 rows/,
  ],
  ['fewer in one array', Float64Array.of(0, 1), /gave 1 answers for 2 rows.*2 x 2 labels = 4 numbers/],
  ['an odd number in one array', new Float64Array(3), /gave 3 numbers for 2 rows/],
  ['nothing', undefined, /expected an array of a row's probabilities each, .*got undefined/],
  ['a number a row', [0.5, 0.5], /the other classes' are needed too/, 0],
  [
    'another width',
    [
      [0, 1],
      [0, 0, 1],
    ],
    /gave 3 numbers; expected one for each of its 2 labels/,
    1,
  ],
  [
    'text',
    [
      [0, 1],
      ['0', '1'],
    ],
    /expected numbers, got "0" at 0/,
    1,
  ],
  ['null', [[0, 1], null], /expected the probabilities of 2 labels, got null/, 1],
  [
    'logits',
    [
      [0, 1],
      [3, -1],
    ],
    /aren't probabilities.*say scores: 'logits'/,
    1,
  ],
  [
    'an infinity',
    [
      [0, 1],
      [Number.POSITIVE_INFINITY, 0],
    ],
    /aren't probabilities/,
    1,
  ],
  ['another label', [[0, 1], { a: 0.5, c: 0.5 }], /gave the label "c"; its labels are "a", "b"/, 1],
  ['a label less', [[0, 1], { a: 1 }], /gave no probability of "b"/, 1],
  [
    'a label twice',
    [
      [0, 1],
      [
        { label: 'a', score: 1 },
        { label: 'a', score: 0 },
      ],
    ],
    /gave the label "a" twice/,
    1,
  ],
];

for (const [what, answers, message, row] of refused) {
  test(`${what}: an error that names the model${row === undefined ? '' : ' and the row'}`, async (t) => {
    const error = await t.throwsAsync(scoresOf(answering(answers), [1, 2]), {
      instanceOf: ModelError,
      message,
    });
    t.is(error?.model, 'm');
    t.is(error?.row, row);
  });
}

test('numbers: one a row', async (t) => {
  const model = (answers: unknown) => fromRows({ name: 'm', score: () => answers as number[] });
  t.deepEqual(await scoresOf(model([1, Number.NaN]), [1, 2]), [1, Number.NaN]);
  t.deepEqual(await scoresOf(model(Float32Array.of(1, 2)), [1, 2]), [1, 2]);
  await t.throwsAsync(scoresOf(model([1]), [1, 2]), {
    instanceOf: ModelError,
    message: /gave 1 numbers for 2 rows/,
  });
  const error = await t.throwsAsync(scoresOf(model([1, [2]]), [1, 2]), {
    instanceOf: ModelError,
    message: /needs 'labels'/,
  });
  t.is(error?.row, 1);
});

test('a row is named by its place in its own call, and others’ errors name none', async (t) => {
  const model = fromRows({
    name: 'm',
    labels,
    batch: 8,
    score: async (rows: readonly number[]) => rows.map((row) => (row === 7 ? [2, 2] : [0, 1])),
  });
  const [first, second] = await Promise.allSettled([scoresOf(model, [1, 2, 3]), scoresOf(model, [4, 7])]);
  t.true(first.status === 'rejected' && second.status === 'rejected');
  if (first.status !== 'rejected' || second.status !== 'rejected') return;
  t.deepEqual([first.reason.row, second.reason.row], [undefined, 1]);
  t.regex(second.reason.message, /^model 'm': row 1: gave numbers/);
});

test('calls are gathered and cut to the batch, and rows are copies of the list', async (t) => {
  const calls: number[] = [];
  const model = fromRows({
    name: 'm',
    labels,
    batch: 4,
    score: async (rows: readonly number[]) => {
      calls.push(rows.length);
      const answers = rows.map((row) => [row / 10, 1 - row / 10]);
      (rows as number[]).sort((a, b) => b - a);
      return answers;
    },
  });
  const own = [3, 1, 2, 5, 4, 9];
  const scores = await scoresOf(model, own);
  t.deepEqual(own, [3, 1, 2, 5, 4, 9]);
  t.deepEqual(
    scores.filter((_, i) => i % 2 === 0),
    own.map((row) => row / 10),
  );
  t.true(calls.every((rows) => rows <= 4));
});

test('a function that hangs is given up in time, and its signal aborted', async (t) => {
  const timer = new FakeTimer();
  let seen: AbortSignal | undefined;
  const model = fromRows({
    name: 'm',
    labels,
    timeoutMs: 500,
    timer,
    score: (_rows: readonly number[], { signal }) => {
      seen = signal;
      return new Promise<number[][]>(() => {});
    },
  });
  const scoring = t.throwsAsync(scoresOf(model, [1, 2]), {
    instanceOf: ModelError,
    message: /'m': had no answers to 2 rows after 500 ms: .*'timeoutMs'/,
  });
  // Rows are gathered by the process's own timer.
  while (timer.pending === 0) await new Promise((resolve) => setTimeout(resolve));
  t.false(seen?.aborted ?? false);
  await timer.pass(500);
  await scoring;
  t.true(seen?.aborted);
});

test('an abort ends a call that doesn’t listen', async (t) => {
  const model = fromRows({ name: 'm', labels, score: () => new Promise<number[][]>(() => {}) });
  const controller = new AbortController();
  const scoring = t.throwsAsync(scoresOf(model, [1], controller.signal), { message: 'enough' });
  controller.abort(new Error('enough'));
  await scoring;
});

test('what it throws has the model’s name, except our own errors', async (t) => {
  const failing = (error: unknown) =>
    fromRows({
      name: 'm',
      labels,
      score: () => {
        throw error;
      },
    });
  const cause = new RangeError('no weights');
  const error = await t.throwsAsync(scoresOf(failing(cause), [1]), {
    instanceOf: ModelError,
    message: "model 'm': failed: no weights",
  });
  t.is(error?.cause, cause);
  await t.throwsAsync(scoresOf(failing('gone'), [1]), { message: "model 'm': failed: gone" });
  await t.throwsAsync(scoresOf(failing(new PriceLimitError(1, 2, 'spent', 'enough')), [1]), {
    instanceOf: PriceLimitError,
  });
});

test('blocks of features are no rows', async (t) => {
  const model = answering([[0, 1]]);
  await t.throwsAsync(async () => model.score([denseBlock(1, 1, new Float32Array(1))], new Float64Array(2)), {
    instanceOf: ModelError,
    message: /reads rows, and got the numbers of features/,
  });
});

test('options that can’t be right are refused', (t) => {
  const score = () => [];
  const wrong: readonly (readonly [unknown, RegExp])[] = [
    [{ labels, score }, /'name'/],
    [{ name: 'm', labels: ['a'], score }, /'labels': expected at least 2/],
    [{ name: 'm', labels: ['a', 'a'], score }, /'labels'/],
    [{ name: 'm', labels, score, scores: 'odds' }, /'scores'/],
    [{ name: 'm', score, scores: 'logits' }, /'scores': is for classes/],
    [{ name: 'm', labels, score, batch: 0 }, /'batch'/],
    [{ name: 'm', labels, score, batch: 'all' }, /'batch'/],
    [{ name: 'm', labels, score, timeoutMs: -1 }, /'timeoutMs'/],
    [{ name: 'm', labels, score, fingerprint: '' }, /'fingerprint'/],
    [{ name: 'm', labels, score, price: -1 }, /'price'/],
    [{ name: 'm', labels, score, tolerance: -1 }, /'tolerance'/],
    [{ name: 'm', labels, score, varies: 1 }, /'varies'/],
    [{ name: 'm', labels, score, reads: ['words'] }, /'reads': unknown/],
  ];
  for (const [options, message] of wrong) {
    t.throws(() => fromRows(options as never), { instanceOf: OptionError, message });
  }
});
