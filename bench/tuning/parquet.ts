import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { atMost, columns } from '../harness/checks.js';
import type { RunOptions, Workload } from '../harness/harness.js';
import { machine, versions } from '../harness/machine.js';
import { WIDTH } from './parquet-table.js';

/** A Parquet file of a million rows and 50 columns: how long tuning takes beside one fit, and in how much memory. */
export const parquet: Workload = { run };

const ROWS = 1_000_000;
const [MOST_FITS, MOST_BYTES] = [7, 1.2e9];

async function run({ seeds: [seed = 1] = [], quick, log }: RunOptions) {
  const rows = quick ? 20_000 : ROWS;
  const folder = await mkdtemp(join(tmpdir(), 'spillway-parquet-'));
  try {
    const start = await childProgram(folder);
    const file = join(folder, 'table.parquet');
    log(`writing ${rows} rows of ${WIDTH} columns`);
    await start('write', file, rows, seed);
    log('one fit');
    const fit = JSON.parse(await start('fit', file, rows, seed));
    log(`${fit.cpuSeconds.toFixed(1)} s; tuning`);
    const tune = JSON.parse(await start('tune', file, rows, seed));
    // By processor time: other work on the machine doesn't count.
    const ratio = tune.cpuSeconds / fit.cpuSeconds;
    const bytes = 1024 * tune.peak;
    const checks = [
      atMost('Parquet: tune over one fit, rows read by both', ratio, MOST_FITS),
      atMost('Parquet: resident gigabytes of tune, at the most', bytes / 1e9, MOST_BYTES / 1e9),
    ];
    const json = {
      workload: 'tuning-parquet',
      quick,
      machine: machine(),
      versions: versions(),
      rows,
      columns: WIDTH,
      fit,
      tune,
      ratio,
      checks,
    };
    const table = columns([
      ['rows', 'columns', 'one fit', 'tune', 'ratio', 'resident'],
      [
        String(rows),
        String(WIDTH),
        `${fit.cpuSeconds.toFixed(1)} s`,
        `${tune.cpuSeconds.toFixed(1)} s`,
        ratio.toFixed(2),
        `${(bytes / 1e6).toFixed(0)} MB`,
      ],
    ]);
    return { json, table };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Builds the child's program, and starts it: each call resolves to what the process prints. */
async function childProgram(folder: string) {
  const outfile = join(folder, 'child.mjs');
  await build({
    entryPoints: [fileURLToPath(new URL('parquet-child.ts', import.meta.url))],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'error',
  });
  return (kind: 'write' | 'fit' | 'tune', file: string, rows: number, seed: number): Promise<string> =>
    new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [outfile, kind, file, String(rows), String(seed)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let text = '';
      child.stdout.on('data', (part) => {
        text += part;
      });
      child.once('error', reject);
      child.once('exit', (code) => {
        if (code === 0) resolve(text);
        else reject(new Error(`the process that should ${kind} ended with ${code}`));
      });
    });
}
