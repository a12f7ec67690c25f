import test from 'ava';
import { statusOf } from '../../../serve/status/snapshot.js';
import { certificateOf } from '../../support/plans.js';
import { loadOf, modeOf, servedModel } from './models.js';

test('content that models share is counted once, and names who shares it, the most octets first', (t) => {
  const { models, memory } = statusOf(
    [
      servedModel('a', { words: 100, chars: 50, a: 1 }),
      servedModel('b', { words: 100, b: 2 }),
      servedModel('c', { words: 100, chars: 50 }),
      servedModel('d', { d: 4 }),
    ],
    0,
  );
  t.deepEqual(memory, { held: 157, unshared: 407 });
  t.deepEqual(
    models.map(({ sharesWith }) => sharesWith),
    [['c/1', 'b/1'], ['a/1', 'c/1'], ['a/1', 'b/1'], []],
  );
});

test('answers of the full model after an alarm count among the rows, and the promise is void in each mode', (t) => {
  const own = loadOf({
    rows: 10,
    rowsByMode: [7, 3],
    level: 1,
    success: { count: 4, nanoseconds: 1 },
    exits: [8, 2],
  });
  const instead = loadOf({ rows: 5, success: { count: 2, nanoseconds: 1 }, refused: 1 });
  const audit = { alarms: [], state: { isVoid: true, evidence: 0, modes: [] } };
  const [status] = statusOf(
    [servedModel('a', {}, { loads: [own, instead], isVoid: true, audit }, [modeOf(0.01), modeOf(0.05)])],
    5,
  ).models;
  t.is(status.rows, 15);
  t.is(status.requests.answered, 6);
  t.is(status.requests.refused, 1);
  t.is(status.level, 1);
  t.is(status.stages, 1);
  t.deepEqual(status.exits, [8, 2]);
  t.deepEqual(status.modes, [
    { epsilon: 0.01, verdict: 'void', rows: 7 },
    { epsilon: 0.05, verdict: 'void', rows: 3 },
  ]);
  t.deepEqual(status.promise, { epsilon: 0.05, verdict: 'void', of: 'mode' });
  t.deepEqual(status.audit, { isVoid: true, alarms: 0 });
});

test('what answers name is the promise of their mode, or of all answers together', (t) => {
  const modes = [modeOf(0.01), modeOf(0.05)] as const;
  const promiseOf = (terms: Parameters<typeof servedModel>[2]) =>
    statusOf([servedModel('a', {}, { loads: [loadOf({ level: 0 })], ...terms }, modes)], 0).models[0].promise;
  t.deepEqual(promiseOf({}), { epsilon: 0.01, verdict: 'certified', of: 'mode' });
  const together = certificateOf({ epsilon: 0.05 });
  t.deepEqual(promiseOf({ together }), { epsilon: 0.05, verdict: 'certified', of: 'all-answers' });
  t.deepEqual(promiseOf({ together, isVoid: true }), { epsilon: 0.05, verdict: 'void', of: 'all-answers' });
});
