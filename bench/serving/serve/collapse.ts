import { median } from 'simple-statistics';
import { atLeast, atMost, type Check } from '../../harness/checks.js';
import { type LoadResult, type LoadSpec, latency } from './loadSpec.js';
import type { MailModel } from './mails.js';
import { QUIET } from './neighbours.js';
import { type Bench, ms, type PartOutcome } from './part.js';
import type { Child } from './programs/children.js';
import type { ServerCommands } from './programs/serverCommands.js';
import { textRequest, textsFor } from './requests.js';

/** Rows a request, and the times of the capacity at which they are offered. */
const CASES = [
  { rows: 60, times: [1, 3, 5, 10] },
  { rows: 1, times: [1, 3] },
] as const;
const ROUNDS = 3;
/** Milliseconds within which answers are worth something, which requests say as well. */
const WITHIN = 200;
const GOAL = 0.7;

/** What is answered in time where many times the capacity is offered, so that reading alone is too much. */
export async function collapse(
  bench: Bench,
  { texts }: MailModel,
  { server, port }: { readonly server: Child<ServerCommands>; readonly port: number },
): Promise<PartOutcome> {
  const { programs, log, quick } = bench;
  const load = programs.load();
  const seconds = quick ? 0.7 : 4;
  const runs: Run[] = [];
  for (let r = 0; r < (quick ? 1 : ROUNDS); r++) {
    for (const { rows, times } of CASES) {
      const count = Math.floor(texts.length / rows);
      const requests = Array.from({ length: count }, (_, i) =>
        textRequest('refuses', textsFor(texts, i, rows), { outputs: ['label'], timeoutMs: WITHIN }),
      );
      const spec = {
        port,
        key: QUIET.key,
        pick: 0,
        withinMs: WITHIN,
        since: 'written',
        requests,
      } as const;
      const run = async (arrivals: LoadSpec['arrivals'], times: number) => {
        const before = await server.ask('used', null);
        const result = await load.ask('run', { ...spec, arrivals, seed: r + 2 });
        const { cpuUs } = await server.ask('used', null);
        const made = runOf(result, { round: r, rows, times, cpuUs: cpuUs - before.cpuUs });
        runs.push(made);
        return made;
      };
      const closed = await run({ kind: 'closed', at: 4, seconds }, 0);
      log(`collapse, round ${r + 1}: ${closed.goodput.toFixed(0)} requests of ${rows} rows a second`);
      for (const each of times) await run({ kind: 'open', rate: each * closed.goodput, seconds }, each);
    }
  }
  await load.close();
  const of = (rows: number, times: number, what: (run: Run) => number) =>
    median(runs.filter((run) => run.rows === rows && run.times === times).map(what));
  const overPeak = (rows: number, times: number) =>
    median(
      Array.from({ length: quick ? 1 : ROUNDS }, (_, round) => {
        const own = runs.filter((run) => run.rows === rows && run.round === round);
        const peak = Math.max(...own.map(({ goodput }) => goodput));
        return (own.find((run) => run.times === times)?.goodput ?? 0) / peak;
      }),
    );
  const checks: Check[] = [
    ...CASES.flatMap(({ rows, times }) =>
      times
        .filter((each) => each > 1)
        .map((each) =>
          atLeast(
            `${rows} ${rows === 1 ? 'row' : 'rows'} a request at ${each} times the capacity: goodput over the peak`,
            overPeak(rows, each),
            GOAL,
          ),
        ),
    ),
    atMost(
      'collapse: failures that aren’t the protocol’s',
      runs.reduce((sum, { untyped }) => sum + untyped, 0),
      0,
    ),
  ];
  const table = CASES.flatMap(({ rows, times }) =>
    [0, ...times].map((each) => [
      `${rows} a request, ${each === 0 ? 'closed' : `${each} times`}`,
      `${of(rows, each, (run) => run.offered).toFixed(0)}/s`,
      `${of(rows, each, (run) => run.goodput).toFixed(0)}/s`,
      ms(of(rows, each, (run) => run.p99)),
      of(rows, each, (run) => run.generatorCores).toFixed(2),
      of(rows, each, (run) => run.serverCores).toFixed(2),
    ]),
  );
  return {
    json: { runs },
    checks,
    lines: [
      ['', 'offered', 'in time', 'p99 of answers', 'cores of the generator', 'of the server'],
      ...table,
    ],
  };
}

interface Run {
  readonly round: number;
  readonly rows: number;
  /** Of the capacity; 0: a closed load, which tells it. */
  readonly times: number;
  /** Requests a second that were sent, and that were answered in time. */
  readonly offered: number;
  readonly goodput: number;
  /** Of answers, in milliseconds. */
  readonly p99: number;
  readonly untyped: number;
  readonly statuses: LoadResult['statuses'];
  /** Processor time over the time that passed. */
  readonly generatorCores: number;
  readonly serverCores: number;
  /** Milliseconds by which the generator was late, p99. */
  readonly lateMs: number;
}

function runOf(
  { sent, rowsInTime, elapsedMs, statuses, untyped, cpuMs, latencies, lateMs }: LoadResult,
  { round, rows, times, cpuUs }: Pick<Run, 'round' | 'rows' | 'times'> & { readonly cpuUs: number },
): Run {
  const answered = { latencies: latencies.filter((each) => each !== null) };
  return {
    round,
    rows,
    times,
    offered: (1_000 * sent) / elapsedMs,
    goodput: (1_000 * rowsInTime) / rows / elapsedMs,
    p99: latency(answered, 0.99),
    untyped,
    statuses,
    generatorCores: cpuMs / elapsedMs,
    serverCores: cpuUs / 1_000 / elapsedMs,
    lateMs,
  };
}
