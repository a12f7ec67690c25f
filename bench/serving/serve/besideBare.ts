import { join } from 'node:path';
import { median } from 'simple-statistics';
import { atMost, type Check } from '../../harness/checks.js';
import { type LoadSpec, latency } from './loadSpec.js';
import type { MailModel } from './mails.js';
import { QUIET } from './neighbours.js';
import { type Bench, ms, type PartOutcome, roundsOf } from './part.js';
import type { Child } from './programs/children.js';
import type { ServerCommands } from './programs/serverCommands.js';
import { textRequest, textsFor } from './requests.js';

/** Loads, and what the server may take of the bare one's processor time or of its p50. */
const CASES = [
  { what: '60 mails a request, 4 at a time', rows: 60, at: 4, cpu: 1.8 },
  { what: 'one mail a request, 16 at a time', rows: 1, at: 16, cpu: 1.5 },
  { what: 'one mail a request, 500 a second', rows: 1, rate: 500, cpu: 1.8 },
  { what: 'one mail a request, 1,000 a second', rows: 1, rate: 1_000, p50: 2.5 },
] as const;

/** The server beside one that anybody would write: `node:http`, `JSON.parse` and `predict`. */
export async function besideBare(
  bench: Bench,
  { texts }: MailModel,
  {
    server,
    port,
    directory,
  }: { readonly server: Child<ServerCommands>; readonly port: number; readonly directory: string },
): Promise<PartOutcome> {
  const { programs, log, quick } = bench;
  const alone = programs.alone();
  const started = await alone.ask('start', { folders: [join(directory, 'refuses', '1')], warm: true });
  const load = programs.load();
  const seconds = quick ? 0.4 : 3;
  const sides = [
    { name: 'bare', port: started.port, used: () => alone.ask('used', null) },
    { name: 'server', port, used: () => server.ask('used', null) },
  ] as const;
  const runs: Run[] = [];
  for (let round = 0; round <= roundsOf(bench); round++) {
    if (round > 0) log(`beside a bare server: round ${round}`);
    for (const each of CASES) {
      const { rows, what } = each;
      const requests = Array.from({ length: Math.floor(texts.length / rows) }, (_, i) =>
        textRequest('refuses', textsFor(texts, i, rows), { outputs: ['label'] }),
      );
      const arrivals: LoadSpec['arrivals'] =
        'at' in each ? { kind: 'closed', at: each.at, seconds } : { kind: 'open', rate: each.rate, seconds };
      for (const side of round % 2 === 0 ? sides : sides.toReversed()) {
        const before = await side.used();
        const spec = {
          port: side.port,
          key: QUIET.key,
          pick: 'each',
          requests,
          arrivals,
          seed: round + 1,
        } as const;
        const result = await load.ask('run', spec);
        const { cpuUs } = await side.used();
        // The first one warms up.
        if (round === 0) continue;
        const us = (cpuUs - before.cpuUs) / result.sent;
        runs.push({
          what,
          side: side.name,
          round,
          us,
          p50: latency(result, 0.5),
          failed: result.sent - (result.statuses[200] ?? 0),
        });
      }
    }
  }
  await Promise.all([alone.close(), load.close()]);
  const of = (what: string, side: string, value: (run: Run) => number) =>
    median(runs.filter((run) => run.what === what && run.side === side).map(value));
  const ratio = (what: string, value: (run: Run) => number) =>
    median(
      runs
        .filter((run) => run.what === what && run.side === 'server')
        .map((run) => {
          const other = runs.find(
            (each) => each.what === what && each.side === 'bare' && each.round === run.round,
          );
          return value(run) / (other === undefined ? Number.NaN : value(other));
        }),
    );
  const us = (run: Run) => run.us;
  const p50 = (run: Run) => run.p50;
  const checks: Check[] = [
    ...CASES.map((each) =>
      'cpu' in each
        ? atMost(`${each.what}: processor time over a bare server’s`, ratio(each.what, us), each.cpu)
        : atMost(`${each.what}: p50 over a bare server’s`, ratio(each.what, p50), each.p50),
    ),
    atMost(
      'beside a bare server: requests without an answer',
      runs.reduce((sum, { failed }) => sum + failed, 0),
      0,
    ),
  ];
  return {
    json: { runs },
    checks,
    lines: [
      ['', 'bare', 'server', 'ratio', 'p50, bare', 'p50, server', 'ratio'],
      ...CASES.map(({ what }) => [
        what,
        `${of(what, 'bare', us).toFixed(0)} us`,
        `${of(what, 'server', us).toFixed(0)} us`,
        ratio(what, us).toFixed(2),
        ms(of(what, 'bare', p50)),
        ms(of(what, 'server', p50)),
        ratio(what, p50).toFixed(2),
      ]),
    ],
  };
}

interface Run {
  readonly what: string;
  readonly side: 'bare' | 'server';
  readonly round: number;
  /** Microseconds of processor a request. */
  readonly us: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly failed: number;
}
