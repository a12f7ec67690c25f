import test from 'ava';
import {
  AnsweredAlone,
  type ConsistencyAlarm,
  consistencyStep,
  isComparable,
} from '../../../cascades/monitoring/alone.js';
import type { AuditableCascade, ServedAnswers } from '../../../cascades/monitoring/answers.js';
import { certificate } from './world.js';

const answersOf = (labels: string[]): ServedAnswers<string> => ({
  labels,
  scores: new Float64Array(labels.length),
  exits: new Uint8Array(labels.length),
  degraded: new Uint8Array(labels.length),
  faults: [],
  verdict: 'certified',
});

/** Answers yes, but for single rows what it is told. */
function world(alone: (row: number) => string) {
  const requested: number[][] = [];
  const cascade: Pick<AuditableCascade<number, string>, 'predict' | 'predictSync'> = {
    predict: async (rows) => {
      requested.push([...rows]);
      return answersOf(rows.map((row) => (rows.length === 1 ? alone(row) : 'yes')));
    },
    predictSync: () => answersOf([]),
  };
  return { requested, cascade };
}

const stability = { rows: 64, changed: 0, tolerance: {}, live: [] };

test('drawn exits are answered again alone, and the first that differs is alarmed, once', async (t) => {
  const { requested, cascade } = world((row) => (row > 2 ? 'no' : 'yes'));
  const alarms: ConsistencyAlarm[] = [];
  const audit = new AnsweredAlone(cascade, { ...certificate, stability }, (alarm) => alarms.push(alarm));
  const rows = [1, 2, 3, 4];
  for (const position of [undefined, 0, 2, 3]) {
    await audit.compare(rows, answersOf(['yes', 'yes', 'yes', 'yes']), position, {});
  }
  t.deepEqual(requested, [[1], [3], [4]]);
  t.deepEqual(audit.consistency, { rows: 3, changed: 2 });
  t.deepEqual(alarms, [{ test: 'consistency', rows: 2, changed: 1, pValue: 0, level: 0 }]);
});

test('a few are asked, and none where features or answers change by nature', async (t) => {
  const { requested, cascade } = world(() => 'yes');
  const audit = new AnsweredAlone(cascade, certificate, () => t.fail());
  for (let call = 0; call < 300; call++) await audit.compare([1], answersOf(['yes']), 0, {});
  t.is(requested.length, 256);
  t.true(isComparable({ ...certificate, stability }));
  t.false(isComparable({ ...certificate, stability: { ...stability, live: ['prices'] } }));
  t.false(isComparable({ ...certificate, stability: { ...stability, changed: 1 } }));
});

test('what fails alone costs no answer, unless the call was to end', async (t) => {
  const { cascade } = world(() => {
    throw new Error('down');
  });
  const audit = new AnsweredAlone(cascade, certificate, () => t.fail());
  await audit.compare([1], answersOf(['yes']), 0, {});
  t.deepEqual(audit.consistency, { rows: 0, changed: 0 });
  const signal = AbortSignal.abort(new Error('over'));
  await t.throwsAsync(audit.compare([1], answersOf(['yes']), 0, { signal }), { message: 'over' });
});

test('numbers are compared as they are', (t) => {
  t.deepEqual(consistencyStep({ rows: 1, changed: 0 }, 0.5, 0.5), { rows: 2, changed: 0 });
  t.deepEqual(consistencyStep({ rows: 1, changed: 0 }, Number.NaN, 0.5), { rows: 2, changed: 1 });
});
