import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { identityOf, identityText } from '../../../batch/model/index.js';
import { type BatchRunOptions, runStatus } from '../../../batch/run/index.js';
import { runBy } from '../../../batch/run/run.js';
import { Cascade, define, dense } from '../../../index.js';
import { CodeError, IdentityError, RunError } from '../../../lib/errors.js';
import { systemTimer } from '../../../lib/util/timer.js';
import {
  type ActingRow,
  actingRows,
  type BatchWorld,
  batchWorld,
  linesOf,
} from '../../support/batchWorld.js';
import { folderFor } from '../../support/files.js';

/** What a features' module reads by itself, changed between the shards of a run by real workers. */

let world: BatchWorld;
test.before(async () => {
  world = await batchWorld();
});
test.after.always(() => world?.close());

// The bundler of tests would put a test's own place for it.
const META = 'import.meta';

/** By which the cheap feature is multiplied, read in three ways. */
const WAYS: Readonly<Record<string, string>> = {
  file: `import { readFileSync } from 'node:fs';
const factor = JSON.parse(readFileSync(new URL('./factor.json', ${META}.url), 'utf8'));`,
  import: `const { factor } = await import(['.', 'factor.mjs'].join('/'));`,
  environment: `const factor = Number(process.env.SPILLWAY_TEST_FACTOR);`,
};

interface Place {
  readonly model: string;
  readonly out: string;
  change(factor: number): Promise<void>;
  shard(index: number, more?: Partial<BatchRunOptions>): ReturnType<typeof runBy>;
}

/** A model whose module reads its factor in a way. @param more code of the module */
async function place(t: ExecutionContext, way: string, keepsRows: boolean, more = ''): Promise<Place> {
  const model = join(world.folder, `${way} ${keepsRows} ${more.length}`);
  await mkdir(model);
  const text = (factor: string) => `${WAYS[way]}
import { define, dense } from '../library.mjs';
${more}
export const features = define({
  cheap: dense(1, (rows) => Float32Array.from(rows, (row) => row.x * ${factor})),
  costly: dense(1, (rows) => Float32Array.from(rows, (row) => Math.sign(row.x))),
});`;
  const features = define({
    cheap: dense(1, (rows: readonly ActingRow[]) => Float32Array.from(rows, ({ x }) => x)),
    costly: dense(1, (rows: readonly ActingRow[]) => Float32Array.from(rows, ({ x }) => Math.sign(x))),
  });
  const cascade = await Cascade.load(join(world.model, 'model.cascade'), { features });
  await cascade.save(join(model, 'model.cascade'), { reference: keepsRows ? 'rows' : 'values' });
  await writeFile(join(model, 'features.js'), text('factor'));
  const folder = await folderFor(t);
  const [input, out] = [join(folder, 'rows.jsonl'), join(folder, 'out')];
  await writeFile(input, linesOf(actingRows(20)));
  const change = async (factor: number) => {
    process.env.SPILLWAY_TEST_FACTOR = String(factor);
    await writeFile(join(model, 'factor.json'), String(factor));
    await writeFile(join(model, 'factor.mjs'), `export const factor = ${factor};`);
  };
  await change(1);
  const shard = (index: number, more: Partial<BatchRunOptions> = {}) =>
    runBy(
      { program: world.program, timer: systemTimer },
      { model, inputs: [input], out, rows: 5, key: 'id', workers: 1, shard: { index, of: 2 }, ...more },
    );
  return { model, out, change, shard };
}

for (const way of Object.keys(WAYS)) {
  test.serial(
    `with rows in the file a worker refuses another ${way} than the promise was made with`,
    async (t) => {
      const { out, change, shard } = await place(t, way, true);
      t.false((await shard(0)).isUnchecked);
      await change(-1);
      const other = await t.throwsAsync(shard(1), { instanceOf: IdentityError });
      t.deepEqual(other.differ, ['features']);
      t.regex(other.message, /model\.cascade' was made with other features .*feature 'cheap' gives row \d+ /);
      t.is((await runStatus([out])).done, 2);
      await change(1);
      t.is((await shard(1)).done, 4);
    },
  );

  test.serial(`without rows a run says that nothing tells of another ${way}`, async (t) => {
    const { model, change, shard } = await place(t, way, false);
    const { identity } = await identityOf(model);
    const expect = identityText(identity);
    t.true((await shard(0, { expect })).isUnchecked);
    await change(-1);
    t.true((await shard(1, { expect })).isUnchecked);
  });
}

test.serial('a file that the module names is part of the identity, and is missed by name', async (t) => {
  const named = "export const reads = ['./factor.json'];";
  const { model, out, change, shard } = await place(t, 'file', false, named);
  const expect = identityText((await identityOf(model)).identity);
  await shard(0, { expect });
  await change(-1);
  const other = await t.throwsAsync(shard(1, { expect }), { instanceOf: IdentityError });
  t.deepEqual(other.differ, ['features']);
  await t.throwsAsync(shard(1), { instanceOf: RunError, message: /holds another run: its features is / });
  await rm(join(model, 'factor.json'));
  await t.throwsAsync(shard(1), {
    instanceOf: CodeError,
    message: /features\.js' reads '\.\/factor\.json', and '.*factor\.json' can't be read: ENOENT/,
  });
  t.is((await runStatus([out])).done, 2);
  await change(1);
  t.is((await shard(1, { expect })).done, 4);
});
