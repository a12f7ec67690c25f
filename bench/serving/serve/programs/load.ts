import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { type Random, random } from '../../../../lib/stats/index.js';
import { type LoadAnswer, type LoadCommands, type LoadResult, type LoadSpec, latency } from '../loadSpec.js';
import { poissonTimes, zipf } from './arrivals.js';
import { answerTo } from './children.js';
import { Connections } from './connections.js';
import type { Reply } from './replies.js';

/**
 * Generates load, in a process of its own: what it computes delays no answer, and its processor time is
 * known. A thread says when arrivals are due, more exactly than a timer does.
 */

if (isMainThread) answerTo<LoadCommands>({ run: (spec) => new Load(spec).run() });
else tick(workerData);

/** Milliseconds, the same on all threads. */
function now(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

interface Schedule {
  readonly start: number;
  readonly times: Float64Array;
}

/** Says how many arrivals are due. */
function tick({ start, times }: Schedule): void {
  const never = new Int32Array(new SharedArrayBuffer(4));
  for (let i = 0; i < times.length; ) {
    const left = start + times[i] - now();
    if (left > 0) Atomics.wait(never, 0, 0, left);
    const due = now() - start;
    while (i < times.length && times[i] <= due) i++;
    parentPort?.postMessage(i);
  }
}

class Load {
  private readonly messages: readonly Buffer[];
  private readonly connections: Connections;
  private readonly statuses: Record<string, number> = {};
  private readonly latencies: (number | null)[] = [];
  private readonly late: number[] = [];
  private readonly answers: LoadAnswer[] = [];
  private readonly next: () => number;
  private readonly drawn: Random;
  private sent = 0;
  private ended = 0;
  private untyped = 0;
  private rows = 0;
  private rowsInTime = 0;

  constructor(private readonly spec: LoadSpec) {
    const { port, requests, key, pick, seed, arrivals } = spec;
    const own = key === undefined ? '' : `X-Api-Key: ${key}\r\n`;
    this.messages = requests.map(({ path, body }) =>
      Buffer.from(
        `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n${own}Content-Type: application/json\r\n` +
          `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
      ),
    );
    this.drawn = random(seed);
    this.next =
      pick === 'each'
        ? () => this.sent % requests.length
        : zipf(requests.length, pick, this.drawn.fork('requests'));
    this.connections = new Connections(port, arrivals.kind === 'open' ? 256 : arrivals.at);
  }

  async run(): Promise<LoadResult> {
    const { arrivals } = this.spec;
    const before = process.cpuUsage();
    const start =
      arrivals.kind === 'open'
        ? await this.open(arrivals.rate, arrivals.seconds)
        : await this.closed(now(), arrivals);
    const elapsedMs = now() - start;
    const { user, system } = process.cpuUsage(before);
    this.connections.close();
    const { sent, statuses, untyped, rows, rowsInTime, latencies, answers } = this;
    return {
      sent,
      statuses,
      untyped,
      rows,
      rowsInTime,
      elapsedMs,
      cpuMs: (user + system) / 1_000,
      latencies,
      lateMs: latency({ latencies: this.late }, 0.99),
      answers,
    };
  }

  /** @returns when it began to send */
  private open(rate: number, seconds: number): Promise<number> {
    const times = poissonTimes(rate, seconds, this.drawn.fork('arrivals'));
    const schedule: Schedule = { start: now() + 100, times };
    const thread = new Worker(new URL(import.meta.url), { workerData: schedule });
    return new Promise((resolve, reject) => {
      const end = () => {
        if (this.sent === times.length && this.ended === times.length) resolve(schedule.start);
      };
      thread.on('message', (due: number) => {
        while (this.sent < due) this.send(schedule.start + times[this.sent], end);
      });
      thread.on('error', reject);
      if (times.length === 0) resolve(schedule.start);
    });
  }

  private closed(
    start: number,
    {
      at,
      count = Number.POSITIVE_INFINITY,
      seconds = Number.POSITIVE_INFINITY,
    }: { at: number; count?: number; seconds?: number },
  ): Promise<number> {
    const until = start + 1_000 * seconds;
    return new Promise((resolve) => {
      let active = 0;
      const more = () => {
        if (this.sent < count && now() < until) {
          active++;
          this.send(now(), () => {
            active--;
            more();
          });
        } else if (active === 0) resolve(start);
      };
      for (let i = 0; i < at; i++) more();
    });
  }

  private send(intended: number, end: () => void): void {
    const request = this.next();
    this.sent++;
    this.late.push(Math.max(0, now() - intended));
    this.connections.send(this.messages[request], (reply, writtenAt) => {
      const ms = this.spec.since === 'written' ? performance.now() - writtenAt : now() - intended;
      this.answered(request, ms, reply);
      this.ended++;
      end();
    });
  }

  private answered(request: number, ms: number, reply: Reply | Error): void {
    const { spec, statuses } = this;
    const status = reply instanceof Error ? 0 : reply.status;
    statuses[status] = (statuses[status] ?? 0) + 1;
    this.latencies.push(status === 200 ? ms : null);
    if (reply instanceof Error) this.untyped++;
    else if (status === 200) {
      const { rows } = spec.requests[request];
      this.rows += rows;
      if (ms <= (spec.withinMs ?? Number.POSITIVE_INFINITY)) this.rowsInTime += rows;
      if (spec.keep) this.answers.push({ request, body: String(reply.body) });
    } else if (!/^\{"error":"/.test(reply.body.toString('latin1', 0, 20))) this.untyped++;
  }
}
