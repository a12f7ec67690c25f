import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import test from 'ava';
import { loadBatchModel } from '../../../batch/model/index.js';
import { answerUnit } from '../../../batch/run/answerUnit.js';
import {
  type BatchRunOptions,
  forecastRun,
  forgetFailed,
  outputDigest,
  RunError,
  runBatch,
  runStatus,
  verifyRun,
} from '../../../batch/run/index.js';
import { RunFolder } from '../../../batch/run/store.js';
import { inputsOf, ParquetFiles, unitsIn } from '../../../batch/units/index.js';
import { atLength } from '../../support/atLength.js';
import {
  type ActingRow,
  actingRows,
  type BatchWorld,
  batchWorld,
  linesOf,
} from '../../support/batchWorld.js';
import { folderFor } from '../../support/files.js';

/** Runs over files by real processes, and what befalls them. */

let world: BatchWorld;
test.before(async () => {
  world = await batchWorld();
});
test.after.always(() => world?.close());

interface Place {
  readonly input: string;
  readonly out: string;
  run(more?: Partial<BatchRunOptions>): ReturnType<typeof runBatch>;
}

/** A run over rows, five a unit. @param acts of rows, by their numbers */
async function place(
  t: ExecutionContext,
  count: number,
  acts: Readonly<Record<number, Partial<ActingRow>>> = {},
): Promise<Place> {
  const folder = await folderFor(t);
  const input = join(folder, 'rows.jsonl');
  const out = join(folder, 'out');
  await writeFile(input, linesOf(actingRows(count).map((row, i) => ({ ...row, ...acts[i] }))));
  return {
    input,
    out,
    run: (more = {}) =>
      runBatch({
        ...{
          model: world.model,
          inputs: [input],
          out,
          rows: 5,
          key: 'id',
          workers: 1,
          program: world.program,
        },
        ...more,
      }),
  };
}

/** What a run wrote, by the rows' ids; a row that is there twice is an error. */
async function answersIn(out: string): Promise<Map<number, string>> {
  const answers = new Map<number, string>();
  for (const name of await readdir(join(out, 'units'))) {
    if (!/^[0-9a-f]{32}\.jsonl$/.test(name)) throw new Error(`${name} is no output`);
    for (const line of (await readFile(join(out, 'units', name), 'utf8')).trim().split('\n')) {
      const { id, label } = JSON.parse(line);
      if (answers.has(id)) throw new Error(`row ${id} is there twice`);
      answers.set(id, label);
    }
  }
  return answers;
}

function checkAnswers(t: ExecutionContext, answers: ReadonlyMap<number, string>, count: number): void {
  t.is(answers.size, count);
  const right = actingRows(count).filter(({ id, x }) => answers.get(id) === (x > 0 ? 'up' : 'down'));
  t.true(right.length >= 0.8 * count);
}

test('all rows are answered once, however the work is shared out', async (t) => {
  const alone = await place(t, 30);
  const result = await alone.run();
  t.like(result, { units: 6, done: 6, answered: 6, rows: 30, missing: [], failed: [], isWhole: true });
  checkAnswers(t, await answersIn(alone.out), 30);
  const manifest = await readFile(join(alone.out, 'manifest.json'), 'utf8');
  t.notRegex(manifest, /tmp|\d{4}-\d\d-\d\d|\d\d:\d\d/);
  t.deepEqual((await readdir(alone.out)).sort(), [
    'different',
    'done',
    'failed',
    'manifest.json',
    'plan.json',
    'units',
  ]);
  // By shards in folders of their own, with two workers each.
  const folders: string[] = [];
  for (const index of [1, 0]) {
    const out = `${alone.out}-${index}`;
    folders.push(out);
    const part = await alone.run({ out, shard: { index, of: 2 }, workers: 2 });
    t.like(part, { done: 3, answered: 3, missing: index === 0 ? [1, 3, 5] : [0, 2, 4] });
  }
  t.like(await runStatus(folders), { done: 6, rows: 30, missing: [] });
  t.deepEqual(await outputDigest(folders), await outputDigest([alone.out]));
  t.deepEqual(await outputDigest([join(alone.out, 'units')]), await outputDigest([alone.out]));
  // By shards in one.
  const shared = `${alone.out}-shared`;
  for (const index of [0, 1]) await alone.run({ out: shared, shard: { index, of: 2 } });
  t.is(await readFile(join(shared, 'manifest.json'), 'utf8'), manifest);
  t.deepEqual(await verifyRun(shared, [alone.input]), { units: 6, changed: [] });
});

test('a run goes on where another ended, and does what is gone again', async (t) => {
  const { out, run } = await place(t, 20);
  await run();
  const before = await outputDigest([out]);
  t.like(await run(), { answered: 0, done: 4 });
  const [first, second] = await readdir(join(out, 'units'));
  await rm(join(out, 'units', first));
  await rm(join(out, 'done', second.replace('.jsonl', '.json')));
  // The output that stands is known again without answering its rows.
  t.like(await run(), { answered: 1, done: 4 });
  t.deepEqual(await outputDigest([out]), before);
  await writeFile(join(out, 'units', first), 'changed');
  t.like((await verifyRun(out)).changed, [{ path: join(out, 'units', first) }]);
});

test('workers that are killed are replaced, and nothing is lost or twice', async (t) => {
  const folder = await folderFor(t);
  const kills = atLength(3, 20);
  const acts = Object.fromEntries(
    Array.from({ length: kills }, (_, i) => [7 * i + 3, { act: 'kill', once: join(folder, `${i}`) }]),
  );
  const count = 7 * kills + 4;
  const { out, run } = await place(t, count, acts);
  const result = await run({ workers: 2 });
  t.is((await readdir(folder)).length, kills);
  t.like(result, { answered: Math.ceil(count / 5), failed: [], missing: [] });
  checkAnswers(t, await answersIn(out), count);
});

test('a worker that is stopped goes on, or is ended where it says nothing for too long', async (t) => {
  const folder = await folderFor(t);
  const acts = {
    2: { act: 'pause', once: join(folder, 'a') },
    8: { act: 'stop', once: join(folder, 'b') },
  };
  const { out, run } = await place(t, 10, acts);
  t.like(await run({ patience: { batchMs: 1_500 } }), { answered: 2, missing: [] });
  checkAnswers(t, await answersIn(out), 10);
});

test('rows that throw or end their worker are set aside by name, and the others answered', async (t) => {
  const { out, run } = await place(t, 20, { 5: { act: 'throw' }, 12: { act: 'exit' } });
  const result = await run();
  t.like(result, { answered: 2, done: 2, units: 4, missing: [], isWhole: true });
  t.like(result.failed[0], { index: 1, row: 0, code: 'POISON', input: 'rows.jsonl' });
  t.like(result.failed[1], { index: 2, row: 0, code: 'KILLED' });
  t.regex(result.failed[0].message, /poison/);
  t.regex(result.failed[1].message, /exit code 7/);
  t.deepEqual(
    [...(await answersIn(out)).keys()].sort((a, b) => a - b),
    [0, 1, 2, 3, 4, 15, 16, 17, 18, 19],
  );
  // They stay so until somebody says otherwise.
  t.like(await run(), { answered: 0, done: 2 });
  t.is(await forgetFailed(out), 2);
  t.deepEqual((await runStatus([out])).missing, [1, 2]);
  // As a column, a row that throws fails alone.
  const column = await place(t, 10, { 5: { act: 'throw' } });
  t.like(await column.run({ errors: 'column' }), { done: 2, errors: 1, rows: 10 });
});

test('two runs into one folder end with one output a unit', async (t) => {
  const { out, run } = await place(t, 30);
  const results = await Promise.all([run(), run()]);
  for (const result of results) t.like(result, { done: 6, missing: [] });
  checkAnswers(t, await answersIn(out), 30);
  for (const folder of ['units', 'done']) t.is((await readdir(join(out, folder))).length, 6);
});

test('a run that is stopped leaves nothing torn, and the next one goes on', async (t) => {
  const acts = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [i, { act: 'slow' }]));
  const { out, run } = await place(t, 20, acts);
  const stop = new AbortController();
  const stopped = await run({ signal: stop.signal, onProgress: () => stop.abort() });
  t.false(stopped.isWhole);
  t.true(stopped.done >= 1 && stopped.done < 4);
  t.is((await readdir(join(out, 'units'))).length, stopped.done);
  t.like(await run(), { done: 4, missing: [], answered: 4 - stopped.done });
});

test('an input that changes under way is named, and none of its answers kept', async (t) => {
  const { input, out, run } = await place(t, 10);
  const rows = actingRows(10).map((row, i) => (i === 7 ? { ...row, act: `append ${input}` } : row));
  await writeFile(input, linesOf(rows));
  await t.throwsAsync(() => run(), { instanceOf: RunError, message: /rows\.jsonl was changed/ });
  t.is((await readdir(join(out, 'units'))).length, 1);
  await t.throwsAsync(() => run(), {
    instanceOf: RunError,
    message: /input rows\.jsonl had another content/,
  });
});

test('rows changed after they were answered are found, though both ends of their file are the same', async (t) => {
  const { input, run } = await place(t, 8_000);
  await run({ rows: 8_000 });
  const bytes = await readFile(input);
  const at = bytes.indexOf('"id":4000');
  bytes.write('"id":9999', at);
  t.true(at > 1 << 16 && at < bytes.length - (1 << 16));
  await writeFile(input, bytes);
  await t.throwsAsync(() => run({ rows: 8_000 }), {
    instanceOf: RunError,
    message: /rows\.jsonl was changed/,
  });
});

test('a folder of another run is refused, naming what differs', async (t) => {
  const { input, out, run } = await place(t, 10);
  await run();
  const refused = (message: RegExp) => ({ instanceOf: RunError, message });
  await t.throwsAsync(() => run({ scores: true }), refused(/option scores is false, and this one's true/));
  await t.throwsAsync(() => run({ rows: 4 }), refused(/option rows/));
  await writeFile(`${input}.jsonl`, linesOf(actingRows(2)));
  await t.throwsAsync(
    () => run({ inputs: [input, `${input}.jsonl`] }),
    refused(/no input rows\.jsonl\.jsonl/),
  );
  const plan = await readFile(join(out, 'plan.json'), 'utf8');
  await writeFile(join(out, 'plan.json'), plan.replace('"to":', '"to":1'));
  await t.throwsAsync(() => run(), refused(/plan\.json' is damaged/));
});

test('a folder that can’t be written to, and a model that can’t be loaded, end the run by name', async (t) => {
  const { out, run } = await place(t, 10);
  await writeFile(out, '');
  await t.throwsAsync(() => run(), { instanceOf: RunError, message: /out/ });
  await rm(out);
  const broken = join(await folderFor(t), 'model');
  await mkdir(broken);
  await writeFile(join(broken, 'model.cascade'), await readFile(join(world.model, 'model.cascade')));
  await writeFile(join(broken, 'features.js'), 'process.exit(3);');
  await writeFile(join(broken, 'package.json'), '{"type":"module"}');
  const message = /before they have loaded the model.*exit code 3/;
  await t.throwsAsync(() => run({ model: broken }), { instanceOf: RunError, message });
});

test('a dry run says what there is to do, and writes nothing', async (t) => {
  const { out, input, run } = await place(t, 20);
  const options = { model: world.model, inputs: [input], out, rows: 5, key: 'id' };
  const forecast = await forecastRun(options);
  t.like(forecast, { rows: 20, isExact: false, units: 4, left: { units: 4, rows: 20 } });
  t.true(forecast.seconds > 0);
  await t.throwsAsync(() => stat(out), { code: 'ENOENT' });
  await run({ shard: { index: 0, of: 2 } });
  t.like(await forecastRun(options), { left: { units: 2, rows: 10 } });
});

test('the first output of a unit stands, and what is known of it is what it holds', async (t) => {
  const { input, out } = await place(t, 10);
  const folder = new RunFolder(out);
  await folder.make();
  const [unit] = await unitsIn(await inputsOf([input]), { purpose: '' });
  const model = await loadBatchModel(world.model);
  const options = { format: 'jsonl', key: 'id', scores: false, errors: 'exit', rows: 10 } as const;
  const answered = (mayDiffer: boolean, isOther = false) =>
    answerUnit(unit, {
      ...{
        folder,
        options,
        mayDiffer,
        files: new ParquetFiles(),
        onBatch: () => {},
        signal: new AbortController().signal,
      },
      model: {
        ...model,
        predict: async (rows, call) => {
          const answers = await model.predict(rows, call);
          // The other runs are done meanwhile.
          if (isOther) await answered(mayDiffer);
          return isOther
            ? { ...answers, labels: answers.labels.map(() => 'other'), exits: answers.exits.fill(1) }
            : answers;
        },
      },
    });
  const forget = () =>
    Promise.all([folder.units, folder.done].map((path) => rm(path, { recursive: true }))).then(() =>
      folder.make(),
    );
  t.is(await answered(false), 'first');
  const known = await folder.committed(unit.key, 'jsonl');
  const stands = await readFile(folder.outputPath(unit.key, 'jsonl'), 'utf8');
  t.is(await answered(false), 'found');
  // Found by the output alone, it is known as before.
  await rm(folder.done, { recursive: true });
  await folder.make();
  t.is(await answered(false), 'found');
  t.deepEqual(await folder.committed(unit.key, 'jsonl'), known);
  // Where the full model may differ, a later output counts; else it is an error that names both.
  await forget();
  t.is(await answered(true, true), 'different');
  t.regex((await readdir(folder.different)).join(), new RegExp(`^${unit.key}-[0-9a-f]{16}\\.json$`));
  t.deepEqual(await folder.committed(unit.key, 'jsonl'), known);
  await forget();
  await t.throwsAsync(() => answered(false, true), {
    instanceOf: RunError,
    message: new RegExp(`${unit.key}.*rows\\.jsonl.*${known?.digest}.*digest [0-9a-f]{64}`),
  });
  t.is(await readFile(folder.outputPath(unit.key, 'jsonl'), 'utf8'), stands);
});
