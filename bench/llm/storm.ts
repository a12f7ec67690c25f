import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { random } from '../../lib/stats/index.js';
import type { JournalRecord } from '../../llm/models/journal/index.js';
import { recordIn } from '../../llm/models/journal/records.js';
import { type Fault, LlmServer } from '../../test/support/llm/index.js';
import { modulesUrl } from '../../test/support/modulesUrl.js';
import { type StormPlan, stormLabel, stormSaid } from './stormPlan.js';

/** How hard a storm is. */
export interface StormOptions {
  readonly rows: number;
  readonly kills: number;
  readonly seed?: number;
  readonly log?: (text: string) => void;
}

/** What became of the rows and the money. All but the first six are to be 0. */
export interface StormFigures {
  readonly rows: number;
  readonly kills: number;
  /** Times that the process ended by itself: at its budget, or since the server failed too often. */
  readonly budgetStops: number;
  readonly failures: number;
  /** Requests that the server charged, and answers that the journal has. */
  readonly charged: number;
  readonly answers: number;
  /** Rows without their answer. */
  readonly lost: number;
  /** Questions that were answered twice, and those asked again after an answer was in the journal. */
  readonly answeredTwice: number;
  readonly askedAgain: number;
  /** Charges that are neither an answer in the journal nor counted as possible. */
  readonly uncounted: number;
  /** Questions of unknown outcome beyond those that were in flight at a kill, or whose connection failed. */
  readonly unexplained: number;
  /** Money that was charged beyond what the journal says at most, and beyond the limit. */
  readonly moneyMissed: number;
  readonly moneyOver: number;
}

const PRICES = { input: 1e6, output: 1e6 };
const CONCURRENT = 8;
/** Shares of requests that go wrong, by how. */
const FAULTS: readonly (readonly [number, Fault])[] = [
  [0.05, { kind: 'status', status: 429, headers: { 'retry-after-ms': '5' } }],
  [0.02, { kind: 'status', status: 503 }],
  [0.01, { kind: 'status', status: 500 }],
  [0.02, { kind: 'cut', at: 'before' }],
  [0.02, { kind: 'cut', at: 'within' }],
  [0.01, { kind: 'hang' }],
];
/** Milliseconds after a request within which the process is killed. */
const SOON = 30;

/**
 * A storm over a run that asks a language model: refusals, timeouts, cut connections, answers that can't be parsed, batches
 * that expire, a limit on money, and a process that is killed again and again. Then the books are compared: what the
 * server charged, what the journal says, and the answers.
 */
export async function storm({ rows, kills, seed = 1, log = () => {} }: StormOptions): Promise<StormFigures> {
  const folder = await mkdtemp(join(tmpdir(), 'spillway-storm-'));
  const draw = random(seed).fork('storm');
  const rowOf = (content: string) => Number(/row (\d+)$/.exec(content)?.[1]);
  const server = new LlmServer({
    speak: ([{ content }], n) => stormSaid(rowOf(content), n),
    batches: {
      polls: 2,
      end: (n) => (n % 3 === 1 ? 'expired' : n % 7 === 5 ? 'failed' : 'completed'),
      lineFault: () =>
        draw.uniform() < 0.03 ? { status: 503, code: 'overloaded', message: 'later' } : undefined,
    },
  });
  server.fault = () => {
    let place = draw.uniform();
    for (const [share, fault] of FAULTS) {
      if (place < share) return fault;
      place -= share;
    }
    return undefined;
  };
  try {
    const url = await server.start();
    const program = join(folder, 'process.mjs');
    const [, code = ''] = (await modulesUrl(new URL('stormProcess.ts', import.meta.url))).split('base64,');
    await writeFile(program, Buffer.from(code, 'base64'));
    const plan: StormPlan = {
      baseURL: `${url}/v1`,
      journal: join(folder, 'answers.journal'),
      out: join(folder, 'answers.json'),
      rows,
      prices: PRICES,
      maxPrice: 0,
      concurrent: CONCURRENT,
    };
    // Enough for all that storms lose, and at first for a third of it.
    const most = rows * 400;
    const ends = { killed: 0, stopped: 0, failed: 0 };
    for (let isOver = false; !isOver; ) {
      const isKilled = ends.killed < kills;
      const maxPrice = ends.stopped === 0 ? most / 20 : most;
      const child = spawn(process.execPath, [program, JSON.stringify({ ...plan, maxPrice })], {
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      let said = '';
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        said += text;
      });
      // After so many of its requests, and anywhere in what follows.
      const killAt = server.seen.length + 1 + draw.integer(Math.ceil(rows / kills));
      const watch = setInterval(() => {
        if (!isKilled || server.seen.length < killAt) return;
        clearInterval(watch);
        setTimeout(() => child.kill('SIGKILL'), draw.integer(SOON));
      }, 1);
      const [exit, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve) =>
        child.once('close', (...ended) => resolve(ended)),
      );
      clearInterval(watch);
      if (signal !== null) ends.killed++;
      else if (exit === 3) ends.stopped++;
      else if (exit === 4) ends.failed++;
      else if (exit === 0) isOver = true;
      else throw new Error(`the process of a storm ended: ${said}`);
      log(
        `${signal ?? exit}: ${server.seen.length} requests, ${server.charged.length} charged${said === '' ? '' : ` (${said.trim().split('\n').at(-1)})`}`,
      );
      if (ends.failed > 10 * kills + 10) throw new Error(`a storm's process makes no progress: ${said}`);
    }
    return await compared(plan, most, server, ends);
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** The books, side by side. */
async function compared(
  { journal, out, rows }: StormPlan,
  most: number,
  server: LlmServer,
  ends: { readonly killed: number; readonly stopped: number; readonly failed: number },
): Promise<StormFigures> {
  const { first, second, account } = JSON.parse(await readFile(out, 'utf8'));
  const records = (await readFile(journal, 'utf8'))
    .split('\n')
    .slice(1)
    .flatMap((line) => (line === '' ? [] : [recordIn(line) as JournalRecord | undefined])); // Ours wrote them.
  const answered = new Map<string, number>();
  let [askedAgain, maybe] = [0, 0];
  for (const record of records) {
    if (record?.kind === 'answered') answered.set(record.id, (answered.get(record.id) ?? 0) + 1);
    if (record?.kind === 'asked' && answered.has(record.id)) askedAgain++;
    if (record?.kind === 'lost' && record.paid === 'maybe') maybe++;
  }
  const isRight = (label: string, row: number) => label === stormLabel(row);
  const lost =
    [...first, ...second].filter((label, i) => !isRight(label, i < rows ? i : i - rows)).length +
    Math.abs(rows - first.length);
  const charged = server.charged.length;
  const money = server.charged.reduce((sum, messages) => sum + tokensOf(messages), 0);
  return {
    rows,
    kills: ends.killed,
    budgetStops: ends.stopped,
    failures: ends.failed,
    charged,
    answers: account.answers,
    lost,
    answeredTwice: [...answered.values()].filter((times) => times > 1).length,
    askedAgain,
    uncounted: Math.max(0, charged - account.answers - account.unknown),
    unexplained: Math.max(0, account.unknown - maybe - ends.killed * CONCURRENT),
    moneyMissed: Math.max(0, money - account.spent - account.reserved),
    moneyOver: Math.max(0, money - most, account.spent + account.reserved - most),
  };
}

/** The least tokens of a question and its answer, as the server counts them. */
function tokensOf(messages: string): number {
  const [{ content }]: [{ content: string }] = JSON.parse(messages);
  return Math.ceil(content.length / 4) + 4 + 1;
}
