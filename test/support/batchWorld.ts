import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { logisticRegression, tune } from '../../index.js';
import { define, dense } from '../../lib/features/define/index.js';
import { profileOf } from './agreement.js';

/** A model, and rows that make its features do what workers must withstand. */

export interface ActingRow {
  readonly id: number;
  readonly x: number;
  /** What the feature does before it reads the row; see `ACTS`. */
  readonly act?: string;
  /** A file that remembers that it was done. */
  readonly once?: string;
}

export interface BatchWorld {
  /** Gone after `close`. */
  readonly folder: string;
  /** A version's folder. */
  readonly model: string;
  /** What worker processes run. */
  readonly program: URL;
  close(): Promise<void>;
}

const root = new URL('../../', import.meta.url);

/** Acts of rows, as the text of a module. */
const ACTS = `
import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, writeFileSync } from 'node:fs';
import { define, dense } from '../library.mjs';

const ACTS = {
  throw() { throw new Error('this row is poison'); },
  exit() { process.exit(7); },
  kill() { process.kill(process.pid, 'SIGKILL'); },
  stop() { process.kill(process.pid, 'SIGSTOP'); },
  pause() {
    spawn('sh', ['-c', 'sleep 0.2; kill -CONT ' + process.pid], { stdio: 'ignore' });
    process.kill(process.pid, 'SIGSTOP');
  },
  slow() { Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 40); },
};
function act(row) {
  if (row.act === undefined) return;
  if (row.once !== undefined) {
    if (existsSync(row.once)) return;
    writeFileSync(row.once, '');
  }
  if (row.act.startsWith('append ')) appendFileSync(row.act.slice(7), '\\n');
  else ACTS[row.act]();
}
export default define({
  cheap: dense(1, (rows) => Float32Array.from(rows, (row) => (act(row), row.x))),
  costly: dense(1, (rows) => Float32Array.from(rows, (row) => Math.sign(row.x))),
});
`;

export async function batchWorld(): Promise<BatchWorld> {
  // Within the checkout, where worker processes find packages.
  const out = fileURLToPath(new URL('out/', root));
  await mkdir(out, { recursive: true });
  const folder = await mkdtemp(join(out, 'batch-'));
  const bundle = (entry: string, name: string) =>
    build({
      entryPoints: [fileURLToPath(new URL(entry, root))],
      outfile: join(folder, name),
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      packages: 'external',
      logLevel: 'error',
    });
  await Promise.all([
    bundle('batch/run/program.ts', 'program.mjs'),
    bundle('test/support/servedFeatures.ts', 'library.mjs'),
  ]);
  const model = join(folder, 'model');
  const features = define({
    cheap: dense(1, (rows: readonly ActingRow[]) => Float32Array.from(rows, ({ x }) => x)),
    costly: dense(1, (rows: readonly ActingRow[]) => Float32Array.from(rows, ({ x }) => Math.sign(x))),
  });
  const rows = actingRows(400);
  const cascade = await tune({
    features,
    rows,
    labels: rows.map(({ x }) => (x > 0 ? 'up' : 'down')),
    full: logisticRegression({ l2: 0.1 }),
    approximate: [logisticRegression({ l2: 0.1 })],
    profile: profileOf({ cheap: 1, costly: 100 }, ['logistic-regression']),
    split: { folds: 2 },
    bound: { loss: 'disagreement', epsilon: 0.1, delta: 0.05 },
    seed: 1,
  });
  await mkdir(model);
  await cascade.save(join(model, 'model.cascade'), { reference: 'rows' });
  await writeFile(join(model, 'features.js'), ACTS);
  return {
    folder,
    model,
    program: pathToFileURL(join(folder, 'program.mjs')),
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Rows from -1 to 1, in no order. */
export function actingRows(count: number): ActingRow[] {
  return Array.from({ length: count }, (_, id) => ({ id, x: Math.round(2_000 * Math.sin(id)) / 1_000 }));
}

/** Rows as lines of JSON, all of one length, so that units of them have the rows asked for. */
export function linesOf(rows: readonly ActingRow[]): string {
  const lines = rows.map((row) => JSON.stringify(row));
  const length = Math.max(...lines.map((line) => line.length));
  return lines.map((line) => `${line.padEnd(length)}\n`).join('');
}
