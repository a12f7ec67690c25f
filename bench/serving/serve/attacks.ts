import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { median } from 'simple-statistics';
import { atMost } from '../../harness/checks.js';
import { type LoadResult, type LoadSpec, latency } from './loadSpec.js';
import { makeMails } from './mails.js';
import { NOISY, QUIET } from './neighbours.js';
import { type Bench, ms, type PartOutcome, pause } from './part.js';
import type { AttackSpec } from './programs/attackCommands.js';
import { textRequest } from './requests.js';

const WHAT: readonly AttackSpec['what'][] = ['texts', 'bodies', 'unfinished', 'loads'];

/** Requests a second of the tenant that does no harm. */
const RATE = 20;
/** Milliseconds that its p99 may grow by, beside twice its own alone. */
const SLACK = 20;
/** The limit of messages that the server is given. */
const HELD = 256 * 2 ** 20;
const ROUNDS = 3;

/** Four attacks on a server, each beside a tenant that asks little. */
export async function attacks(bench: Bench): Promise<PartOutcome> {
  const { programs, log, quick, folder } = bench;
  const directory = join(folder, 'attacked');
  log('attacks: a cascade over mails, and versions that hang in loading');
  const { texts } = await makeMails(directory, { quiet: {} }, quick);
  await hangingIn(directory);
  const server = programs.server();
  const { port, grpc = '' } = await server.ask('start', {
    directory,
    workers: 1,
    grpcPort: 0,
    keys: [QUIET, { ...NOISY, rights: ['infer', 'admin'] }],
    limits: { loadMs: 5_000, http: { heldOctets: HELD } },
  });
  const requests = Array.from({ length: 100 }, (_, i) => textRequest('quiet', [texts[i % texts.length]]));
  const seconds = quick ? 1 : 10;
  const load = programs.load();
  const attacker = programs.attacker();
  const quiet = (seed: number) => load.ask('run', specOf(port, requests, seconds, seed));
  await quiet(1);
  const outcomes: Outcome[] = [];
  for (const what of WHAT) {
    log(`attacks: ${what}`);
    for (let round = 0; round < (quick ? 1 : ROUNDS); round++) {
      const alone = await quiet(round + 2);
      const rss = watchedRss(server.pid);
      const attack = attacker.ask('run', { what, port, grpc, key: NOISY.key, model: 'quiet', seconds });
      const beside = await quiet(round + 2);
      outcomes.push({
        what,
        alone: figures(alone),
        beside: figures(beside),
        ...(await attack),
        grown: await rss.end(),
      });
      await pause(500);
    }
  }
  await Promise.all([load.close(), attacker.close(), server.close()]);
  const of = (what: string, figure: (outcome: Outcome) => number) =>
    median(outcomes.filter((outcome) => outcome.what === what).map(figure));
  return {
    json: { rate: RATE, seconds, held: HELD, outcomes },
    checks: WHAT.flatMap((what) => [
      atMost(
        `${what}: a quiet tenant’s p99 over twice its own alone and ${SLACK} ms`,
        of(what, ({ alone, beside }) => beside.p99 / (2 * alone.p99 + SLACK)),
        1,
      ),
      atMost(
        `${what}: requests of the quiet tenant without an answer`,
        outcomes.reduce((sum, each) => sum + (each.what === what ? each.beside.failed : 0), 0),
        0,
      ),
      atMost(
        `${what}: memory that came, over the limit of messages`,
        of(what, ({ grown }) => grown / HELD),
        1,
      ),
    ]),
    lines: [
      ['beside', 'p99 alone', 'p99 beside', 'failed', 'memory', 'answers'],
      ...WHAT.map((what) => [
        what,
        ms(of(what, ({ alone }) => alone.p99)),
        ms(of(what, ({ beside }) => beside.p99)),
        String(outcomes.reduce((sum, each) => sum + (each.what === what ? each.beside.failed : 0), 0)),
        `${Math.round(of(what, ({ grown }) => grown) / 2 ** 20)} MiB`,
        statusesOf(outcomes.filter((outcome) => outcome.what === what)),
      ]),
    ],
  };
}

interface Figures {
  readonly failed: number;
  /** Milliseconds; failures count as endless. */
  readonly p50: number;
  readonly p99: number;
}

interface Outcome {
  readonly what: AttackSpec['what'];
  readonly alone: Figures;
  readonly beside: Figures;
  /** What the attacker was answered, and its processor time in milliseconds. */
  readonly statuses: Readonly<Record<string, number>>;
  readonly cpuMs: number;
  /** Octets of resident memory beyond those before. */
  readonly grown: number;
}

function specOf(port: number, requests: LoadSpec['requests'], seconds: number, seed: number): LoadSpec {
  return { port, requests, key: QUIET.key, pick: 0, arrivals: { kind: 'open', rate: RATE, seconds }, seed };
}

function figures(result: LoadResult): Figures {
  const failed = result.sent - (result.statuses[200] ?? 0);
  return { failed, p50: latency(result, 0.5), p99: latency(result, 0.99) };
}

/** Looks at a process's resident memory until it is told to end. */
function watchedRss(pid: number) {
  let isOver = false;
  const watching = (async () => {
    const before = await rssOf(pid);
    let most = before;
    while (!isOver) {
      await pause(20);
      most = Math.max(most, await rssOf(pid));
    }
    return most - before;
  })();
  return {
    end() {
      isOver = true;
      return watching;
    },
  };
}

async function rssOf(pid: number): Promise<number> {
  const [, kib = '0'] = /VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${pid}/status`, 'latin1')) ?? [];
  return 1_024 * Number(kib);
}

function statusesOf(outcomes: readonly Outcome[]): string {
  const all: Record<string, number> = {};
  for (const { statuses } of outcomes)
    for (const [status, count] of Object.entries(statuses)) all[status] = (all[status] ?? 0) + count;
  return Object.entries(all)
    .map(([status, count]) => `${count} x ${status}`)
    .join(', ');
}

/** Versions whose code hangs, or takes 3 s, when it is imported. */
async function hangingIn(directory: string): Promise<void> {
  const from = join(directory, 'quiet', '1');
  const module = await readFile(join(from, 'features.js'), 'utf8');
  const code = {
    hangs: 'for (;;);',
    slow: 'const end = performance.now() + 3_000; while (performance.now() < end);',
  };
  for (const [name, more] of Object.entries(code)) {
    const to = join(directory, name, '1');
    await mkdir(to, { recursive: true });
    await writeFile(join(to, 'model.cascade'), await readFile(join(from, 'model.cascade')));
    await writeFile(join(to, 'features.js'), `${module}${more}\n`);
  }
}
