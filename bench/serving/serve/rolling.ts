import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { atMost } from '../../harness/checks.js';
import type { Pipelines } from '../pipelines.js';
import { type LoadResult, latency } from './loadSpec.js';
import { type Bench, ms, type PartOutcome } from './part.js';
import { textRequest, textsFor } from './requests.js';
import { RoundRobin } from './roundRobin.js';

const REPLICAS = 3;
/** Requests a second. */
const RATE = 100;
const ROWS = 4;

const PROGRAM = fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url));

interface Replica {
  readonly process: ChildProcess;
  readonly port: number;
  readonly exited: Promise<unknown>;
}

/**
 * Three processes of `spillway serve` behind a plain balancer of connections, each replaced by a new one under load:
 * once the new one is ready, SIGTERM ends the old one, as a rolling update of a cluster does it.
 */
export async function rolling(bench: Bench, { folders, texts }: Pipelines): Promise<PartOutcome> {
  const { programs, folder, log, quick } = bench;
  const drainSeconds = quick ? 1 : 5;
  const models = ['first', 'second', 'third'];
  const directory = join(folder, 'rolling');
  for (const [i, name] of models.entries())
    await cp(folders[i % folders.length], join(directory, name, '1'), { recursive: true });
  const balancer = await RoundRobin.open();
  const running: Replica[] = [];
  const started = async () => {
    const replica = await start(directory, drainSeconds);
    running.push(replica);
    balancer.add(replica.port);
    await balancer.until(replica.port, 'ready');
  };
  try {
    await Promise.all(Array.from({ length: REPLICAS }, started));
    log(`rolling: ${REPLICAS} replicas replaced under ${RATE} requests a second`);
    const load = programs.load();
    const requests = Array.from({ length: 30 }, (_, i) =>
      textRequest(models[i % models.length], textsFor(texts, i, ROWS)),
    );
    let isOver = false;
    const asking = (async () => {
      const results: LoadResult[] = [];
      while (!isOver) {
        const arrivals = { kind: 'open', rate: RATE, seconds: 5 } as const;
        const seed = results.length + 1;
        results.push(await load.ask('run', { port: balancer.port, requests, pick: 0, arrivals, seed }));
      }
      return results;
    })();
    const codes: (number | null)[] = [];
    for (let i = 0; i < REPLICAS; i++) {
      const [old] = running;
      await started();
      old.process.kill('SIGTERM');
      await old.exited;
      codes.push(old.process.exitCode);
      balancer.remove(old.port);
      running.shift();
    }
    isOver = true;
    const results = await asking;
    await load.close();
    const sent = results.reduce((sum, each) => sum + each.sent, 0);
    const answered = results.reduce((sum, { statuses }) => sum + (statuses[200] ?? 0), 0);
    const all = { latencies: results.flatMap(({ latencies }) => latencies) };
    const json = {
      replicas: REPLICAS,
      drainSeconds,
      sent,
      failed: sent - answered,
      codes,
      p99: latency(all, 0.99),
    };
    return {
      json,
      checks: [
        atMost('rolling update: requests that failed', json.failed, 0),
        atMost(
          'rolling update: replicas that didn’t end in order',
          codes.filter((code) => code !== 0).length,
          0,
        ),
      ],
      lines: [
        ['replicas replaced, requests meanwhile', String(codes.length), String(sent)],
        ['failed', String(json.failed)],
        ['p99', ms(json.p99)],
      ],
    };
  } finally {
    for (const { process } of running) process.kill('SIGKILL');
    balancer.close();
  }
}

/** @returns once it says where it listens */
async function start(directory: string, drainSeconds: number): Promise<Replica> {
  const args = ['serve', directory, '--port=0', '--workers=1', `--drain-delay=${drainSeconds}`, '--json'];
  const child = spawn(process.execPath, [PROGRAM, ...args], { stdio: ['ignore', 'pipe', 'ignore'] });
  const exited = once(child, 'exit');
  for await (const line of createInterface(child.stdout)) {
    const { url }: { readonly url: string } = JSON.parse(line);
    return { process: child, port: Number(new URL(url).port), exited };
  }
  throw new Error('a replica ended before it listened');
}
