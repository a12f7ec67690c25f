import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { plannedUnits, RunFolder, runStatus, writeManifest } from '../../../batch/run/index.js';
import { inputsOf, type Unit } from '../../../batch/units/index.js';
import { folderFor } from '../../support/files.js';

/** What a folder has, while other shards commit to it. */

test('beside shards that go on committing, the manifest is written, and the last one has all', async (t) => {
  const folder = await folderFor(t);
  const input = join(folder, 'rows.jsonl');
  await writeFile(input, '{"id":1}\n'.repeat(20));
  const model = { artifact: 'a', features: 'f', spillway: '1' };
  const options = { format: 'jsonl', scores: false, errors: 'exit', onFault: 'throw', rows: 1 } as const;
  const run = new RunFolder(join(folder, 'out'));
  const units = await plannedUnits(run.path, model, options, await inputsOf([input]));
  t.is(units.length, 20);
  await run.make();
  const commit = async ({ key, index }: Unit) => {
    await writeFile(run.outputPath(key, 'jsonl'), 'x');
    const counts = { rows: 1, exits: [1], degraded: 0, errors: 0, verdict: {} };
    const unit = { key, index, input: 'rows.jsonl', digest: 'd', bytes: 1, source: 's', ...counts };
    await run.commitRecord(unit);
  };
  const others = units.slice(0, -1);
  const own = units[19];
  await commit(own);
  // Other shards commit behind each look at the last unit.
  const real = RunFolder.prototype.committed;
  let [looks, each] = [0, 1];
  RunFolder.prototype.committed = async function (...of) {
    const found = await real.apply(this, of);
    if (of[0] !== own.key) return found;
    looks++;
    for (const unit of others.splice(0, each)) await commit(unit);
    return found;
  };
  t.teardown(() => {
    RunFolder.prototype.committed = real;
  });
  const written = async () =>
    JSON.parse(await readFile(join(run.path, 'manifest.json'), 'utf8')).units.length;
  t.like(await writeManifest(run.path), { done: 1, units: 20 });
  t.deepEqual([looks, await written()], [1, 1]);
  // All others end meanwhile: what they wrote may have been replaced by what this one saw before.
  each = 20;
  t.like(await writeManifest(run.path), { done: 20, missing: [] });
  t.deepEqual([looks, await written()], [3, 20]);
  t.deepEqual(await runStatus([run.path]), await writeManifest(run.path));
});
