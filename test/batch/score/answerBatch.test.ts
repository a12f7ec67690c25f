import test from 'ava';
import fc from 'fast-check';
import type { RowBatch } from '../../../batch/formats/index.js';
import type { BatchModel } from '../../../batch/model/index.js';
import { answerBatch } from '../../../batch/score/index.js';
import type { Answers } from '../../../cascades/index.js';
import { FeatureError, ModelError, PoisonRow, RefusedRow, ServerError } from '../../../lib/errors.js';

/** Answers to batches of which rows fail. */

interface Row {
  readonly x: number;
  readonly fails?: 'refused' | 'named' | 'unnamed' | 'model' | 'made';
}

/** Answers each row by itself, and counts the rows that it was asked. */
class FakeModel {
  asked = 0;
  calls = 0;
  /** Fails for all rows. */
  isDown = false;

  get model(): BatchModel {
    const identity = { artifact: '', features: '', spillway: '', engine: '' };
    const certificate = { verdict: 'certified' };
    return Object.assign(Object.create(null), {
      identity,
      certificate,
      classes: ['even', 'odd'],
      rows: (given: readonly Row[]) => {
        const at = given.findIndex(({ fails }) => fails === 'made');
        if (at >= 0) throw new PoisonRow(at, 'it can’t be made');
        return given;
      },
      predict: (rows: readonly Row[]) => this.predict(rows),
    });
  }

  private async predict(rows: readonly Row[]): Promise<Answers<string>> {
    this.calls++;
    this.asked += rows.length;
    if (this.isDown) throw new FeatureError('f', undefined, 'nothing answers');
    for (const [i, { fails }] of rows.entries()) {
      if (fails === 'refused') throw new RefusedRow('f', i, new FeatureError('f', i, 'is no number'));
      if (fails === 'named') throw new FeatureError('f', i, 'throws');
      if (fails === 'unnamed') throw new FeatureError('f', undefined, 'threw for a batch');
      if (fails === 'model') throw new ModelError('m', 'gave NaN', { row: i });
    }
    return {
      labels: rows.map(({ x }) => (x % 2 === 0 ? 'even' : 'odd')),
      scores: Float64Array.from(rows.flatMap(({ x }) => [x, -x])),
      exits: Uint8Array.from(rows, ({ x }) => x % 3),
      degraded: new Uint8Array(rows.length),
      faults: [],
      verdict: 'degraded',
    };
  }
}

const batchOf = (rows: readonly Row[], from = 100): RowBatch => ({ rows, from, source: undefined });
const numbered = (fails: ReadonlyMap<number, Row['fails']>, count: number): Row[] =>
  Array.from({ length: count }, (_, x) => {
    const how = fails.get(x);
    return { x, ...(how && { fails: how }) };
  });

test('without a failure one call answers, and the verdict is the certificate’s', async (t) => {
  const fake = new FakeModel();
  const answers = await answerBatch(fake.model, batchOf(numbered(new Map(), 5)), {
    scores: true,
    errors: 'column',
  });
  t.deepEqual(answers.label, ['even', 'odd', 'even', 'odd', 'even']);
  t.deepEqual([...answers.stage], [0, 1, 2, 0, 1]);
  t.deepEqual(new Set(answers.verdict), new Set(['certified']));
  t.deepEqual([...(answers.scores ?? [])].slice(0, 4), [0, -0, 1, -1]);
  t.deepEqual(answers.error, [null, null, null, null, null]);
  t.is(fake.calls, 1);
  const none = await answerBatch(fake.model, batchOf([]), { scores: true });
  t.deepEqual([none.label, none.scores?.length], [[], 0]);
});

test('where faults degrade, the verdict is the call’s', async (t) => {
  const { verdict } = await answerBatch(new FakeModel().model, batchOf(numbered(new Map(), 2)), {
    onFault: 'degrade',
  });
  t.deepEqual(verdict, ['degraded', 'degraded']);
});

test('any rows that fail have their error; the others are answered as without them', async (t) => {
  const kinds = fc.constantFrom<Row['fails']>('refused', 'named', 'unnamed', 'model', 'made');
  const failing = fc.array(fc.tuple(fc.nat(39), kinds), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(failing, async (pairs) => {
      const fails = new Map(pairs);
      const rows = numbered(fails, 40);
      const { label, stage, verdict, scores, error } = await answerBatch(
        new FakeModel().model,
        batchOf(rows),
        {
          scores: true,
          errors: 'column',
        },
      );
      for (const [x, { fails: how }] of rows.entries()) {
        t.is(label[x], how ? null : x % 2 === 0 ? 'even' : 'odd');
        t.is(verdict[x], how ? 'error' : 'certified');
        t.is(stage[x], how ? 0 : x % 3);
        t.is(scores?.[2 * x], how ? Number.NaN : x);
        t.is(error?.[x] === null, how === undefined);
        t.notRegex(error?.[x] ?? '', /row \d/, 'positions within a retry mean nothing');
      }
    }),
  );
});

test('one bad row of many costs a few calls; half of them some log2(n) times the rows', async (t) => {
  for (const how of ['refused', 'named', 'unnamed', 'model'] as const) {
    const one = new FakeModel();
    await answerBatch(one.model, batchOf(numbered(new Map([[611, how]]), 1_024)), { errors: 'column' });
    t.true(one.asked <= 1_024 * 3 && one.calls <= 25, `${how}: ${one.calls} calls of ${one.asked} rows`);
    const half = new FakeModel();
    const odd = new Map(Array.from({ length: 511 }, (_, i) => [2 * i + 1, how] as const));
    await answerBatch(half.model, batchOf(numbered(odd, 1_024)), { errors: 'column' });
    t.true(half.asked <= 1_024 * 11, `${how}: ${half.asked} rows`);
  }
});

test('without a column of errors the first bad row ends the work, by its position among all', async (t) => {
  for (const how of ['refused', 'named', 'unnamed', 'model', 'made'] as const) {
    const fails = new Map([
      [7, how],
      [9, how],
    ]);
    const error = await t.throwsAsync(answerBatch(new FakeModel().model, batchOf(numbered(fails, 20))), {
      instanceOf: PoisonRow,
    });
    t.is(error.row, 107, how);
    t.regex(error.message, /^row 107: /);
  }
  const lone = await t.throwsAsync(answerBatch(new FakeModel().model, batchOf([{ x: 0, fails: 'named' }])), {
    instanceOf: PoisonRow,
  });
  t.is(lone.row, 100);
});

test('what fails for all rows is no row’s fault', async (t) => {
  for (const errors of ['exit', 'column'] as const) {
    const down = new FakeModel();
    down.isDown = true;
    const error = await t.throwsAsync(answerBatch(down.model, batchOf(numbered(new Map(), 6)), { errors }));
    t.true(error instanceof FeatureError && !(error instanceof RefusedRow));
    const model = Object.assign(new FakeModel().model, {
      predict: async () => {
        throw new ServerError('m', 'unreachable', 'no connection');
      },
    });
    await t.throwsAsync(answerBatch(model, batchOf(numbered(new Map(), 6)), { errors }), {
      instanceOf: ServerError,
    });
  }
  // Rows that are refused by themselves need no comparison, nor in a column those that are named.
  for (const how of ['refused', 'named', 'model'] as const) {
    const all = batchOf(numbered(new Map([0, 1, 2].map((x) => [x, how] as const)), 3));
    const { verdict } = await answerBatch(new FakeModel().model, all, { errors: 'column', scores: true });
    t.deepEqual(verdict, ['error', 'error', 'error'], how);
  }
  const named = batchOf(numbered(new Map([0, 1].map((x) => [x, 'named'] as const)), 2));
  const error = await t.throwsAsync(answerBatch(new FakeModel().model, named));
  t.true(error instanceof FeatureError);
});
