import test from 'ava';
import { DeadlineError, OverloadError, type PredictOptions, RefusedRow } from 'spillway';
import type { Mail } from 'spillway/datasets';
import { mailApp } from '../../../examples/web/app.js';

const mail = { subject: 'Lunch', body: 'At noon?' };

/** The app over threads that answer so. @returns also the options of the last call, and whether they were closed */
function appOf(answer: () => string) {
  const seen: { options?: PredictOptions | undefined; isClosed: boolean } = { isClosed: false };
  const app = mailApp({
    certificate: JSON.parse('{ "verdict": "certified", "epsilon": 0.01 }'),
    async predict(rows: readonly Mail[], options) {
      seen.options = options;
      const labels = rows.map(answer);
      const numbers = new Uint8Array(rows.length);
      return {
        labels,
        scores: new Float64Array(2 * rows.length),
        exits: numbers,
        degraded: numbers,
        faults: [],
        verdict: 'certified',
      };
    },
    async close() {
      seen.isClosed = true;
    },
  });
  return { app, seen };
}

test('mails are answered with their verdict, and closing closes the threads', async (t) => {
  const { app, seen } = appOf(() => 'ham');
  const answer = await app.inject({ method: 'POST', url: '/mails', payload: [mail, mail] });
  t.deepEqual([answer.statusCode, answer.json()], [200, { labels: ['ham', 'ham'], verdict: 'certified' }]);
  t.is(seen.options?.deadlineMs, 2_000);
  t.like((await app.inject('/certificate')).json(), { epsilon: 0.01 });
  await app.close();
  t.true(seen.isClosed);
});

test('each error has its status', async (t) => {
  const cases: readonly [Error, number][] = [
    [new RefusedRow('words', 0, new Error('expected a text')), 400],
    [new OverloadError('mail.cascade', 9, 10), 503],
    [new DeadlineError(2_000), 504],
    [new Error('odd'), 500],
  ];
  for (const [error, status] of cases) {
    const { app } = appOf(() => {
      throw error;
    });
    const answer = await app.inject({ method: 'POST', url: '/mails', payload: [mail] });
    t.deepEqual([answer.statusCode, answer.json()], [status, { error: error.message }]);
  }
  const { app } = appOf(() => 'ham');
  t.is(
    (await app.inject({ method: 'POST', url: '/mails', payload: [{ subject: 'Lunch' }] })).statusCode,
    400,
  );
});
