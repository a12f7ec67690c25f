import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as arrow from 'apache-arrow';
import { type ExecutionContext, default as test } from 'ava';
import { binary, run, runEach } from '../support/commandLine.js';
import { folderFor } from '../support/files.js';
import { featuresText, textModel } from '../support/servedModels.js';

/** The filter as a shell runs it: its streams, signals and exit codes. */

const library = JSON.stringify(new URL('../../dist/index.js', import.meta.url).href);
const model = textModel();

/** A version's folder. @param more code of its module */
async function version(t: ExecutionContext, more = ''): Promise<string> {
  const at = join(await folderFor(t), 'mails', '1');
  await mkdir(at, { recursive: true });
  const { cascade } = await model;
  await writeFile(join(at, 'features.js'), featuresText({ more }).replace("'../../library.mjs'", library));
  await cascade.save(join(at, 'model.cascade'), { reference: 'rows' });
  return at;
}

interface Ended {
  readonly code: number | null;
  readonly out: Buffer;
  readonly err: string;
}

function start(t: ExecutionContext, args: readonly string[]): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(process.execPath, [binary, 'score', ...args], { stdio: 'pipe' });
  t.teardown(() => child.kill('SIGKILL'));
  const [out, err]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on('data', (piece: Buffer) => out.push(piece));
  child.stderr.on('data', (piece: Buffer) => err.push(piece));
  // A child that has ended before reads no more.
  child.stdin.on('error', () => {});
  const ended = once(child, 'close').then(([code]) => ({
    code,
    out: Buffer.concat(out),
    err: Buffer.concat(err).toString('utf8'),
  }));
  return { child, ended };
}

function score(t: ExecutionContext, args: readonly string[], input: string | Uint8Array): Promise<Ended> {
  const { child, ended } = start(t, args);
  child.stdin?.end(input);
  return ended;
}

const linesOf = (rows: readonly object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
const parsed = (out: Buffer) =>
  out
    .toString('utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));

test('JSON lines, Arrow, and threads give the answers of predict, bit for bit', async (t) => {
  const at = await version(t, "console.log('a module that prints'); process.stdout.write('and writes\\n');");
  const { cascade, rows } = await model;
  const some = rows.slice(0, 300);
  const { labels, exits, scores, verdict } = await cascade.predict(some);
  const expected = some.map((row, i) => ({
    ...row,
    label: labels[i],
    stage: exits[i],
    verdict,
    scores: [...scores.subarray(2 * i, 2 * i + 2)],
  }));
  const table = new arrow.Table({
    title: arrow.vectorFromArray(
      some.map(({ title }) => title),
      new arrow.Utf8(),
    ),
    body: arrow.vectorFromArray(
      some.map(({ body }) => body),
      new arrow.Dictionary(new arrow.Utf8(), new arrow.Int32()),
    ),
  });
  const bytes = arrow.tableToIPC(table, 'stream');
  const [lines, threads, columns] = await Promise.all([
    score(t, [at, '--scores'], linesOf(some)),
    score(t, [at, '--scores', '--threads', '1'], linesOf(some)),
    score(t, [at, '--scores', '--format', 'arrow'], bytes),
  ]);
  t.deepEqual([lines.code, threads.code, columns.code], [0, 0, 0], lines.err + threads.err + columns.err);
  t.deepEqual(parsed(lines.out), expected);
  t.deepEqual(parsed(threads.out), expected);
  const answered = arrow.tableFromIPC(columns.out);
  t.deepEqual(
    answered.toArray().map((row) => JSON.parse(JSON.stringify(row))),
    JSON.parse(JSON.stringify(expected)),
  );
  t.regex(lines.err, /a module that prints[\s\S]*and writes/);
});

test('JSON lines in another encoding are read by its name, and written as UTF-8', async (t) => {
  const at = await version(t);
  const line = Buffer.from('{"title":"Z\xfcrich","body":"\xa3"}\n', 'latin1');
  const [refused, read, arrows] = await Promise.all([
    score(t, [at], line),
    score(t, [at, '--encoding', 'latin1'], line),
    score(t, [at, '--encoding', 'latin1', '--format', 'arrow'], ''),
  ]);
  t.is(refused.code, 44);
  t.regex(refused.err, /line 1: it isn't text in UTF-8: octet 11 is 0xFC; .*--encoding windows-1252/);
  t.is(read.code, 0, read.err);
  t.like(parsed(read.out)[0], { title: 'Zürich', body: '£' });
  t.regex(arrows.err, /--encoding.*Arrow's texts are UTF-8/);
});

test('rows of a file, from where the shell has read it to', async (t) => {
  const at = await version(t);
  const { cascade, rows } = await model;
  const file = join(at, 'rows.jsonl');
  await writeFile(file, `a line before\n${linesOf(rows.slice(0, 20))}`);
  const shell = '{ read -r first; exec "$1" "$2" score "$3"; } < "$4"';
  const { stdout } = await promisify(execFile)('sh', ['-c', shell, 'sh', process.execPath, binary, at, file]);
  t.deepEqual(
    parsed(Buffer.from(stdout)).map(({ label }) => label),
    (await cascade.predict(rows.slice(0, 20))).labels,
  );
});

test('exit codes tell a bad row, another model, and input that can’t be read', async (t) => {
  const at = await version(t);
  const { rows } = await model;
  const good = linesOf(rows.slice(0, 2));
  const bad = '{"title":7,"body":"x"}\n';
  const other = `${'0'.repeat(12)}-${'0'.repeat(12)}-0.0.0-${'0'.repeat(12)}`;
  const [poison, column, cut, foreign, [usage, unlike, empty]] = await Promise.all([
    score(t, [at], good + bad + good),
    score(t, [at, '--errors', 'column', '--key', 'title'], good + bad + good),
    score(t, [at], `${good}{"title":"a`),
    score(t, [at, '--format', 'arrow'], good),
    runEach([['--format', 'csv'], ['--expect', other], []].map((more) => [['score', at, ...more], at])),
  ]);
  t.deepEqual([poison.code, poison.out.length], [42, 0], 'nothing of a batch with a bad row');
  t.regex(poison.err, /^spillway: row 2: input 'title': expected well-formed text, got 7 \(POISON\)/);
  t.is(column.code, 0, column.err);
  const answered = parsed(column.out);
  t.deepEqual(
    answered.map(({ verdict }) => verdict),
    ['certified', 'certified', 'error', 'certified', 'certified'],
  );
  t.deepEqual(answered[2], {
    title: 7,
    label: null,
    stage: null,
    verdict: 'error',
    error: "input 'title': expected well-formed text, got 7",
  });
  t.regex(column.err, /1 of 5 rows have an error/);
  t.is(cut.code, 44);
  t.regex(cut.err, /line 3: it isn't JSON/);
  t.is(foreign.code, 44);
  t.regex(foreign.err, /this looks like JSON/);
  t.deepEqual([unlike.code, unlike.out], [43, '']);
  t.regex(unlike.err, /artifact, features, spillway \(0\.0\.0 expected, .* here\), engine/);
  t.is(usage.code, 2);
  t.deepEqual([empty.code, empty.out], [0, '']);
});

test('--identity prints what --expect takes, and reads nothing', async (t) => {
  const at = await version(t);
  const word = await run(['score', at, '--identity']);
  const { code, out } = await run(['score', at, '--identity', '--json']);
  t.deepEqual([word.code, code], [0, 0]);
  const { text, artifact, features, spillway, engine } = JSON.parse(out);
  t.is(word.out, `${text}\n`);
  t.regex(artifact, /^[0-9a-f]{64}$/);
  t.regex(features, /^[0-9a-f]{64}$/);
  t.is(engine, `node ${process.versions.node} ${process.platform} ${process.arch}`);
  t.true(text.includes(spillway));
  const { rows } = await model;
  const line = linesOf(rows.slice(0, 1));
  const known = await score(t, [at, '--expect', text], line);
  t.deepEqual([known.code, known.err], [0, '']);
  // Without rows in the file nothing tells what its module reads by itself.
  await (await model).cascade.save(join(at, 'model.cascade'), { reference: 'values' });
  const { out: other } = await run(['score', at, '--identity']);
  const unknown = await score(t, [at, '--expect', other.trim()], line);
  t.is(unknown.code, 0);
  t.regex(unknown.err, /no rows to compare features with, and --expect can’t know what their module reads/);
  const free = await score(t, [at], line);
  t.regex(free.err, /no rows to compare features with: save it/);
});

test('a batch is answered while others are still to come, and SIGTERM ends it after the batch in hand', async (t) => {
  const { rows } = await model;
  const { child, ended } = start(t, [await version(t)]);
  child.stdin?.write(linesOf(rows.slice(0, 3)));
  if (child.stdout === null) return t.fail();
  await once(child.stdout, 'data');
  child.kill('SIGTERM');
  const { code, out } = await ended;
  t.is(code, 143);
  t.is(parsed(out).length, 3);
});

test('an Arrow stream that SIGTERM ends has its end mark', async (t) => {
  const { rows } = await model;
  const some = rows.slice(0, 3);
  const table = new arrow.Table({
    title: arrow.vectorFromArray(
      some.map(({ title }) => title),
      new arrow.Utf8(),
    ),
    body: arrow.vectorFromArray(
      some.map(({ body }) => body),
      new arrow.Utf8(),
    ),
  });
  const { child, ended } = start(t, [await version(t), '--format', 'arrow', '--key', 'title']);
  if (child.stdout === null) return t.fail();
  child.stdin?.write(arrow.tableToIPC(table, 'stream').subarray(0, -8));
  let seen = 0;
  // The schema, and then the batch.
  for (; seen < 600; ) seen += (await once(child.stdout, 'data'))[0].length;
  child.kill('SIGTERM');
  const { code, out } = await ended;
  t.is(code, 143);
  t.deepEqual([...out.subarray(-8)], [255, 255, 255, 255, 0, 0, 0, 0]);
  t.is(arrow.tableFromIPC(out).numRows, 3);
});

test('an interrupt ends it at once with 130; a reader that has gone ends it quietly with 141', async (t) => {
  const at = await version(t);
  const { rows } = await model;
  const stopped = start(t, [at]);
  stopped.child.stdin?.write(linesOf(rows.slice(0, 3)));
  if (stopped.child.stdout === null) return t.fail();
  await once(stopped.child.stdout, 'data');
  stopped.child.kill('SIGINT');
  t.is((await stopped.ended).code, 130);
  const left = start(t, [at]);
  left.child.stdout?.destroy();
  left.child.stdin?.end(linesOf(rows.slice(0, 300)));
  const { code, err } = await left.ended;
  t.deepEqual([code, err], [141, '']);
});

test('a reader that is slow holds it back: rows wait in the writer, not here', async (t) => {
  const { rows } = await model;
  const child = spawn(
    process.execPath,
    ['--max-old-space-size=64', binary, 'score', await version(t), '--key', 'title'],
    {
      stdio: 'pipe',
    },
  );
  t.teardown(() => child.kill('SIGKILL'));
  child.stdin.on('error', () => {});
  const part = Buffer.from(linesOf(rows.slice(0, 500)));
  let taken = 0;
  // 100,000 rows, of which nobody reads an answer at first.
  const feeding = (async () => {
    for (; taken < 200; taken++) if (!child.stdin.write(part)) await once(child.stdin, 'drain');
    child.stdin.end();
  })();
  await once(child.stdout, 'readable');
  // A pause of a slow machine is taken for the end: the test may then miss a fault, and never finds one that isn't.
  for (let before = -1; before !== taken || !child.stdin.writableNeedDrain; ) {
    before = taken;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  t.true(taken < 150, `${taken} of 200 parts were taken`);
  let lines = 0;
  for await (const piece of child.stdout) for (const octet of piece) if (octet === 10) lines++;
  await feeding;
  t.is(lines, 100_000);
});
