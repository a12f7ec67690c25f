import { setTimeout } from 'node:timers/promises';
import test from 'ava';
import type { Io } from '../../../cli/command.js';
import { ServeLog } from '../../../cli/serve/log.js';
import type { AccessEntry } from '../../../entries/serve.js';

const NOW = '2026-11-30T12:00:00.000Z';

function world(format: 'text' | 'json') {
  const printed: string[] = [];
  const io: Io = {
    out: () => {},
    err: (text) => void printed.push(text),
    watched: { out: false, err: false },
    input: process.stdin,
    colour: false,
    width: undefined,
    signal: new AbortController().signal,
    finish: () => {},
  };
  return {
    log: new ServeLog(
      io,
      () => format,
      () => new Date(NOW),
    ),
    printed,
    read: () =>
      printed
        .join('')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
  };
}

const version = { name: 'mails', version: '2' };
const entry: AccessEntry = {
  protocol: 'http',
  method: 'POST',
  path: '/v2/models/mails/infer',
  model: 'mails\n',
  tenant: 'shop',
  status: 200,
  octets: 87,
  ms: 1.23456,
  id: 'a "b"',
};

test('as text lines are what they always were', (t) => {
  const { log, printed } = world('text');
  log.event({ ...version, what: 'loaded', reason: '' });
  log.event({ ...version, what: 'failed', reason: 'it lacks model.cascade' });
  const fault = new Error('broken');
  log.fault(fault);
  log.fault('text');
  log.io.err('spillway: no (LISTEN)\n');
  t.deepEqual(printed, [
    'mails/2: loaded\n',
    'mails/2: failed: it lacks model.cascade\n',
    `spillway: ${fault.stack}\n`,
    'spillway: text\n',
    'spillway: no (LISTEN)\n',
  ]);
});

test('as JSON each line is an object with time, level and message', (t) => {
  const { log, read } = world('json');
  log.event({ ...version, what: 'loaded', reason: '' });
  log.event({ ...version, what: 'failed', reason: 'two\nlines' });
  const alarm = { loss: 'disagreement' } as never;
  log.event({ ...version, what: 'alarm', alarm: { mode: 0, alarm } });
  const fault = Object.assign(new Error('broken', { cause: 'a reason' }), { code: 'MODEL' });
  log.fault(fault);
  log.info('answering what has arrived', {}, 'spillway: answering what has arrived\n');
  log.io.err('spillway: no (LISTEN)\n');
  const model = { model: 'mails', version: '2' };
  t.deepEqual(read(), [
    { time: NOW, level: 'info', message: 'mails/2: loaded', ...model, event: 'loaded' },
    {
      time: NOW,
      level: 'error',
      message: 'mails/2: failed: two\nlines',
      ...model,
      event: 'failed',
      reason: 'two\nlines',
    },
    {
      time: NOW,
      level: 'error',
      message: 'mails/2: alarm of the audit in mode 0: {"loss":"disagreement"}',
      ...model,
      event: 'alarm',
      mode: 0,
      alarm,
    },
    { time: NOW, level: 'error', message: 'broken', code: 'MODEL', stack: fault.stack, cause: 'a reason' },
    { time: NOW, level: 'info', message: 'answering what has arrived' },
    { time: NOW, level: 'error', message: 'spillway: no (LISTEN)' },
  ]);
});

test('requests are gathered, and printed soon or when there are many', async (t) => {
  const text = world('text');
  text.log.access(entry);
  text.log.access({ ...entry, model: undefined, tenant: undefined, id: undefined });
  t.deepEqual(text.printed, []);
  text.log.flush();
  const line = `${NOW} http POST /v2/models/mails/infer 200 87 1.235ms`;
  t.deepEqual(text.printed, [`${line} model="mails\\n" tenant="shop" id="a \\"b\\""\n${line}\n`]);
  const { log, read, printed } = world('json');
  log.access(entry);
  while (printed.length === 0) await setTimeout(5);
  t.deepEqual(read(), [{ time: NOW, level: 'info', message: 'request', ...entry, ms: 1.235 }]);
  for (let i = 0; i < 1_000; i++) log.access(entry);
  t.true(printed.length > 1, 'not all of them wait');
  log.flush();
  log.flush();
  t.is(read().length, 1_001);
});
