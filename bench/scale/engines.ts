import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { atMost, type Check } from '../harness/checks.js';
import { CLUSTER } from '../peers/known.js';
import { CLUSTER_PYTHON } from '../peers/python.js';
import { runCommand, type Took } from './command.js';
import { emptied, runOf } from './driver.js';
import type { Figure, ScaleBench } from './figure.js';
import { digestOf } from './kills.js';
import { SPILLWAY } from './programs.js';

export const ENGINES = {
  ray: 'engines: digests that differ from that of a run over files, Ray',
  spark: 'engines: digests that differ from that of a run over files, Spark',
} as const;

const WORKERS = 2;
const SCRIPT = fileURLToPath(new URL('engines.py', import.meta.url));
const PYTHON_PACKAGE = fileURLToPath(new URL('../../python', import.meta.url));

/** The filter on Ray and on Spark beside `batch run`: what they take, their start included, and whether answers agree. */
export async function enginesFigure({ folder, log }: ScaleBench): Promise<Figure> {
  if (CLUSTER_PYTHON === undefined || CLUSTER.missing() !== undefined) return { json: {}, checks: [] };
  const model = join(folder, 'flights', '1');
  const flights = join(folder, 'flights.parquet');
  const files = await emptied(folder);
  log('engines: a run over files');
  const took: Record<string, Took> = { files: await runCommand(runOf(model, [flights], files, WORKERS)) };
  const expected = await digestOf(files);
  const env = {
    ...process.env,
    PYTHONPATH: [PYTHON_PACKAGE, process.env.PYTHONPATH].filter(Boolean).join(delimiter),
    SPILLWAY_COMMAND: SPILLWAY.join(' '),
    PYTHONWARNINGS: 'ignore',
  };
  const checks: Check[] = [];
  for (const engine of ['ray', 'spark'] as const) {
    log(`engines: ${engine}`);
    const out = join(await emptied(folder), 'answers');
    const command = [CLUSTER_PYTHON, SCRIPT, engine, model, flights, out, String(WORKERS)];
    took[engine] = await runCommand(command, { env });
    checks.push(atMost(ENGINES[engine], Number((await digestOf(out)) !== expected), 0));
  }
  return { json: took, checks };
}
