import test from 'ava';
import { DataError, OptionError } from '../../../../index.js';
import { denseBlock } from '../../../../lib/data/blocks/index.js';
import { phaseCosts, type TimedCalls } from '../../../../lib/models/full/phaseCosts.js';

/** A device: 40 ms for the first call of all, 2 ms a call and 0.5 ms a row, of which moving a row takes 0.1. */
function device() {
  let now = 0;
  let first: { rows: number; milliseconds: number } | undefined;
  const timed: TimedCalls = {
    score([{ rows }]) {
      const milliseconds = (first === undefined ? 40 : 0) + 2 + 0.5 * rows;
      first ??= { rows, milliseconds };
      now += milliseconds;
    },
    async transfer([{ rows }]) {
      now += 0.1 * rows;
    },
    firstCall: () => first,
  };
  return { timed, clock: { now: () => now } };
}

const block = denseBlock(3, 1, new Float32Array(3));

test('the first call, the moving of numbers and the steady state are told apart', async (t) => {
  const { timed, clock } = device();
  const { warmUp, batches } = await phaseCosts(timed, [block], { sizes: [1, 10], rounds: 3, clock });
  const near = (value: number, expected: number) =>
    t.true(Math.abs(value - expected) < 1e-6, `${value}, ${expected}`);
  near(warmUp, 40_000);
  t.deepEqual(
    batches.map(({ rows }) => rows),
    [1, 10],
  );
  near(batches[0].whole, 2_500);
  near(batches[0].transfer, 100);
  near(batches[1].whole, 7_000);
  near(batches[1].transfer, 1_000);
});

test('a model that has been called before keeps what its first call took', async (t) => {
  const { timed, clock } = device();
  timed.score([denseBlock(10, 1, new Float32Array(10))]);
  const { warmUp } = await phaseCosts(timed, [block], { sizes: [1, 10], clock });
  t.true(Math.abs(warmUp - 40_000) < 1e-6);
});

test('no rows, and options that cannot be right', async (t) => {
  const { timed } = device();
  await t.throwsAsync(phaseCosts(timed, [], {}), { instanceOf: DataError });
  await t.throwsAsync(phaseCosts(timed, [block], { sizes: [0] }), { instanceOf: OptionError });
  await t.throwsAsync(phaseCosts(timed, [block], { rounds: 0 }), { instanceOf: OptionError });
});
