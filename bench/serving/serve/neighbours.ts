import { median } from 'simple-statistics';
import { atMost } from '../../harness/checks.js';
import { type LoadResult, type LoadSpec, latency } from './loadSpec.js';
import type { MailModel } from './mails.js';
import { type Bench, ms, type PartOutcome, roundsOf } from './part.js';
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
  const seconds = quick ? 0.5 : 5;
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
  log(
    `neighbours: a tenant that sends half of its share (${(share / 2).toFixed(0)} requests a second), alone`,
  );
  log(`neighbours: and beside one that sends ${(10 * share).toFixed(0)} requests a second, in turn`);
  await quiet(1);
  const rounds: Round[] = [];
  for (let r = 0; r < roundsOf(bench); r++) {
    const alone = await quiet(r + 2);
    const noise = noisyLoad.ask('run', specOf('noisy', NOISY.key, 10 * share, r + 2));
    const beside = await quiet(r + 2);
    const noisy = await noise;
    rounds.push({ alone: outcomeOf(alone), beside: outcomeOf(beside), noisy: outcomeOf(noisy) });
  }
  await Promise.all([quietLoad.close(), noisyLoad.close()]);
  const of = (what: (round: Round) => number) => median(rounds.map(what));
  const json = { share, rounds };
  return {
    json,
    checks: [
      atMost(
        'a quiet tenant’s p99 beside ten times a share, over twice its own alone and a slice',
        of(({ alone, beside }) => beside.p99 / (2 * alone.p99 + SLICE)),
        1,
      ),
    ],
    lines: [
      ['', 'p50', 'p99', 'answered'],
      ...(['alone', 'beside'] as const).map((which) => [
        which === 'alone' ? 'quiet tenant alone' : 'beside the noisy one',
        ms(of((round) => round[which].p50)),
        ms(of((round) => round[which].p99)),
        `${total(rounds, which, 'answered')} of ${total(rounds, which, 'sent')}`,
      ]),
      ['noisy tenant', '', '', `${total(rounds, 'noisy', 'answered')} of ${total(rounds, 'noisy', 'sent')}`],
    ],
  };
}

interface Outcome {
  readonly sent: number;
  readonly answered: number;
  /** Milliseconds; failures count as endless. */
  readonly p50: number;
  readonly p99: number;
}

/** The quiet tenant alone, and then beside the noisy one. */
type Round = Readonly<Record<'alone' | 'beside' | 'noisy', Outcome>>;

function outcomeOf(result: LoadResult): Outcome {
  const answered = result.statuses[200] ?? 0;
  return { sent: result.sent, answered, p50: latency(result, 0.5), p99: latency(result, 0.99) };
}

function total(rounds: readonly Round[], whose: keyof Round, what: 'sent' | 'answered'): number {
  return rounds.reduce((sum, round) => sum + round[whose][what], 0);
}
