import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { mean, quantile } from 'simple-statistics';
import { atLeast, atMost, type Check, columns, leftOut } from '../harness/checks.js';
import type { RunOptions, Workload } from '../harness/harness.js';
import { machine, versions } from '../harness/machine.js';
import { makePipelines } from './pipelines.js';

/** Memory and loading of many pipelines that share dictionaries, in one process. */
export const serveMemory: Workload = { run };

const SIZES = {
  whole: { count: 250, groups: 10, words: 10_000, chars: 50_000, alone: 10, naive: 25 },
  quick: { count: 12, groups: 3, words: 1_000, chars: 3_000, alone: 2, naive: 4 },
};

const MEGABYTE = 1e6;

async function run({ quick, log }: RunOptions) {
  const size = quick ? SIZES.quick : SIZES.whole;
  const { count, groups } = size;
  const folder = await mkdtemp(join(tmpdir(), 'spillway-serving-'));
  try {
    log(`${count} pipelines in ${groups} groups`);
    const { folders, dictionary, own, texts } = await makePipelines({ folder, ...size });
    const textsFile = join(folder, 'texts.json');
    await writeFile(textsFile, JSON.stringify(texts.slice(0, 2_000)));
    const start = await childProgram(folder, textsFile);
    log('all in one process that shares');
    const [shared] = await measured([await start('shared', folders)]);
    log(`${size.naive} in one process that shares nothing`);
    // Every group is among them.
    const some = spread(folders, size.naive);
    const [naive] = await measured([await start('naive', some)]);
    log(`${size.alone} processes of one each`);
    const alone = await measured(
      await Promise.all(spread(folders, size.alone).map((each) => start('naive', [each]))),
    );
    const limit = shared.before + groups * dictionary + count * own;
    const naiveMs = (count * naive.loadMs) / some.length;
    const processes = count * mean(alone.map(({ together }) => together));
    const naiveBytes = naive.before + (count * (naive.after - naive.before)) / some.length;
    const checks: Check[] = [
      existsSync('/proc/self/smaps_rollup')
        ? atMost('memory (PSS), as a multiple of B + G D + N W', shared.after / limit, 1.3)
        : leftOut('memory (PSS)', '<= 1.3', 'this system has no /proc'),
      atLeast(
        `${count} processes of one model each (from ${size.alone}): times as much memory`,
        processes / shared.after,
        40,
      ),
      atMost('loaded and warm: share of the time without sharing', shared.loadMs / naiveMs, 0.1),
    ];
    const json = {
      workload: 'serve-memory',
      quick,
      machine: machine(),
      versions: versions(),
      pipelines: count,
      groups,
      /** Octets. */
      dictionary,
      own,
      ratio: dictionary / own,
      largestGain: (shared.before + count * (dictionary + own)) / limit,
      base: shared.before,
      limit,
      shared: { ...shared, firstMs: undefined },
      /** Milliseconds of the first answer of each pipeline, 8 rows: half of them, and all but one in a hundred. */
      cold: { p50: quantile([...shared.firstMs], 0.5), p99: quantile([...shared.firstMs], 0.99) },
      naive: { pipelines: some.length, memory: naiveBytes, loadMs: naiveMs },
      processes,
      checks,
    };
    const mb = (octets: number) => (octets / MEGABYTE).toFixed(1);
    const table = columns([
      ['', 'MB', 'ms a model'],
      ['B, the process itself', mb(shared.before), ''],
      ['D, a group’s dictionaries', mb(dictionary), ''],
      ['W, a pipeline’s own weights', mb(own), ''],
      ['D : W', (dictionary / own).toFixed(2), ''],
      [`B + ${groups} D + ${count} W`, mb(limit), ''],
      [`${count} pipelines, shared`, mb(shared.after), (shared.loadMs / count).toFixed(1)],
      [`${count} without sharing (from ${some.length})`, mb(naiveBytes), (naiveMs / count).toFixed(1)],
      [
        `${count} processes (from ${size.alone})`,
        mb(processes),
        mean(alone.map(({ loadMs }) => loadMs)).toFixed(1),
      ],
    ]);
    return { json, table };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** As many, from all over the list. */
function spread(all: readonly string[], count: number): string[] {
  return Array.from({ length: count }, (_, i) => all[Math.floor((i * all.length) / count)]);
}

/** What a child has measured of itself: octets, and milliseconds. */
interface Measured {
  readonly before: number;
  readonly after: number;
  /** While all children of the measurement live. */
  readonly together: number;
  readonly loadMs: number;
  readonly held: number;
  readonly total: number;
  /** Of each pipeline's first answer. */
  readonly firstMs: readonly number[];
}

interface Child {
  readonly process: ChildProcess;
  next(): Promise<Readonly<Record<string, unknown>>>;
}

/** Bundles the child, so that it is plain JavaScript as a server would be. */
async function childProgram(folder: string, textsFile: string) {
  const outfile = join(folder, 'child.mjs');
  const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
  await build({
    entryPoints: [at('serve-memory-child.ts')],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    logLevel: 'error',
  });
  return async (kind: 'shared' | 'naive', folders: readonly string[]): Promise<Child> => {
    const own = [import.meta.resolve('spillway'), at('../../dist/entries/serveWorker.js'), textsFile];
    const child = spawn(process.execPath, [outfile, kind, ...own, ...folders], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    return {
      process: child,
      async next() {
        const { value, done } = await lines.next();
        if (done === true) throw new Error(`the child for '${kind}' ended`);
        return JSON.parse(value);
      },
    };
  };
}

async function measured(children: readonly Child[]): Promise<Measured[]> {
  const reports = await Promise.all(children.map((child) => child.next()));
  const ask = async (child: Child) => {
    child.process.stdin?.write('\n');
    return child.next();
  };
  const again = await Promise.all(children.map(ask));
  const all: Measured[] = [];
  for (const [i, child] of children.entries()) {
    child.process.stdin?.write('\n');
    const { together } = again[i];
    const { before, after, loadMs, held, total, firstMs } = reports[i];
    all.push({
      before: Number(before),
      after: Number(after),
      together: Number(together),
      loadMs: Number(loadMs),
      held: Number(held),
      total: Number(total),
      firstMs: Array.isArray(firstMs) ? firstMs.map(Number) : [],
    });
  }
  return all;
}
