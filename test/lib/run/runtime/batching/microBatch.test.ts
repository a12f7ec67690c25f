import { setImmediate } from 'node:timers/promises';
import test from 'ava';
import fc from 'fast-check';
import { type Block, denseBlock } from '../../../../../lib/data/blocks/index.js';
import { OptionError, OverloadError } from '../../../../../lib/errors.js';
import type { Model, ScoreContext } from '../../../../../lib/learn/learners/index.js';
import { microBatch } from '../../../../../lib/run/runtime/index.js';
import { FakeTimer } from '../../../../support/fakeTimer.js';

/** Scores each row by a fixed function of its own numbers, when the test lets it, and writes down its batches. */
class Server implements Model {
  readonly name = 'served';
  readonly classes = 2;
  readonly batches: number[] = [];
  readonly signals: (AbortSignal | undefined)[] = [];
  private readonly waiting: { readonly answer: () => void; readonly fail: (error: unknown) => void }[] = [];

  readonly score = (blocks: readonly Block[], out: Float64Array, { signal }: ScoreContext = {}) => {
    this.batches.push(blocks[0].rows);
    this.signals.push(signal);
    return new Promise<void>((resolve, reject) => {
      this.waiting.push({
        answer() {
          expected(blocks).forEach((score, i) => {
            out[i] = score;
          });
          resolve();
        },
        fail: reject,
      });
    });
  };

  get underWay(): number {
    return this.waiting.length;
  }

  answer(which = 0): void {
    this.waiting.splice(which, 1)[0].answer();
  }

  fail(error: unknown, which = 0): void {
    this.waiting.splice(which, 1)[0].fail(error);
  }
}

/** Of any blocks of two features: two numbers a row. */
function expected([first, second]: readonly Block[]): Float64Array {
  return Float64Array.from({ length: 2 * first.rows }, (_, i) => {
    const row = i >> 1;
    return i % 2 === 0 ? first.values[row] + sumOf(second, row) : 3 * first.values[row] - sumOf(second, row);
  });
}

function sumOf(block: Block, row: number): number {
  let sum = 0;
  const [from, to] =
    block.kind === 'dense'
      ? [row * block.columns, (row + 1) * block.columns]
      : [block.offsets[row], block.offsets[row + 1]];
  for (let e = from; e < to; e++)
    sum += block.values[e] * (block.kind === 'dense' ? 1 : block.indices[e] + 1);
  return sum;
}

/** Rows that nothing distinguishes but the seed; some have no entries in the sparse block. */
function blocksOf(rows: number, seed: number): Block[] {
  const number = (i: number) => Math.fround(Math.sin(seed * 97 + i));
  const counts = Array.from({ length: rows }, (_, row) => (row + seed) % 3);
  const offsets = new Uint32Array(rows + 1);
  counts.forEach((count, row) => {
    offsets[row + 1] = offsets[row] + count;
  });
  const total = offsets[rows];
  return [
    denseBlock(
      rows,
      1,
      Float32Array.from({ length: rows }, (_, i) => number(i)),
    ),
    {
      kind: 'sparse',
      rows,
      columns: 4,
      offsets,
      indices: Uint32Array.from({ length: total }, (_, e) => (e * 2 + seed) % 4),
      values: Float32Array.from({ length: total }, (_, e) => number(e + 0.5)),
    },
  ];
}

interface Requested {
  readonly rows: number;
  readonly seed: number;
  readonly out: Float64Array;
  readonly controller: AbortController;
  /** What came of it; set once. */
  outcomes: string[];
}

function request(model: Model, rows: number, seed: number): Requested {
  const requested: Requested = {
    rows,
    seed,
    out: new Float64Array(2 * rows),
    controller: new AbortController(),
    outcomes: [],
  };
  Promise.resolve(
    model.score(blocksOf(rows, seed), requested.out, { signal: requested.controller.signal }),
  ).then(
    () => requested.outcomes.push('answered'),
    (error: Error) => requested.outcomes.push(error.message),
  );
  return requested;
}

type Step =
  | { readonly do: 'ask'; readonly rows: number }
  | { readonly do: 'abort' | 'answer' | 'fail'; readonly which: number }
  | { readonly do: 'wait'; readonly ms: number };

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('ask' as const), rows: fc.integer({ min: 0, max: 7 }) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('abort' as const), which: fc.nat() }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('answer' as const), which: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('fail' as const), which: fc.nat() }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 3 }) }),
  },
);
const settings = fc.record({
  maxRows: fc.integer({ min: 1, max: 12 }),
  concurrent: fc.integer({ min: 1, max: 3 }),
  p99Ms: fc.option(fc.integer({ min: 1, max: 10 }), { nil: undefined }),
});

test('whatever comes in which order, each call has one outcome, and the answers of its own rows alone', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      settings,
      fc.array(step, { maxLength: 60 }),
      async ({ p99Ms, ...limits }, steps: Step[]) => {
        const server = new Server();
        const timer = new FakeTimer();
        const model = microBatch(server, {
          ...limits,
          ...(p99Ms === undefined ? {} : { p99Ms }),
          timer,
          maxWaitMs: 2,
        });
        const calls: Requested[] = [];
        const aborted = new Set<Requested>();
        for (const each of steps) {
          if (each.do === 'ask') calls.push(request(model, each.rows, calls.length));
          else if (each.do === 'wait') await timer.pass(each.ms);
          else if (each.do === 'abort' && calls.length > 0) {
            const call = calls[each.which % calls.length];
            if (call.outcomes.length === 0) aborted.add(call);
            call.controller.abort(new Error('enough'));
          } else if (server.underWay > 0 && each.do === 'answer') server.answer(each.which % server.underWay);
          else if (server.underWay > 0 && each.do === 'fail')
            server.fail(new Error('lost'), each.which % server.underWay);
          t.true(server.underWay <= limits.concurrent);
        }
        for (let turn = 0; turn < 500 && calls.some(({ outcomes }) => outcomes.length === 0); turn++) {
          await timer.pass(3);
          if (server.underWay > 0) server.answer();
        }
        await setImmediate();
        for (const call of calls) {
          t.is(call.outcomes.length, 1);
          const [outcome] = call.outcomes;
          if (outcome === 'enough') t.true(aborted.has(call));
          else if (outcome === 'answered') t.deepEqual(call.out, expected(blocksOf(call.rows, call.seed)));
          else t.is(outcome, 'lost');
        }
        t.true(server.batches.every((rows) => rows >= 1 && rows <= limits.maxRows));
        t.is(timer.pending, 0);
      },
    ),
    { numRuns: 300 },
  );
});

test('calls of one turn go together, those that come meanwhile go next', async (t) => {
  const server = new Server();
  const timer = new FakeTimer();
  const model = microBatch(server, { timer });
  for (let i = 0; i < 5; i++) request(model, 1, i);
  await timer.pass(0);
  for (let i = 0; i < 3; i++) request(model, 1, i);
  await timer.pass(50);
  t.deepEqual(server.batches, [5], 'one at a time');
  server.answer();
  await timer.pass(50);
  t.deepEqual(server.batches, [5, 3]);
  server.answer();
});

test('the first waits for as many as came of late, but not for ever', async (t) => {
  const server = new Server();
  const timer = new FakeTimer();
  const model = microBatch(server, { timer, maxWaitMs: 2 });
  for (let round = 0; round < 8; round++) {
    for (let i = 0; i < 16; i++) request(model, 1, i);
    await timer.pass(2);
    server.answer();
    await timer.pass(0);
  }
  const before = server.batches.length;
  request(model, 1, 1);
  await timer.pass(1.9);
  t.is(server.batches.length, before);
  await timer.pass(0.1);
  t.is(server.batches.length, before + 1);
  server.answer();
});

test('a large call is cut up, a small one never', async (t) => {
  const server = new Server();
  const timer = new FakeTimer();
  const model = microBatch(server, { timer, maxRows: 8 });
  const large = request(model, 19, 1);
  request(model, 3, 2);
  request(model, 3, 3);
  request(model, 3, 4);
  for (let i = 0; i < 6; i++) {
    await timer.pass(3);
    if (server.underWay > 0) server.answer();
  }
  await timer.pass(3);
  t.deepEqual(server.batches, [8, 8, 6, 6]);
  t.deepEqual(large.out, expected(blocksOf(19, 1)));
});

test('too many rows are refused, unless none waits', async (t) => {
  const server = new Server();
  const timer = new FakeTimer();
  const model = microBatch(server, { timer, maxQueued: 10 });
  const first = request(model, 12, 1);
  const error = await t.throwsAsync(Promise.resolve(model.score(blocksOf(1, 2), new Float64Array(2))), {
    instanceOf: OverloadError,
  });
  t.deepEqual([error?.code, error?.model, error?.queued, error?.limit], ['OVERLOAD', 'served', 12, 10]);
  await timer.pass(0);
  const second = request(model, 10, 3);
  server.answer();
  await timer.pass(5);
  server.answer();
  await timer.pass(5);
  t.deepEqual([...first.outcomes, ...second.outcomes], ['answered', 'answered']);
});

test('a batch that nobody waits for is stopped; one that somebody waits for is not', async (t) => {
  const server = new Server();
  const timer = new FakeTimer();
  const model = microBatch(server, { timer });
  const [one, other] = [request(model, 1, 1), request(model, 1, 2)];
  await timer.pass(0);
  one.controller.abort(new Error('enough'));
  t.false(server.signals[0]?.aborted);
  other.controller.abort(new Error('too long'));
  t.true(server.signals[0]?.aborted);
  await setImmediate();
  t.deepEqual([one.outcomes, other.outcomes], [['enough'], ['too long']]);
  server.answer();
  await setImmediate();
  t.deepEqual(
    [one.out, other.out].flatMap((out) => [...out]),
    [0, 0, 0, 0],
    'nothing is written any more',
  );
});

test('a batch that fails fails its own calls; later ones are answered', async (t) => {
  const server = new Server();
  const timer = new FakeTimer();
  const model = microBatch(server, { timer });
  const lost = [request(model, 1, 1), request(model, 2, 2)];
  await timer.pass(0);
  const later = request(model, 1, 3);
  server.fail(new Error('device lost'));
  await timer.pass(5);
  server.answer();
  await timer.pass(0);
  t.deepEqual(
    lost.map(({ outcomes }) => outcomes),
    [['device lost'], ['device lost']],
  );
  t.deepEqual(later.outcomes, ['answered']);
});

test('blocks of another width don’t join', async (t) => {
  const server = new Server();
  const timer = new FakeTimer();
  const model = microBatch(server, { timer });
  request(model, 1, 1);
  const [first, second] = blocksOf(1, 2);
  const wider = Promise.resolve(model.score([first, { ...second, columns: 5 }], new Float64Array(2)));
  for (let i = 0; i < 2; i++) {
    await timer.pass(5);
    server.answer();
  }
  await wider;
  t.deepEqual(server.batches, [1, 1]);
});

test('a model that answers at once, or throws, may be wrapped too', async (t) => {
  const model: Model = {
    name: 'quick',
    classes: 2,
    score(blocks, out) {
      if (blocks[0].rows > 3) throw new RangeError('too many');
      out.set(expected(blocks));
    },
  };
  const batched = microBatch(model);
  const out = new Float64Array(4);
  await batched.score(blocksOf(2, 1), out);
  t.deepEqual(out, expected(blocksOf(2, 1)));
  await t.throwsAsync(async () => batched.score(blocksOf(4, 1), new Float64Array(8)), {
    message: 'too many',
  });
});

test('aborted before, a call never waits', async (t) => {
  const server = new Server();
  const timer = new FakeTimer();
  const model = microBatch(server, { timer });
  const signal = AbortSignal.abort(new Error('enough'));
  await t.throwsAsync(async () => model.score(blocksOf(1, 1), new Float64Array(2), { signal }), {
    message: 'enough',
  });
  await timer.pass(5);
  t.deepEqual(server.batches, []);
});

test('options are checked', (t) => {
  const wrong = [
    ['maxRows', 0],
    ['maxQueued', 1.5],
    ['concurrent', 0],
    ['maxWaitMs', -1],
    ['maxWaitMs', Number.NaN],
    ['p99Ms', 0],
    ['size', 1],
  ] as const;
  for (const [name, value] of wrong) {
    const error = t.throws(() => microBatch(new Server(), { [name]: value }), { instanceOf: OptionError });
    t.is(error?.option, `batching.${name}`);
  }
});
