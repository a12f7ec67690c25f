import test from 'ava';
import { type StatusSource, statusOf } from '../../../serve/status/snapshot.js';
import { certificateOf } from '../../support/plans.js';
import { countsOf, loadOf, modeOf, type ServedTerms, servedModel } from './models.js';

const statusFor = (models: StatusSource['models'], more: Partial<StatusSource> = {}) =>
  statusOf({ models, uptimeMs: 0, ...more });

test('content that models share is counted once, and names who shares it, the most octets first', (t) => {
  const { models, memory } = statusFor([
    servedModel('a', { words: 100, chars: 50, a: 1 }),
    servedModel('b', { words: 100, b: 2 }),
    servedModel('c', { words: 100, chars: 50 }),
    servedModel('d', { d: 4 }),
  ]);
  t.deepEqual(memory, { held: 157, unshared: 407 });
  t.deepEqual(
    models.map(({ sharesWith }) => sharesWith),
    [['c/1', 'b/1'], ['a/1', 'c/1'], ['a/1', 'b/1'], []],
  );
});

const durations = (count: number) => ({ count, nanoseconds: 1, buckets: [count, 0] });

test('answers of the full model after an alarm count among the rows, and the promise is void in each mode', (t) => {
  const own = loadOf({
    rows: 10,
    rowsByMode: [7, 3],
    level: 1,
    success: durations(4),
    exits: [8, 2],
  });
  const instead = loadOf({ rows: 5, success: durations(2), refused: 1, exits: [0, 5] });
  const audit = { alarms: [], state: { isVoid: true, evidence: 0, modes: [] } };
  const [status] = statusFor([
    servedModel('a', {}, { loads: [own, instead], isVoid: true, audit }, [modeOf(0.01), modeOf(0.05)]),
  ]).models;
  t.is(status.rows, 15);
  t.is(status.requests.answered, 6);
  t.is(status.requests.refused, 1);
  t.is(status.level, 1);
  t.is(status.stages, 1);
  t.deepEqual(status.exits, [8, 7]);
  t.deepEqual(status.latency.buckets.slice(0, 2), [6, 0]);
  t.deepEqual(status.modes, [
    { epsilon: 0.01, verdict: 'void', rows: 7 },
    { epsilon: 0.05, verdict: 'void', rows: 3 },
  ]);
  t.deepEqual(status.promise, { epsilon: 0.05, verdict: 'void', of: 'mode' });
  t.deepEqual(status.audit, { isVoid: true, alarms: 0 });
  t.true(status.isVoid);
});

test('what answers name is the promise of their mode, or of all answers together', (t) => {
  const modes = [modeOf(0.01), modeOf(0.05)] as const;
  const promiseOf = (terms: ServedTerms) =>
    statusFor([servedModel('a', {}, { loads: [loadOf({ level: 0 })], ...terms }, modes)]).models[0].promise;
  t.deepEqual(promiseOf({}), { epsilon: 0.01, verdict: 'certified', of: 'mode' });
  const together = certificateOf({ epsilon: 0.05 });
  t.deepEqual(promiseOf({ together }), { epsilon: 0.05, verdict: 'certified', of: 'all-answers' });
  t.deepEqual(promiseOf({ together, isVoid: true }), { epsilon: 0.05, verdict: 'void', of: 'all-answers' });
});

test('a model without a version that answers is absent, with the reason of its latest; old counts are there', (t) => {
  const version = (name: string, number: string, state: string, reason = '') => ({
    name,
    version: number,
    state,
    reason,
  });
  const { absent, past } = statusFor([servedModel('up', {})], {
    index: [
      version('broken', '1', 'UNAVAILABLE', "the version policy doesn't choose it"),
      version('broken', '2', 'UNAVAILABLE', 'it lacks model.cascade'),
      version('up', '1', 'READY'),
      version('up', '2', 'UNAVAILABLE', 'it lacks features.js'),
    ],
    past: [countsOf('up', { version: '0', loads: [loadOf({ rows: 4 })] })],
  });
  t.deepEqual(absent, [version('broken', '2', 'UNAVAILABLE', 'it lacks model.cascade')]);
  t.deepEqual(
    past.map(({ name, version, rows }) => [name, version, rows]),
    [['up', '0', 4]],
  );
});
