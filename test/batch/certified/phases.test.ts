import { appendFile, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import test from 'ava';
import {
  answerCertified,
  askBatch,
  type CertifiedBatchOptions,
  certifiedPlanOf,
  certifyFiles,
  openCertifiedBatch,
  type Phase,
  scoreUnit,
} from '../../../batch/certified/index.js';
import { unitCodes } from '../../../batch/certified/score.js';
import { outputDigest, plannedUnits, verifyRun } from '../../../batch/run/index.js';
import { recordText } from '../../../batch/run/records.js';
import { digestOf, inputsOf } from '../../../batch/units/index.js';
import { DataError, PoisonRow } from '../../../index.js';
import { RunError } from '../../../lib/errors.js';
import { random } from '../../../lib/stats/index.js';
import { folderFor } from '../../support/files.js';
import { type Batch, claim, inputsIn, made, modelIn, opened, rows, whole } from './world.js';

const shuffled = <T>(items: readonly T[], seed: number): T[] => {
  const order = Int32Array.from(items.keys());
  random(seed).shuffle(order);
  return Array.from(order, (i) => items[i]);
};

async function certify(batch: Batch, order = 0) {
  for (const unit of shuffled(batch.units, order)) await scoreUnit(batch, unit);
  await askBatch(batch, whole);
  for (const unit of shuffled(batch.units, order + 1)) await answerCertified(batch, unit);
}

/** Everything that a folder says, but for what it was made of. */
async function contents(out: string): Promise<Record<string, string>> {
  const names = (await readdir(out, { recursive: true, withFileTypes: true })).filter((entry) =>
    entry.isFile(),
  );
  const texts = names
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort()
    .map(async (path) => [path.slice(out.length), (await readFile(path)).toString('latin1')] as const);
  return Object.fromEntries(await Promise.all(texts));
}

async function answersIn(
  out: string,
): Promise<Map<number, { label: string; stage: number; verdict: string }>> {
  const answers = new Map();
  for (const name of await readdir(join(out, 'units')))
    for (const line of (await readFile(join(out, 'units', name), 'utf8')).trim().split('\n')) {
      const { id, ...answer } = JSON.parse(line);
      answers.set(id, answer);
    }
  return answers;
}

test('1, 3 and 7 partitions keep the promise of certifyBatch, with one content in any order', async (t) => {
  const model = await modelIn(t);
  const truth = (await made.full.predict(rows)).labels;
  const inMemory = await made.certifyBatch(rows, claim);
  for (const files of [1, 3, 7]) {
    const input = await inputsIn(t, files);
    const folders: Record<string, string>[] = [];
    for (const order of files === 7 ? [1, 2] : [1]) {
      const out = await folderFor(t);
      await certify(await opened(model, input, out), order);
      folders.push(await contents(out));
      const { certificate } = (await certifiedPlanOf(await opened(model, input, out))) ?? {};
      t.is(certificate?.verdict, 'certified');
      t.is(certificate?.n, inMemory.certificate.n);
      const answers = await answersIn(out);
      t.is(answers.size, rows.length);
      const wrong = truth.filter((label, id) => answers.get(id)?.label !== label);
      t.true(wrong.length <= 0.02 * rows.length);
      t.true([...answers.values()].filter(({ stage }) => stage === 0).length > 0.1 * rows.length);
    }
    t.deepEqual(folders[0], folders.at(-1));
  }
});

test('killed at any place and begun again it has the same content, and asks about no row twice', async (t) => {
  const input = await inputsIn(t, 3);
  const [expected, out] = [await folderFor(t), await folderFor(t)];
  let asked = 0;
  const counting = (count: number) => {
    asked += count;
  };
  await certify(await opened(await modelIn(t, counting), input, expected));
  const inOneGo = asked;
  asked = 0;
  // It dies at each call of the full model, before the answers are there, and again when they are to be committed.
  let calls = 0;
  let runs = 0;
  let isDying = true;
  const model = await modelIn(t, (count) => {
    calls++;
    isDying = !isDying;
    if (!isDying) throw new Error('killed');
    asked += count;
  });
  for (;;) {
    runs++;
    try {
      await certify(await opened(model, input, out), runs);
      break;
    } catch (error) {
      t.regex(String(error), /killed/);
    }
  }
  t.true(runs > 4 && calls === 2 * (runs - 1), `${runs} runs, ${calls} calls`);
  t.is(asked, inOneGo);
  t.deepEqual(await contents(out), await contents(expected));
});

test('shards do each phase in any order; what one of them lacks is named', async (t) => {
  const model = await modelIn(t);
  const input = await inputsIn(t, 5);
  const [out, expected] = [await folderFor(t), await folderFor(t)];
  const batch = await opened(model, input, out);
  const of = (index: number, phase: Phase) => certifyFiles(batch, { phase, shard: { index, of: 2 } });
  const missing = (message: RegExp) => ({ instanceOf: RunError, message });
  await of(1, 'score');
  await t.throwsAsync(of(1, 'ask'), missing(/3 of 5 units .*part-0\.jsonl.*part-4\.jsonl/));
  await t.throwsAsync(of(1, 'answer'), missing(/no certificate yet/));
  t.is((await of(0, 'score')).certified, undefined);
  await t.throwsAsync(of(1, 'ask'), missing(/still to come for 3 of 5 units: part-0\.jsonl/));
  const { certified } = await of(0, 'ask');
  t.is(certified?.certificate.verdict, 'certified');
  // The other shard finds it now.
  t.deepEqual((await of(1, 'ask')).certified, certified);
  t.deepEqual((await of(1, 'answer')).missing, [0, 2, 4]);
  const { done, rows: answered, exits } = await of(0, 'answer');
  t.deepEqual([done, answered, exits[0] + exits[1]], [5, rows.length, rows.length]);
  await certifyFiles(await opened(model, input, expected));
  t.deepEqual(await contents(out), await contents(expected));
});

test('of two processes at a unit the first stands, though the full model answers the second otherwise', async (t) => {
  const out = await folderFor(t);
  const batch = await opened(await modelIn(t), await inputsIn(t, 2), out);
  await certifyFiles(batch, { phase: 'score' });
  await certifyFiles(batch, { phase: 'ask' });
  let calls = 0;
  const steps: typeof batch.steps = Object.create(batch.steps, {
    ask: {
      value: async (...asked: Parameters<typeof batch.steps.ask>) => {
        // The first process is done with all units meanwhile.
        if (calls++ === 0) await certifyFiles(batch);
        return (await batch.steps.ask(...asked)).map((answer) => 1 - answer);
      },
    },
  });
  const [unit] = batch.units;
  const found = await answerCertified({ ...batch, steps }, unit);
  t.true(calls > 0);
  t.deepEqual(found, await batch.folder.committed(unit.key, 'jsonl'));
  t.is(found.digest, digestOf(await readFile(batch.folder.outputPath(unit.key, 'jsonl'))));
  // What only outputs need is kept until all are there.
  await certifyFiles(batch);
  t.deepEqual(
    (await readdir(join(out, 'asked'))).filter((name) => name.includes('-rest-')),
    [],
  );
  await rm(join(batch.folder.done, `${unit.key}.json`));
  await t.throwsAsync(answerCertified({ ...batch, steps }, unit), {
    instanceOf: RunError,
    message: /part-0\.jsonl .*answered before, and otherwise/,
  });
});

test('a sample has the lowest numbers of all rows, whether codes are read for it or lowest numbers alone', async (t) => {
  const model = await modelIn(t);
  const input = await inputsIn(t, 7);
  for (const sample of [0, 3, 100, 900, 2_000]) {
    const batch = await opened(model, input, await folderFor(t), { sample });
    const evidence = await Promise.all(batch.units.map((unit) => scoreUnit(batch, unit)));
    const { steps, claim: claimed } = batch;
    const counts = new Map(evidence.map((each) => [each.partition, each]));
    const design = steps.design([...counts.keys()], counts, claimed);
    let drawn: ReturnType<typeof steps.draw> = [];
    for (const [i, unit] of batch.units.entries()) {
      const codes = await unitCodes(batch, unit, evidence[i]);
      drawn = steps.draw(claimed.seed, design, evidence[i].partition, codes, drawn);
    }
    const expected = batch.units.flatMap(({ key }, i) => {
      const own = drawn.filter(({ partition }) => partition === evidence[i].partition);
      return own.length === 0 ? [] : [[key, own.map(({ index }) => index).sort((a, b) => a - b)] as const];
    });
    // A small sample needs no codes but those of its rows.
    const idle = batch.units.filter(({ key }) => !expected.some(([each]) => each === key));
    for (const { key } of idle) await rm(join(batch.folder.path, 'evidence', `${key}.codes`));
    t.is(sample <= 3, idle.length >= 4);
    await askBatch(batch, whole);
    t.deepEqual((await certifiedPlanOf(batch))?.sample, Object.fromEntries(expected));
  }
});

test('its folder is read as that of a run, and is none that a run goes on with', async (t) => {
  const model = await modelIn(t);
  const input = await inputsIn(t, 2);
  const [out, plain] = [await folderFor(t), await folderFor(t)];
  const { folder, output, units } = await opened(model, input, out);
  await certifyFiles(await opened(model, input, out));
  const { certificate } = JSON.parse(await readFile(join(out, 'manifest.json'), 'utf8'));
  t.is(certificate, digestOf(await readFile(join(out, 'certificate.json'))));
  t.deepEqual(await verifyRun(out, [input]), { units: 2, changed: [] });
  t.is((await outputDigest([out])).rows, rows.length);
  // What is there is not done again; what is gone is, and is the same.
  const path = folder.outputPath(units[0].key, output.format);
  const written = await readFile(path);
  await rm(path);
  await certifyFiles(await opened(model, input, out));
  t.deepEqual(await readFile(path), written);
  const { claim: _, ...options } = output;
  const { engine: __, ...identity } = model.identity;
  const other = { instanceOf: RunError, message: /holds (another|a) run/ };
  const inputs = await inputsOf([input]);
  await t.throwsAsync(plannedUnits(out, identity, options, inputs), other);
  await plannedUnits(plain, identity, options, inputs);
  await t.throwsAsync(opened(model, input, plain), other);
});

test('an input that changes between phases voids what was certified, and the unit is named', async (t) => {
  const model = await modelIn(t);
  const input = await inputsIn(t, 2);
  const file = join(input, 'part-1.jsonl');
  const text = await readFile(file, 'utf8');
  // As long as before, so that what is planned is the same: a digit in its middle is another.
  const at = text.indexOf('"cheap":', text.length / 2) + 12;
  const other = text.slice(0, at) + (text[at] === '1' ? '2' : '1') + text.slice(at + 1);
  const out = await folderFor(t);
  const batch = await opened(model, input, out);
  for (const unit of batch.units) await scoreUnit(batch, unit);
  const changed = { instanceOf: RunError, message: /part-1\.jsonl .*isn't what was scored/ };
  await writeFile(file, other);
  await t.throwsAsync(askBatch(batch, whole), changed);
  await writeFile(file, text);
  await askBatch(batch, whole);
  await writeFile(file, other);
  await answerCertified(batch, batch.units[0]);
  await t.throwsAsync(answerCertified(batch, batch.units[1]), changed);
  t.is((await readdir(join(out, 'units'))).length, 1);
  await appendFile(file, '{}\n');
  await t.throwsAsync(opened(model, input, out), {
    instanceOf: RunError,
    message: /part-1\.jsonl had another content/,
  });
});

test('a folder has one claim and one sample: other ones are refused by name', async (t) => {
  const model = await modelIn(t);
  const input = await inputsIn(t, 2);
  const out = await folderFor(t);
  // Drawn, and kept.
  const { seed: _, ...unseeded } = claim;
  const inputs = await inputsOf([input]);
  const first = await openCertifiedBatch(out, model, inputs, unseeded);
  t.regex(first.claim.seed, /^[0-9a-f]{32}$/);
  t.is((await openCertifiedBatch(out, model, inputs, unseeded)).claim.seed, first.claim.seed);
  t.not((await openCertifiedBatch(await folderFor(t), model, inputs, unseeded)).claim.seed, first.claim.seed);
  const other = (options: Partial<CertifiedBatchOptions>, message: RegExp) =>
    t.throwsAsync(openCertifiedBatch(out, model, inputs, { ...unseeded, ...options }), {
      instanceOf: RunError,
      message,
    });
  await other({ epsilon: 0.05 }, /with epsilon 0\.02, and this one's is 0\.05/);
  await other({ seed: 'another' }, /with seed .*another/);
  await other({ sample: 5 }, /with sample null/);
  await t.throwsAsync(openCertifiedBatch(out, model, inputs.slice(1), unseeded), {
    message: /has the input part-0/,
  });
});

test('a folder whose files are damaged, or of another sample, is told', async (t) => {
  const model = await modelIn(t);
  const out = await folderFor(t);
  const batch = await opened(model, await inputsIn(t, 2), out);
  for (const unit of batch.units) await scoreUnit(batch, unit);
  const codes = join(out, 'evidence', `${batch.units[1].key}.codes`);
  const bytes = await readFile(codes);
  const damaged = { instanceOf: RunError, message: /part-1\.jsonl/ };
  await writeFile(codes, bytes.subarray(0, bytes.length - 1));
  await t.throwsAsync(askBatch(batch, whole), damaged);
  await rm(codes);
  await t.throwsAsync(askBatch(batch, whole), damaged);
  await writeFile(codes, bytes);
  await askBatch(batch, whole);
  // With a checksum that fits, as no accident leaves them.
  const write = (path: string, { sha256: _, ...content }: Record<string, unknown>) =>
    writeFile(path, recordText(basename(path), JSON.stringify(content)));
  const asked = join(out, 'asked', `${batch.units[1].key}-sample-0.json`);
  const { rows: drawn, answers } = JSON.parse(await readFile(asked, 'utf8'));
  await write(asked, { rows: drawn.map((row: number) => row + 1), answers });
  await t.throwsAsync(answerCertified(batch, batch.units[1]), damaged);
  await write(asked, { rows: drawn, answers: answers.map(() => 2) });
  await t.throwsAsync(answerCertified(batch, batch.units[1]), damaged);
  await writeFile(asked, '{"rows":');
  await t.throwsAsync(answerCertified(batch, batch.units[1]), {
    instanceOf: RunError,
    message: /sample-0\.json/,
  });
  const plan = join(out, 'certificate.json');
  const certified = JSON.parse(await readFile(plan, 'utf8'));
  await write(plan, { ...certified, certificate: { ...certified.certificate, epsilon: 0.2 } });
  await t.throwsAsync(answerCertified(batch, batch.units[0]), {
    instanceOf: RunError,
    message: /certificate\.json' isn't the certificate of what the folder's plan claims/,
  });
  await write(plan, { ...certified, step: 1_000 });
  await t.throwsAsync(answerCertified(batch, batch.units[0]), {
    instanceOf: DataError,
    message: /no plan 1000/,
  });
});

test('a row that can’t be scored is named by its unit and its place there', async (t) => {
  const model = await modelIn(t);
  const input = await inputsIn(t, 2);
  await appendFile(join(input, 'part-1.jsonl'), `${JSON.stringify({ ...rows[0], cheap: 'x' })}\n`);
  const batch = await opened(model, input, await folderFor(t));
  await scoreUnit(batch, batch.units[0]);
  await t.throwsAsync(scoreUnit(batch, batch.units[1]), {
    instanceOf: PoisonRow,
    message: /row 1000: of part-1\.jsonl/,
  });
});

test('a batch without rows is refused before anything is written', async (t) => {
  const model = await modelIn(t);
  const folder = await folderFor(t);
  for (const [name, content] of [
    ['a.jsonl', ''],
    ['a.csv', 'id,cheap\n'],
  ]) {
    await writeFile(join(folder, name), content);
    const open = () => opened(model, join(folder, name), join(folder, 'out'));
    await t.throwsAsync(open, { instanceOf: DataError, message: /there are no rows/ });
    t.false((await readdir(folder)).includes('out'));
  }
});
