import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { run, runEach } from '../support/commandLine.js';
import { folderFor } from '../support/files.js';

/** The command line as a shell runs it. */

const library = JSON.stringify(new URL('../../dist/index.js', import.meta.url).href);
const data = JSON.stringify(new URL('../../dist/datasets/index.js', import.meta.url).href);

/** A pipeline as a user writes it. */
const script = (seed: number, epsilon = 0.05) => `
import { define, dense, logisticRegression } from ${library};
import { gaussianWorld } from ${data};
const world = gaussianWorld({ rows: 1200, seed: ${seed} });
const flat = (all) => Float32Array.from(all.flatMap((array) => [...array]));
export const features = define({
  cheap: dense(2, (rows) => flat(rows.map(({ cheap }) => cheap))),
  costly: dense(2, (rows) => {
    for (let i = 0; i < 5e3 * rows.length; i++) Math.sqrt(i);
    return flat(rows.map(({ costly }) => costly));
  }),
});
export const { rows, labels } = world;
export default () => ({ full: logisticRegression(), bound: { loss: 'disagreement', epsilon: ${epsilon}, delta: 0.05 }, seed: 1 });
`;

test('tune, inspect, report, certify and bench, one after the other', async (t) => {
  const folder = await folderFor(t);
  await writeFile(join(folder, 'pipeline.mjs'), script(1));
  await writeFile(join(folder, 'fresh.mjs'), script(2));

  const tuned = await run(['tune', 'pipeline.mjs'], folder);
  t.is(tuned.code, 0, tuned.err);
  t.regex(tuned.out, /Certificate[\s\S]*With 95 % confidence[\s\S]*cascade: pipeline\.cascade\n$/);
  // No terminal watches: plain lines, no escapes.
  t.regex(tuned.err, /^features: done in [\d.]+ s\nfull model: done in [\d.]+ s\n/);
  t.false(`${tuned.out}${tuned.err}`.includes('\u001b'));

  const [inspected, told, report] = await runEach([
    [['inspect', 'pipeline.cascade', '--json'], folder],
    [['inspect', 'pipeline.cascade'], folder],
    [['report', 'pipeline.cascade', '-t', 'Two bells'], folder],
  ]);
  const { certificate, plan, features, hasEvidence } = JSON.parse(inspected.out);
  t.is(certificate.verdict, 'certified');
  t.true(plan.expected.speedup > 1 && hasEvidence);
  t.deepEqual(features, [
    { name: 'cheap', kind: 'dense', version: null, options: { columns: 2, missing: false }, columns: 2 },
    { name: 'costly', kind: 'dense', version: null, options: { columns: 2, missing: false }, columns: 2 },
  ]);
  t.is(inspected.err, '');
  t.regex(told.out, /To load it: the features cheap \(dense\), costly/);
  t.is(report.out, 'pipeline.html\n');
  t.regex(await readFile(join(folder, 'pipeline.html'), 'utf8'), /<title>Two bells[\s\S]*id="epsilon"/);

  const certified = await run(['certify', 'pipeline.cascade', 'fresh.mjs', '-e', '0.04', '--json'], folder);
  t.is(certified.code, 0, certified.err);
  const renewed = JSON.parse(certified.out);
  t.deepEqual([renewed.certificate.epsilon, renewed.certificate.n], [0.04, 1200]);
  t.is(renewed.files.cascade, 'pipeline.certified.cascade');
  const again = await run(['certify', 'pipeline.certified.cascade', 'fresh.mjs'], folder);
  t.is(again.code, 1);
  t.regex(again.err, /1200 of 1200 rows.*\(USED_ROWS\)/);

  const timed = await run(['bench', 'pipeline.certified.cascade', 'fresh.mjs', '-n', '1', '--json'], folder);
  const measured = JSON.parse(timed.out);
  // They certified it: the file knows them.
  t.deepEqual([measured.rows, measured.usedRows, measured.full.disagreement], [1200, 1200, 0]);
  t.true(measured.speedup > 0);
});

/** A regression whose second feature has a price. */
const priced = `
import { absoluteError, define, dense, ridgeRegression } from ${library};
import { numberWorld } from ${data};
export const { rows, labels } = numberWorld({ rows: 1200, seed: 1 });
export const features = define({
  known: dense(2, (all) => Float32Array.from(all.flatMap(({ base, doubt }) => [base, doubt]))),
  bought: dense(1, (all) => Float32Array.from(all, ({ rest }) => rest), { price: 0.01 }),
});
export const full = ridgeRegression();
export const bound = { loss: absoluteError({ atMost: 0.2, cap: 4 }) };
export const objective = 'price';
`;

test('bench tells a regression by its errors, and money beside money', async (t) => {
  const folder = await folderFor(t);
  await writeFile(join(folder, 'priced.mjs'), priced);
  const tuned = await run(['tune', 'priced.mjs'], folder);
  t.is(tuned.code, 0, tuned.err);
  const { code, out, err } = await run(['bench', 'priced.cascade', 'priced.mjs', '-n', '1'], folder);
  t.is(code, 0, err);
  t.regex(
    out,
    /^ +Rows a second +MAE +Mean difference +Price a row\nFull model .*\nCascade .*\nChange .* cheaper\n/,
  );
  t.regex(out, /price a row 0\.0\d+ measured, 0\.0\d+ predicted, 0\.0100 for the full model/);
  t.notRegex(out, /accuracy|disagreement/i);
  await writeFile(join(folder, 'later.mjs'), priced.replace('seed: 1', 'seed: 2'));
  const again = ['certify', 'priced.cascade', 'later.mjs', '--json'];
  const renewed = await run([...again, '--at-most', '0.3'], folder);
  t.is(renewed.code, 0, renewed.err);
  t.is(JSON.parse(renewed.out).certificate.epsilon, 0.3 / 4);
  const both = await run([...again, '-m', '0.3', '-e', '0.1'], folder);
  t.is(both.code, 2);
  t.regex(both.out, /'certify\.atMost'.*one of the two/);
  await writeFile(join(folder, 'unpriced.mjs'), priced.replace(', { price: 0.01 }', ''));
  const free = await run(['tune', 'unpriced.mjs'], folder);
  t.is(free.code, 2);
  t.regex(free.err, /'objective'.*nothing of the features and the full model has a price/);
});

test('where nothing can be certified the exit code says so', async (t) => {
  const folder = await folderFor(t);
  await writeFile(join(folder, 'strict.mjs'), script(1, 0.0001));
  const { code, out } = await run(['tune', 'strict.mjs', '--json', '--no-evidence'], folder);
  t.is(code, 3);
  const { certificate } = JSON.parse(out);
  t.is(certificate.verdict, 'full-model-only');
  t.true(certificate.rowsNeeded > 10_000);
});

test('what is given to an option that isn’t known is shown nowhere', async (t) => {
  const folder = await folderFor(t);
  const secret = "opaque7'secret";
  const ran = await runEach(
    [[`--api-key=${secret}`], [`-k${secret}`], [`--api-key=${secret}`, '--json'], ['--jsonn=a,b']].map(
      (given) => [['inspect', 'a.cascade', ...given], folder],
    ),
  );
  for (const [i, option] of ['--api-key', '-k', '--api-key', '--jsonn'].entries()) {
    t.is(ran[i].code, 2);
    t.regex(ran[i].err, new RegExp(`unknown option '${option}'\n`));
    t.notRegex(ran[i].out + ran[i].err, /opaque|secret/);
  }
  t.is(JSON.parse(ran[2].out).error.message, "unknown option '--api-key'");
});

test('what can’t be understood, or can’t be right, has exit code 2', async (t) => {
  const folder = await folderFor(t);
  await writeFile(join(folder, 'wrong.mjs'), script(1).replace('bound:', 'bounds:'));
  await writeFile(join(folder, 'empty.mjs'), 'export const rows = [];');
  const ran = await runEach([
    [['tune'], folder],
    [['frobnicate'], folder],
    [['inspect', 'x', '--colour'], folder],
    [['tune', 'wrong.mjs', '--json'], folder],
    [['tune', 'empty.mjs'], folder],
  ]);
  for (const { code } of ran) t.is(code, 2);
  t.regex(ran[0].err, /missing required argument/);
  t.like(JSON.parse(ran[3].out).error, { code: 'OPTION', name: 'OptionError' });
  t.regex(ran[4].err, /exports rows; expected 'features'/);
});

test('numbers and places are looked at before any work', async (t) => {
  const folder = await folderFor(t);
  await writeFile(join(folder, 'pipeline.mjs'), 'throw new Error("was run");');
  const refused: readonly (readonly [args: string[], said: RegExp])[] = [
    [['demo', '-n', 'many'], /'many' is invalid. Expected a whole number of at least 100/],
    [['demo', '-s', '-1'], /Expected a whole number of at least 0/],
    [['bench', 'a.cascade', 'pipeline.mjs', '-n', '0'], /Expected a whole number of at least 1/],
    [['certify', 'a.cascade', 'pipeline.mjs', '-e', '2'], /Expected a number above 0 and below 1/],
    [['tune', 'none.mjs'], /there is no file none\.mjs.*\(OPTION\)/],
    [
      ['tune', 'pipeline.mjs', '-o', 'none/a.cascade'],
      /'--out': none\/a\.cascade can't be written: its folder isn't there/,
    ],
    [['tune', 'pipeline.mjs', '-r', 'none/a.html'], /'--report': none\/a\.html/],
    [['tune', 'notes.txt'], /notes\.txt is no module that Node runs/],
  ];
  await writeFile(join(folder, 'notes.txt'), 'no module');
  const ran = await runEach(refused.map(([args]) => [args, folder]));
  for (const [i, { code, out, err }] of ran.entries()) {
    t.deepEqual([code, out], [2, ''], refused[i][0].join(' '));
    t.regex(err, refused[i][1]);
  }
});

test('with --json what can’t be understood is JSON too', async (t) => {
  const ran = await runEach([
    [['inspect', '--json'], '.'],
    [['frobnicate', '--json'], '.'],
    [['demo', '--json', '-n', 'x'], '.'],
  ]);
  for (const { code, out } of ran) {
    t.is(code, 2);
    const { error } = JSON.parse(out);
    t.is(error.code, 'USAGE');
    t.regex(error.message, /missing required argument|unknown command|whole number/);
  }
});

test('what fails has exit code 1, and says what to do', async (t) => {
  const folder = await folderFor(t);
  await writeFile(join(folder, 'foreign.cascade'), 'x'.repeat(500));
  await writeFile(join(folder, 'throws.mjs'), 'throw new TypeError("a bug of mine");');
  const ran = await runEach([
    [['inspect', 'none.cascade'], folder],
    [['report', 'foreign.cascade', '--json'], folder],
    [['tune', 'throws.mjs'], folder],
  ]);
  for (const { code } of ran) t.is(code, 1);
  const [missing, foreign, bug] = ran;
  t.regex(missing.err, /^spillway: can't read 'none\.cascade'.*\(ARTIFACT\)\n$/);
  t.is(JSON.parse(foreign.out).error.code, 'ARTIFACT');
  t.regex(bug.err, /a bug of mine \(SCRIPT\)\n {2}at throws\.mjs:1:7\n$/);
});

test('doctor says what is there and how to get the rest', async (t) => {
  const { code, out } = await run(['doctor', '--json']);
  t.is(code, 0);
  const { node, aims, packages, tfjs } = JSON.parse(out);
  t.is(node.version, process.versions.node);
  t.true(
    packages.some(({ name, version }: { name: string; version: string }) => name === 'linkedom' && version),
  );
  t.deepEqual(
    tfjs.map(({ name }: { name: string }) => name),
    ['node-gpu', 'node', 'webgpu', 'wasm', 'cpu'],
  );
  t.true(tfjs.at(-1).works);
  // Each package belongs to what one may want to do.
  t.true(
    aims.some(({ aim, reached }: { aim: string; reached: boolean }) => /random forests/.test(aim) && reached),
  );
  t.deepEqual(
    [...new Set(packages.map(({ aim }: { aim: string }) => aim))],
    aims.map(({ aim }: { aim: string }) => aim),
  );
  const { peerDependencies } = JSON.parse(
    await readFile(new URL('../../package.json', import.meta.url), 'utf8'),
  );
  for (const name of Object.keys(peerDependencies)) {
    t.true(
      packages.some((entry: { name: string; purpose: string }) => entry.name === name && entry.purpose),
      name,
    );
  }
});

test('help teaches, and goes to stdout', async (t) => {
  const { code, out, err } = await run(['--help']);
  t.deepEqual([code, err], [0, '']);
  const names = ['tune', 'demo', 'inspect', 'report', 'certify', 'bench', 'doctor'];
  const ran = await runEach(names.map((name) => [[name, '--help'], '.']));
  for (const [i, help] of ran.entries()) {
    t.true(out.includes(`\n  ${names[i]} `), names[i]);
    t.is(help.code, 0);
    t.regex(help.out, /--json/);
  }
  t.regex(ran[0].out, /A script in full:[\s\S]*define\(/);
});

test('a demo, in a small world', async (t) => {
  const folder = await folderFor(t);
  const { code, out } = await run(['demo', '-n', '300', '--json'], folder);
  t.true(code === 0 || code === 3);
  const { files, measured } = JSON.parse(out);
  t.is(measured.rows, 120);
  t.regex(await readFile(join(folder, files.report), 'utf8'), /The hardest rows/);
});
