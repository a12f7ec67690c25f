import { existsSync, readFileSync } from 'node:fs';
import { access, cp, mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { tableFromArrays, tableToIPC } from 'apache-arrow';
import type { ExecutionContext } from 'ava';
import test from 'ava';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { loadBatchModel } from '../../../batch/model/index.js';
import { answerUnit } from '../../../batch/run/answerUnit.js';
import {
  type BatchRunOptions,
  forecastRun,
  forgetFailed,
  outputDigest,
  type runBatch,
  runStatus,
  verifyRun,
} from '../../../batch/run/index.js';
import { recordText } from '../../../batch/run/records.js';
import { runBy } from '../../../batch/run/run.js';
import { RunFolder } from '../../../batch/run/store.js';
import { inputsOf, ParquetFiles, unitsIn } from '../../../batch/units/index.js';
import { logisticRegression, tune } from '../../../index.js';
import { InputError, OptionError, RunError } from '../../../lib/errors.js';
import { column, define } from '../../../lib/features/define/index.js';
import { systemTimer, type Timer } from '../../../lib/util/timer.js';
import { profileOf } from '../../support/agreement.js';
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
  run(more?: Partial<BatchRunOptions>, timer?: Timer): ReturnType<typeof runBatch>;
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
    run: (more = {}, timer = systemTimer) =>
      runBy(
        { program: world.program, timer },
        { ...{ model: world.model, inputs: [input], out, rows: 5, key: 'id', workers: 1 }, ...more },
      ),
  };
}

/** A cascade over the columns x and id: a version's folder, whose artifact is enough by itself. */
async function overColumns(): Promise<string> {
  const rows = actingRows(300);
  const cascade = await tune({
    features: define({ cheap: column('x'), costly: column('id') }),
    rows,
    labels: rows.map(({ x }) => (x > 0 ? 'up' : 'down')),
    full: logisticRegression(),
    profile: profileOf({ cheap: 1, costly: 100 }, ['logistic-regression']),
    bound: { loss: 'disagreement', epsilon: 0.1, delta: 0.05 },
    split: { folds: 2 },
    seed: 1,
  });
  const folder = join(world.folder, 'columns');
  await mkdir(folder);
  await cascade.save(join(folder, 'model.cascade'));
  await writeFile(
    join(folder, 'features.js'),
    `import { column, define } from '../library.mjs';
    export const features = define({ cheap: column('x'), costly: column('id') });`,
  );
  return folder;
}

test('a table without the key, or a column that features read, is refused before any work', async (t) => {
  const { input, out, run } = await place(t, 10);
  const folder = await overColumns();
  const table = { id: Float64Array.of(1, 2), y: Float64Array.of(1, 2) };
  const files = {
    'a.csv': 'id,y\n1,2\n',
    'a.arrow': tableToIPC(tableFromArrays(table), 'stream'),
    'a.parquet': new Uint8Array(
      parquetWriteBuffer({
        columnData: Object.entries(table).map(([name, data]) => ({ name, data, type: 'DOUBLE' as const })),
      }),
    ),
  };
  const refused = (work: Promise<unknown>, message: RegExp) =>
    t.throwsAsync(work, { instanceOf: InputError, message });
  const untouched = () => t.throwsAsync(access(out), { message: /ENOENT/ });
  const model = join(folder, 'model.cascade');
  for (const [name, content] of Object.entries(files)) {
    const path = join(await folderFor(t), name);
    await writeFile(path, content);
    const message = /column 'x', which feature 'cheap' reads, isn't there; there are id, y/;
    for (const errors of ['exit', 'column'] as const) {
      await refused(run({ model, inputs: [path], errors }), message);
      await refused(forecastRun({ model, inputs: [path], out, errors }), message);
    }
    await untouched();
    // Which columns code reads is known where it is loaded.
    await refused(run({ model: folder, inputs: [path], out: `${out}-${name}`, errors: 'column' }), message);
    t.deepEqual(await readdir(join(`${out}-${name}`, 'failed')), []);
  }
  const key =
    /rows\.jsonl: column 'idd', which --key names, isn't there; there are id, x; did you mean 'id'\?/;
  await refused(run({ key: 'idd' }), key);
  await refused(forecastRun({ model: world.model, inputs: [input], out, key: 'idd' }), key);
  await untouched();
  t.is((await run({ model: folder })).errors, 0);
});

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
  // By shards in folders of their own.
  const folders: string[] = [];
  for (const index of [1, 0]) {
    const out = `${alone.out}-${index}`;
    folders.push(out);
    const part = await alone.run({ out, shard: { index, of: 2 }, workers: 1 + index });
    t.like(part, { done: 3, answered: 3, missing: index === 0 ? [1, 3, 5] : [0, 2, 4] });
  }
  t.like(await runStatus(folders), { done: 6, rows: 30, missing: [] });
  t.deepEqual(await outputDigest(folders), await outputDigest([alone.out]));
  t.deepEqual(await outputDigest([join(alone.out, 'units')]), await outputDigest([alone.out]));
  // By shards in one.
  const shared = `${alone.out}-shared`;
  await cp(folders[0], shared, { recursive: true });
  t.like(await alone.run({ out: shared, shard: { index: 0, of: 2 } }), {
    answered: 3,
    missing: [],
    isWhole: true,
  });
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
  t.like(await run(), { answered: 2, done: 4 });
  t.deepEqual(await outputDigest([out]), before);
  await writeFile(join(out, 'units', first), 'changed');
  t.like((await verifyRun(out)).changed, [{ path: join(out, 'units', first) }]);
});

test('columns of Parquet come out as Arrow where that is asked for, with the answers of JSON lines', async (t) => {
  const { input, out, run } = await place(t, 0);
  const rows = actingRows(20);
  const columnData = [
    { name: 'id', data: rows.map(({ id }) => id), type: 'INT32' as const },
    { name: 'x', data: rows.map(({ x }) => x), type: 'DOUBLE' as const },
  ];
  const parquet = `${input}.parquet`;
  await writeFile(parquet, new Uint8Array(parquetWriteBuffer({ columnData, rowGroupSize: 5 })));
  t.like(await run({ inputs: [parquet] }), { done: 4, rows: 20 });
  const columns = `${out}-columns`;
  t.like(await run({ inputs: [parquet], out: columns, format: 'arrow', key: undefined }), {
    done: 4,
    rows: 20,
  });
  t.deepEqual(await outputDigest([columns], { key: 'id' }), await outputDigest([out]));
  await writeFile(input, linesOf(rows));
  const message = /arrow is for inputs with columns; outputs of jsonl are jsonl/;
  await t.throwsAsync(() => run({ out: `${out}-lines`, format: 'arrow' }), {
    instanceOf: OptionError,
    message,
  });
});

test('what plan, records and manifest say is verified: counts, names, and that no row is left out', async (t) => {
  const { input, out, run } = await place(t, 20);
  await run();
  t.deepEqual(await verifyRun(out, [input]), { units: 4, changed: [] });
  const paths = async () => (await verifyRun(out, [input])).changed.map(({ path }) => path);
  const edited = async (path: string, edit: (text: string) => string) => {
    const text = await readFile(path, 'utf8');
    await writeFile(path, edit(text));
    t.not(await readFile(path, 'utf8'), text);
    t.true((await paths()).includes(path));
    // With a checksum that fits: by what it says.
    await writeFile(path, recordText(basename(path), edit(text).replace(/,"sha256":"[^"]*"\}\n$/, '}')));
    const found = await paths();
    await writeFile(path, text);
    return found;
  };
  const [plan, manifest] = [join(out, 'plan.json'), join(out, 'manifest.json')];
  const names = await readdir(join(out, 'done'));
  const [first, second] = names.map((name) => join(out, 'done', name));
  t.deepEqual(await edited(first, (text) => text.replace('"rows":5', '"rows":6')), [first, manifest]);
  t.deepEqual(await edited(first, (text) => text.replace('"certified":5', '"certified":4')), [
    first,
    manifest,
  ]);
  t.true((await edited(second, () => readFileSync(first, 'utf8'))).includes(second));
  t.deepEqual(await edited(manifest, (text) => text.replaceAll('"rows":5', '"rows":4')), [manifest]);
  t.deepEqual(await edited(manifest, (text) => text.replace(/\n.*,\n/, '\n')), [manifest]);
  // A plan without one of its units.
  for (const at of [0, 1, 3]) {
    const found = await edited(plan, (text) => {
      const { units, sha256: _, ...rest } = JSON.parse(text);
      return JSON.stringify({ ...rest, units: units.filter((_: unknown, i: number) => i !== at) });
    });
    t.true(found.includes(plan) && found.includes(manifest));
  }
  t.deepEqual(await paths(), []);
});

test('workers that are killed are replaced, and nothing is lost or twice', async (t) => {
  const folder = await folderFor(t);
  const kills = atLength(2, 20);
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
  // Time is over once the second one has stopped.
  let isOver = false;
  const timer: Timer = {
    ...systemTimer,
    after(_, end) {
      const watch = setInterval(() => {
        if (isOver || !existsSync(acts[8].once)) return;
        isOver = true;
        end();
      }, 20);
      return () => clearInterval(watch);
    },
  };
  t.like(await run({}, timer), { answered: 2, missing: [] });
  t.true(isOver);
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
  const folder = new RunFolder(out);
  await writeFile(join(folder.failed, 'package.json'), '{}');
  t.is(await forgetFailed(out), 2);
  // Of a folder that is no run nothing is removed.
  t.deepEqual(await readdir(folder.failed), ['package.json']);
  await t.throwsAsync(() => forgetFailed(join(out, '..')), {
    instanceOf: OptionError,
    message: /holds no run/,
  });
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
  // A plan, and no worker.
  await run({ signal: AbortSignal.abort() });
  const refused = (message: RegExp) => ({ instanceOf: RunError, message });
  await t.throwsAsync(() => run({ scores: true }), refused(/option scores is false, and this one's true/));
  await t.throwsAsync(() => run({ rows: 4 }), refused(/option rows/));
  await t.throwsAsync(
    () => run({ encoding: 'latin1' }),
    refused(/option encoding is not given, and this one's "latin1"/),
  );
  await run({ encoding: 'utf-8', signal: AbortSignal.abort() });
  await t.throwsAsync(
    () => run({ onFault: 'degrade' }),
    refused(/option onFault is "throw", and this one's "degrade"/),
  );
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
  const { out, input, run } = await place(t, 10);
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
  // What a worker refuses has its class here.
  await rm(out, { recursive: true });
  await writeFile(input, linesOf(actingRows(10).map((row) => ({ ...row, label: 1 }))));
  await t.throwsAsync(() => run({ key: 'label' }), { instanceOf: OptionError, message: /--prefix/ });
});

test('a dry run says what there is to do, and writes nothing', async (t) => {
  const { out, input, run } = await place(t, 20);
  const options = { model: world.model, inputs: [input], out, rows: 5, key: 'id' };
  const forecast = await forecastRun(options);
  t.like(forecast, { rows: 20, isExact: false, units: 4, left: { units: 4, rows: 20 } });
  t.true(forecast.answering > 0 && forecast.seconds > forecast.answering);
  await t.throwsAsync(() => stat(out), { code: 'ENOENT' });
  await run({ shard: { index: 0, of: 2 } });
  t.like(await forecastRun(options), { left: { units: 2, rows: 10 } });
});

/** Answers a unit of ten rows in this process. */
async function unitOf(t: ExecutionContext, onFault: 'throw' | 'degrade' = 'throw') {
  const { input, out } = await place(t, 10);
  const folder = new RunFolder(out);
  await folder.make();
  const model = await loadBatchModel(world.model);
  const options = {
    format: 'jsonl',
    key: 'id',
    scores: false,
    errors: 'exit',
    onFault,
    rows: 10,
  } as const;
  const unit = async () => (await unitsIn(await inputsOf([input]), { purpose: '' }))[0];
  const { key } = await unit();
  const answered = async (mayDiffer: boolean, predict?: typeof model.predict) =>
    answerUnit(
      { ...(await unit()), key },
      {
        ...{ folder, options, mayDiffer, files: new ParquetFiles(), onBatch: () => {} },
        signal: new AbortController().signal,
        model: { ...model, predict: predict ?? model.predict },
      },
    );
  return { ...{ input, folder, model, key, answered }, output: folder.outputPath(key, 'jsonl') };
}

test('answers of an earlier stage, where what fails may be answered by one, are counted as degraded', async (t) => {
  const { folder, key, model, answered } = await unitOf(t, 'degrade');
  await answered(true, async (rows, call) => {
    t.is(call?.onFault, 'degrade');
    const answers = await model.predict(rows, call);
    return { ...answers, degraded: answers.degraded.fill(1, 0, 3) };
  });
  const verdict = { certified: 7, degraded: 3 };
  t.like(await folder.committed(key, 'jsonl'), { rows: 10, degraded: 3, verdict });
});

test('where an output and its record disagree, both are made again', async (t) => {
  const { folder, key, answered, output } = await unitOf(t);
  t.is(await answered(false), 'first');
  const [known, whole] = [await folder.committed(key, 'jsonl'), await readFile(output, 'utf8')];
  const line = whole.indexOf('\n') + 1;
  for (const torn of [whole.slice(0, line), whole.slice(0, line - 3), '', `${whole}\n`]) {
    await writeFile(output, torn);
    t.is(await folder.committed(key, 'jsonl'), undefined);
    t.is(await answered(false), 'first');
    t.deepEqual([await folder.committed(key, 'jsonl'), await readFile(output, 'utf8')], [known, whole]);
  }
});

test('an output without a record stands if its rows give it, and is made again if they don’t', async (t) => {
  const { folder, key, input, answered, output } = await unitOf(t);
  await answered(false);
  const [known, whole] = [await folder.committed(key, 'jsonl'), await readFile(output, 'utf8')];
  const lose = () => rm(join(folder.done, `${key}.json`));
  await lose();
  t.is(await answered(false), 'same');
  t.deepEqual(await folder.committed(key, 'jsonl'), known);
  // Torn, by whichever model.
  for (const mayDiffer of [false, true]) {
    await lose();
    await writeFile(output, whole.slice(0, 40));
    t.is(await answered(mayDiffer), 'first');
    t.is(await readFile(output, 'utf8'), whole);
    t.deepEqual(await folder.committed(key, 'jsonl'), known);
  }
  // Of rows that were changed meanwhile.
  await lose();
  const lines = (await readFile(input, 'utf8')).replace('"x":0.', '"x":-0.').replace('"id":0', '"id":7');
  await writeFile(input, lines);
  t.is(await answered(true), 'first');
  t.not(await readFile(output, 'utf8'), whole);
  t.not((await folder.committed(key, 'jsonl'))?.source, known?.source);
  t.deepEqual(await readdir(folder.different), []);
});

test('of two runs at one unit the first output stands, and what is known of it is what it holds', async (t) => {
  const { folder, key, input, model, answered, output } = await unitOf(t);
  t.is(await answered(false), 'first');
  const [known, whole] = [await folder.committed(key, 'jsonl'), await readFile(output, 'utf8')];
  t.is(await answered(false), 'found');
  const overtaken = async (mayDiffer: boolean, meanwhile = async () => {}) => {
    await folder.forget(key, 'jsonl');
    return answered(mayDiffer, async (rows, call) => {
      const answers = await model.predict(rows, call);
      // The other run is done meanwhile.
      await answered(mayDiffer);
      await meanwhile();
      return { ...answers, labels: answers.labels.map(() => 'other'), exits: answers.exits.fill(1) };
    });
  };
  // Where the full model may differ, a later output counts; else it is an error that names both.
  t.is(await overtaken(true), 'different');
  t.regex((await readdir(folder.different)).join(), new RegExp(`^${key}-[0-9a-f]{16}\\.json$`));
  t.deepEqual(await folder.committed(key, 'jsonl'), known);
  const message = new RegExp(`${key}.*rows\\.jsonl.*${known?.digest}.*digest [0-9a-f]{64}`);
  await t.throwsAsync(() => overtaken(false), { instanceOf: RunError, message });
  t.is(await readFile(output, 'utf8'), whole);
  // A run beside that has still to write its record does so; one that saw other rows is named.
  const record = join(folder.done, `${key}.json`);
  t.is(await overtaken(true, () => rm(record)), 'different');
  t.false(existsSync(record));
  const others = async () =>
    writeFile(record, recordText(basename(record), JSON.stringify({ ...known, source: '00' })));
  const changed = /rows\.jsonl was changed/;
  await t.throwsAsync(() => overtaken(true, others), { instanceOf: RunError, message: changed });
  t.true(existsSync(input));
});

test('a plan is of one content: rows that have moved since are refused, not cut at the old places', async (t) => {
  const folder = await folderFor(t);
  const input = join(folder, 'rows.csv');
  const lines = actingRows(4_000).map(({ id, x }) => `${id},${x},${'é'.repeat(40 + (id % 9))}\n`);
  await writeFile(input, `id,x,text\n${lines.join('')}`);
  const out = join(folder, 'out');
  const run = (shard: number) =>
    runBy(
      { program: world.program, timer: systemTimer },
      {
        ...{ model: world.model, inputs: [input], out, rows: 500, key: 'id', workers: 1 },
        ...{ types: { id: 'number', x: 'number' } as const, shard: { index: shard, of: 8 } },
      },
    );
  await run(0);
  const { mtime, size } = await stat(input);
  // The same bytes at both ends of the file, and the same time of writing.
  const moved = [...lines.slice(0, 1_000), ...lines.slice(1_000, 3_000).reverse(), ...lines.slice(3_000)];
  await writeFile(input, `id,x,text\n${moved.join('')}`);
  await utimes(input, mtime, mtime);
  t.is((await stat(input)).size, size);
  await t.throwsAsync(run(3), { instanceOf: RunError, message: /rows\.csv was changed since/ });
  t.deepEqual(await readdir(join(out, 'failed')), []);
  t.like(await runStatus([out]), { done: 1, units: 8 });
  await writeFile(input, `id,x,text\n${lines.join('')}`);
  t.like(await run(3), { done: 2 });
});
