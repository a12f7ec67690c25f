import { execFile, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { delimiter } from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type TestFn } from 'ava';

/**
 * A test beside Ray and Spark; without the interpreter that CLUSTER_PYTHON names, which has ray[data], pyspark and
 * pyarrow, it is left out by its name. One after the other: a cluster has its cores for itself.
 *
 * @param programs that it needs besides, such as Java for Spark
 */
export function clusterTest(...programs: readonly string[]): TestFn['serial'] | TestFn['skip'] {
  const has = (program: string) => spawnSync(program, ['-version']).status === 0;
  return process.env.CLUSTER_PYTHON !== undefined && programs.every(has) ? test.serial : test.skip;
}

/**
 * Runs Python beside the package. A script that takes too long is asked to end, so that it ends its cluster.
 *
 * @param args of the interpreter; paths are relative to the repository
 * @returns its exit code, and all that it wrote
 */
export async function runCluster(...args: string[]): Promise<{ code: number | null; said: string }> {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const child = execFile(process.env.CLUSTER_PYTHON ?? '', args, {
    cwd: root,
    maxBuffer: 2 ** 28,
    timeout: 8 * 60_000,
    env: {
      ...process.env,
      PYTHONDONTWRITEBYTECODE: '1',
      PYTHONPATH: [`${root}python`, process.env.PYTHONPATH].filter(Boolean).join(delimiter),
    },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  await once(child, 'close');
  return { code: child.exitCode, said };
}
