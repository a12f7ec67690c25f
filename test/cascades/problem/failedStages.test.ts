import test from 'ava';
import { FailedStages } from '../../../cascades/problem/index.js';
import { ModelError, OptionError } from '../../../index.js';

const stage = { learner: 'mine', features: ['near', 'far'] };

test('a stage whose fit fails is known, and has a line', async (t) => {
  const failed = new FailedStages(() => false);
  t.is(await failed.without(stage, async () => 7), 7);
  t.false(failed.has(stage));
  const error = new ModelError('mine', 'too few');
  t.is(await failed.without(stage, () => Promise.reject(error)), undefined);
  t.true(failed.has(stage) && failed.hasNoted(error));
  t.false(failed.has({ ...stage, features: ['near'] }));
  t.deepEqual(failed.notes(), [
    "Left out of stages: mine on near, far, which failed (model 'mine': too few).",
  ]);
  const again = new RangeError('out of memory');
  await t.throwsAsync(
    failed.noting({ ...stage, features: ['near'] }, () => Promise.reject(again)),
    { is: again },
  );
  t.is(failed.notes().length, 2);
});

test('many lines are few', async (t) => {
  const failed = new FailedStages(() => false);
  for (let i = 0; i < 9; i++)
    await failed.without({ learner: 'mine', features: [`${i}`] }, () => Promise.reject(new Error('no')));
  t.is(failed.notes().length, 6);
  t.regex(failed.notes()[5], /: 4 more that failed likewise/);
});

test('an end of the time, and what is no fault of a learner, stay errors', async (t) => {
  for (const [isOver, error] of [
    [true, new Error('over')],
    [false, new OptionError('maxPrice', 'is spent')],
  ] as const) {
    const failed = new FailedStages(() => isOver);
    await t.throwsAsync(
      failed.without(stage, () => Promise.reject(error)),
      { is: error },
    );
    t.deepEqual(failed.notes(), []);
  }
});
