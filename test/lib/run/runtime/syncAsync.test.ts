import { setImmediate } from 'node:timers/promises';
import test from 'ava';
import { AsyncError } from '../../../../lib/errors.js';
import { runAsync, runSync, type Work } from '../../../../lib/run/runtime/index.js';

function* sum(...parts: (number | Promise<number>)[]): Work<number> {
  let total = 0;
  for (const part of parts) {
    if (typeof part === 'number') total += part;
    else
      yield part.then((value) => {
        total += value;
      });
  }
  return total;
}

/** Gives 0 for what fails. */
function* forgiving(part: Promise<number>): Work<number> {
  try {
    return yield* sum(part, 1);
  } catch {
    return 0;
  }
}

test('work is waited for, and what needn’t wait is done at once', async (t) => {
  t.is(await runAsync(sum(1, Promise.resolve(2), 3, Promise.resolve(4))), 10);
  t.is(runSync(sum(1, 2), 'a part'), 3);
});

test('a rejection comes up where it was waited for, and may be caught there', async (t) => {
  const failure = new Error('no answer');
  await t.throwsAsync(runAsync(sum(1, Promise.reject(failure))), { is: failure });
  t.is(await runAsync(forgiving(Promise.reject(failure))), 0);
  t.is(await runAsync(forgiving(Promise.resolve(4))), 5);
});

test('work that must not wait throws, saying what would have to be waited for', async (t) => {
  const error = t.throws(() => runSync(sum(1, Promise.resolve(2)), 'a feature'), { instanceOf: AsyncError });
  t.regex(error?.message ?? '', /a feature answers with a promise.*predict\(\)/);
  // The test runner fails on a rejection that nobody handles: give it the time to come.
  t.throws(() => runSync(sum(Promise.reject(new Error('later'))), 'a feature'), { instanceOf: AsyncError });
  await setImmediate();
});
