import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ExecutionContext } from 'ava';

import { clusterTest, runCluster } from '../support/cluster.js';
import { binary } from '../support/commandLine.js';
import { folderFor } from '../support/files.js';
import { type PointOfColumns, pointsOf, tunePoints } from '../support/points.js';

/** The Python side of the engines: on a real cluster of Ray and of Spark, and its process without an engine. */

const models = () => Promise.all([tunePoints(1), tunePoints(2)]);

/** What `support.py` reads: two models, rows, their answers by `predict`, and how a filter is started. */
async function written(t: ExecutionContext): Promise<string> {
  const folder = await folderFor(t);
  const [model, other] = await models();
  for (const [name, cascade] of [
    ['model', model],
    ['other', other],
  ] as const) {
    await mkdir(join(folder, name));
    await cascade.save(join(folder, name, 'model.cascade'), { reference: 'rows' });
  }
  const rows = pointsOf(2_000, 3);
  const { labels, exits, scores } = await model.predict(rows);
  t.deepEqual([...new Set(exits)].sort(), [0, 1]);
  const by = <Name extends keyof PointOfColumns>(name: Name) => rows.map((row) => row[name]);
  const write = (name: string, content: unknown) => writeFile(join(folder, name), JSON.stringify(content));
  await write('rows.json', { id: by('id'), x: by('x'), y: by('y') });
  await write('expected.json', {
    id: by('id'),
    label: labels,
    stage: [...exits],
    verdict: labels.map(() => model.certificate.verdict),
    scores: labels.map((_, i) => [...scores.subarray(2 * i, 2 * i + 2)]),
  });
  const faults = new URL('cluster/filterFaults.mjs', import.meta.url);
  await write('command.json', [process.execPath, '--import', faults.href, binary]);
  return folder;
}

async function holds(t: ExecutionContext, script: string): Promise<void> {
  const path = fileURLToPath(new URL(`cluster/${script}`, import.meta.url));
  const { code, said } = await runCluster(path, await written(t));
  t.is(code, 0, said);
  t.regex(said, /^(?:all held|OK)$/m);
}

clusterTest()('a filter held by Python: tables, rows and processes that do wrong', (t) =>
  holds(t, 'test_filter.py'),
);

clusterTest()('Ray, two nodes: order, blocks, a killed filter, refusals, poison', (t) =>
  holds(t, 'ray_cluster.py'),
);

clusterTest('java')('Spark, two executors: order, partitions, a killed filter, refusals, poison', (t) =>
  holds(t, 'spark_cluster.py'),
);
