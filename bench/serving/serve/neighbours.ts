import { atMost } from '../../harness/checks.js';
import { type LoadSpec, latency } from './loadSpec.js';
import type { MailModel } from './mails.js';
import { type Bench, ms, type PartOutcome } from './part.js';
import { textRequest, textsFor } from './requests.js';

export const QUIET = { key: 'a-key-of-the-quiet-one', tenant: 'quiet' };
export const NOISY = { key: 'a-key-of-the-noisy-one', tenant: 'noisy' };

/** A slice of the scheduler, in milliseconds. */
const SLICE = 2;
const ROWS = 16;
/** Milliseconds within which the noisy tenant wants its answers; the quiet one takes them whenever they come. */
const WITHIN = 100;

/** A tenant that sends little, alone and beside one that sends ten times its share. */
export async function neighbours(
  bench: Bench,
  { texts }: MailModel,
  port: number,
  rowsPerSecond: number,
): Promise<PartOutcome> {
  const { programs, log, quick } = bench;
  const requestsTo = (model: string) => {
    const options = { outputs: ['label'], ...(model === 'noisy' && { timeoutMs: WITHIN }) };
    return Array.from({ length: 100 }, (_, i) => textRequest(model, textsFor(texts, i, ROWS), options));
  };
  const share = rowsPerSecond / ROWS / 2;
  const seconds = quick ? 0.5 : 20;
  const specOf = (model: string, key: string, rate: number, seed: number): LoadSpec => ({
    port,
    requests: requestsTo(model),
    key,
    pick: 0,
    arrivals: { kind: 'open', rate, seconds },
    seed,
  });
  const quietLoad = programs.load();
  const noisyLoad = programs.load();
  const quiet = (seed: number) => quietLoad.ask('run', specOf('quiet', QUIET.key, share / 2, seed));
  log(`neighbours: a tenant that sends half of its share (${(share / 2).toFixed(0)} requests a second)`);
  await quiet(1);
  const alone = await quiet(2);
  log(`neighbours: the same while another one sends ${(10 * share).toFixed(0)} requests a second`);
  const noise = noisyLoad.ask('run', specOf('noisy', NOISY.key, 10 * share, 3));
  const beside = await quiet(2);
  const noisy = await noise;
  await Promise.all([quietLoad.close(), noisyLoad.close()]);
  const limit = 2 * latency(alone, 0.99) + SLICE;
  const answered = (result: typeof alone) => result.statuses[200] ?? 0;
  const json = {
    share,
    alone: {
      sent: alone.sent,
      answered: answered(alone),
      p50: latency(alone, 0.5),
      p99: latency(alone, 0.99),
    },
    beside: {
      sent: beside.sent,
      answered: answered(beside),
      p50: latency(beside, 0.5),
      p99: latency(beside, 0.99),
    },
    noisy: { sent: noisy.sent, answered: answered(noisy), statuses: noisy.statuses },
  };
  return {
    json,
    checks: [
      atMost(
        'a quiet tenant’s p99 beside ten times a share, over twice its own alone and a slice',
        json.beside.p99 / limit,
        1,
      ),
    ],
    lines: [
      ['', 'p50', 'p99', 'answered'],
      ['quiet tenant alone', ms(json.alone.p50), ms(json.alone.p99), `${answered(alone)} of ${alone.sent}`],
      [
        'beside the noisy one',
        ms(json.beside.p50),
        ms(json.beside.p99),
        `${answered(beside)} of ${beside.sent}`,
      ],
      ['noisy tenant', '', '', `${answered(noisy)} of ${noisy.sent}`],
    ],
  };
}
