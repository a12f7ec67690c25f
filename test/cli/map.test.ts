import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { Cascade, column, define } from '../../index.js';
import { lockPath } from '../../llm/models/journal/lock.js';
import { titleTable } from '../llm/world.js';
import { binary } from '../support/commandLine.js';
import { folderFor } from '../support/files.js';
import { LlmServer, type Speaker } from '../support/llm/index.js';

/** The command in a process of its own, against a server of language models on this machine. */

const table = titleTable(1_500, 5);
const places = new Map(table.rows.map(({ title }, i) => [title, i]));
const PROMPT = 'Is this title of kind a, b or c? Answer with the letter.\n---\nTitle: {title}\n';
const KEY = 'sk-not-to-be-shown';
const PRICES = ['--prices', 'input=20,output=80,batch=0.5,currency=USD'];

/** The place of the row that a question is about. */
function placeOf(messages: Parameters<Speaker>[0]): number {
  return places.get(/^Title: (.*)$/m.exec(messages.at(-1)?.content ?? '')?.[1] ?? '') ?? -1;
}

interface World {
  readonly folder: string;
  readonly server: LlmServer;
  map(
    ...more: readonly string[]
  ): Promise<{ readonly code: number; readonly out: string; readonly err: string }>;
  /** As by Ctrl-C. */
  interrupt(): void;
}

async function worldFor(
  t: ExecutionContext,
  speak: Speaker = (messages) => table.truth[placeOf(messages)],
): Promise<World> {
  const folder = await folderFor(t);
  const server = new LlmServer({ speak, key: KEY, batches: { polls: 0 } });
  const url = await server.start();
  t.teardown(() => server.stop());
  const lines = table.rows.map(({ title }, id) => `${id},${title}`);
  await writeFile(join(folder, 'rows.csv'), `id,title\n${lines.join('\n')}\n`);
  await writeFile(join(folder, 'prompt.txt'), PROMPT);
  const given = ['map', 'rows.csv', '-p', 'prompt.txt', '-l', 'a,b,c', '-m', 'small', '-u', `${url}/v1`];
  let child: ChildProcess | undefined;
  return {
    folder,
    server,
    interrupt: () => child?.kill('SIGINT'),
    map: (...more) =>
      new Promise((done) => {
        const env = { ...process.env, TEST_KEY: KEY, NO_COLOR: '1' };
        const own = spawn(process.execPath, [binary, ...given, '--key-from', 'TEST_KEY', ...more], {
          cwd: folder,
          env,
        });
        child = own;
        let [out, err] = ['', ''];
        own.stdout.on('data', (part) => (out += part));
        own.stderr.on('data', (part) => (err += part));
        own.stdin.end();
        own.on('close', (code) => done({ code: code ?? -1, out, err }));
      }),
  };
}

test('a table is answered, certified and saved; the key is nowhere', async (t) => {
  let stop = () => {};
  const { folder, server, map, interrupt } = await worldFor(t, (messages) => {
    stop();
    return table.truth[placeOf(messages)];
  });
  // One sample in twenty may break the promise: not this one, which a run that was stopped at once is said to have drawn.
  stop = interrupt;
  await map('-e', '0.05', '--training', '300', '--yes');
  stop = () => {};
  const output = join(folder, 'rows.answers.csv');
  const state = JSON.parse(await readFile(`${output}.seed`, 'utf8'));
  await writeFile(`${output}.seed`, JSON.stringify({ ...state, sampleSeed: 'fixed' }));
  await rm(`${output}.journal`);
  const before = server.charged.length;
  const { code, out, err } = await map(
    '-e',
    '0.05',
    '--training',
    '300',
    '--yes',
    '--save',
    'kinds.cascade',
    '--json',
  );
  t.is(code, 0, err);
  const { outcome, asked, certificate, counts, files, newRowsCertificate } = JSON.parse(out);
  t.is(outcome, 'done');
  t.is(certificate.verdict, 'certified');
  t.is(newRowsCertificate.verdict, 'certified');
  t.is(asked.pilot, 200);
  t.is(server.charged.length - before, asked.pilot + asked.training + asked.sample + asked.rest);
  t.true(counts.certified > 300, JSON.stringify(counts));
  t.regex(err, /pilot: 200 of 1,500 rows asked/);
  t.regex(err, /ask .* of 1,500 rows.*go on\? yes, by --yes/);

  const [head, ...lines] = (await readFile(join(folder, files.answers), 'utf8')).trim().split('\n');
  t.is(head, 'id,title,label,stage,verdict,price');
  t.is(lines.length, 1_500);
  const labels = lines.map((line) => line.split(',')[2]);
  const differ = labels.filter((label, row) => label !== table.truth[row]).length;
  t.true(differ <= 75, `${differ}`);

  const features = define({
    words: column('title'),
  });
  await t.throwsAsync(Cascade.load(join(folder, 'kinds.cascade'), { features }));
  const saved = await readFile(join(folder, 'kinds.cascade'), 'latin1');
  for (const text of [out, err, saved, ...lines.slice(0, 5)]) t.false(text.includes(KEY));
});

test('by batch each step is one batch at half the price, and a second run sends none', async (t) => {
  const { folder, server, map } = await worldFor(t);
  const given = ['-e', '0.05', '--training', '300', '--yes', '--json', '--batch', ...PRICES];
  const { code, out, err } = await map(...given);
  t.is(code, 0, err);
  const { asked, spent, all, certificate } = JSON.parse(out);
  t.is(certificate.verdict, 'certified');
  const total = asked.pilot + asked.training + asked.sample + asked.rest;
  t.is(server.charged.length, total);
  t.is(new Set(server.charged).size, total);
  // One question goes alone, to learn the model's dated name; at the end there may be fewer than are worth a batch.
  t.true(server.seen.filter(({ path }) => path === '/v1/chat/completions').length <= 50);
  // The pilot, two rounds of chosen rows, up to three of hard ones, the sample, the rest.
  const batches = server.room.batches.length;
  t.true(batches >= 5 && batches <= 8, `${batches}`);
  t.true(Math.abs(all.batch / all.live - 0.5) < 1e-9);
  t.true(spent > 0 && spent < all.batch);
  const lines = (await readFile(join(folder, 'rows.answers.csv'), 'utf8')).trim().split('\n').slice(1);
  const prices = lines.map((line) => Number(line.split(',').at(-1)));
  t.true(Math.abs(prices.reduce((sum, price) => sum + price, 0) - spent) < 1e-9);
  const most = Math.max(...prices);
  t.true(most < (3 * spent) / total, `a round's price is shared by its rows: ${most}`);
  t.is((await map(...given)).code, 0);
  t.is(server.room.batches.length, batches);
});

test('in excess of a model that changes its mind the sample is asked about twice, and never a third time', async (t) => {
  const times = new Map<number, number>();
  // A twentieth of the titles has another answer the second time.
  const { server, map } = await worldFor(t, (messages) => {
    const place = placeOf(messages);
    const before = times.get(place) ?? 0;
    times.set(place, before + 1);
    return place % 20 === 0 && before > 0 ? 'a' : table.truth[place];
  });
  const given = ['-e', '0.05', '--loss', 'excessDisagreement', '--training', '300', '--yes'];
  const refused = await map(...given, '--save', 'kinds.cascade');
  t.is(refused.code, 2);
  t.regex(refused.err, /'--save': tests a promise for new rows, which isn't done in excess/);
  t.is((await map('-e', '0.05', '--loss', 'harm', '--yes')).code, 2);
  t.is(server.seen.length, 0);

  const { code, out, err } = await map(...given, '--json', ...PRICES);
  t.is(code, 0, err);
  const { asked, certificate, forecast, spent } = JSON.parse(out);
  t.is(certificate.verdict, 'certified');
  t.is(certificate.loss, 'excessDisagreement');
  t.is(certificate.flips.rows, certificate.n);
  t.is(asked.again, asked.pilot + asked.sample);
  const { pilot, training, sample, rest, again } = asked;
  t.is(server.charged.length, pilot + training + sample + rest + again);
  t.is(Math.max(...times.values()), 2);
  t.is(forecast.pilot.twice, 200);
  t.true(spent > 0);
  t.regex(err, /answers changed when asked again/);
  t.regex(err, /ask .* of 1,500 rows, [\d,]+ of them twice: \$/);

  const second = await map(...given, ...PRICES);
  t.is(second.code, 0, second.err);
  t.is(Math.max(...times.values()), 2);
  t.regex(
    second.out,
    /certified: at most 5 % of these 1,500 answers differ from the model's, beyond the share on which it differs from itself/,
  );
  t.regex(second.out, /rest [\d,]+\), [\d,]+ of them twice/);
});

test('without a terminal it asks nothing unless told to go on', async (t) => {
  const { server, map } = await worldFor(t);
  const { code, err } = await map('-e', '0.05');
  t.is(code, 2);
  t.regex(err, /'--yes': missing: nobody is here/);
  t.is(server.seen.length, 0);
});

test('what can’t be right is said before anything is asked', async (t) => {
  const { folder, server, map } = await worldFor(t);
  await writeFile(join(folder, 'other.txt'), 'Is {body} a, b or c?');
  await writeFile(join(folder, 'still.txt'), 'Is it a, b or c?');
  await writeFile(join(folder, 'rows.txt'), 'title\n');
  // Where the seed is kept nothing can be written.
  await mkdir(join(folder, 'full.csv.seed'));
  for (const [more, message] of [
    [['-p', 'other.txt'], /reads the column \{body\}, which the rows don't have: they have id, title/],
    [['-p', 'still.txt'], /has no \{column\} place/],
    [['-p', 'none.txt'], /'--prompt': none\.txt can't be read/],
    [['-l', 'a,b,zebra'], /never names "zebra"/],
    [['-l', 'a,b,c,A'], /differ by case alone/],
    [['--text', 'body'], /there is no column 'body'/],
    [['--unparsed', 'z'], /'z' is none of the labels/],
    [['--out', 'rows.xml'], /neither CSV nor JSON lines/],
    [['--out', './rows.csv'], /'--out': \.\/rows\.csv is the table itself: name another/],
    [['--out', 'full.csv'], /'--out': the sample's seed, full\.csv\.seed, can't be read/],
    [['-l', 'a,b,kin'], /never names "kin" as words of their own/],
    [['--prices', 'input=0,output=1'], /Expected money per million tokens/],
    [['--prefix', ''], undefined],
  ] as const) {
    if (message === undefined) continue;
    const { code, err } = await map('-e', '0.05', '--yes', ...more);
    t.is(code, 2, err);
    t.regex(err, message);
  }
  t.is(server.seen.length, 0);
});

test('where nothing is gained, the code says so', async (t) => {
  const { server, map } = await worldFor(t, (messages) => table.labels[(placeOf(messages) * 7_919) % 3]);
  const { code, err, out } = await map('-e', '0.02', '--yes');
  t.is(code, 3, err);
  t.regex(err, /nothing is gained: /);
  t.regex(out, /nothing is gained: /);
  t.is(server.charged.length, 1_500);
});

test('a second run asks about no row again; a budget stops it with a code of its own, and more money goes on', async (t) => {
  const { folder, server, map } = await worldFor(t);
  const given = ['-e', '0.05', '--training', '300', '--yes', '--json', '--out', 'a.jsonl', ...PRICES];
  const refused = await map(...given, '--max-price', '0.3');
  t.is(refused.code, 45, refused.err);
  t.regex(JSON.parse(refused.out).error.message, /expected to cost/);
  const pilot = server.charged.length;
  t.is(pilot, 200);

  const first = await map(...given);
  t.is(first.code, 0, first.err);
  const asked = server.charged.length;
  t.is(new Set(server.charged).size, asked, 'none was asked twice');
  const { spent, all } = JSON.parse(first.out);
  t.true(spent > 0 && spent < all.live);
  const lines = (await readFile(join(folder, 'a.jsonl'), 'utf8')).trim().split('\n');
  t.deepEqual(Object.keys(JSON.parse(lines[0])), ['id', 'title', 'label', 'stage', 'verdict', 'price']);

  const second = await map(...given);
  t.is(second.code, 0, second.err);
  t.is(server.charged.length, asked);
  t.is(JSON.parse(second.out).spent, spent);
  const again = (await readFile(join(folder, 'a.jsonl'), 'utf8')).trim().split('\n');
  t.deepEqual(again, lines, 'prices, too');
});

test('a seed that is damaged is no new one: another sample would be drawn after results were seen', async (t) => {
  const { folder, server, map } = await worldFor(t);
  for (const damaged of ['', '{"digest":"', '{}']) {
    await writeFile(join(folder, 'rows.answers.csv.seed'), damaged);
    const { code, err } = await map('-e', '0.05', '--yes');
    t.is(code, 2, err);
    t.regex(err, /rows\.answers\.csv\.seed is damaged/);
  }
  t.is(server.charged.length, 0);
});

test('rows that are equal are counted once, in every line', async (t) => {
  const { folder, map } = await worldFor(t);
  const lines = table.rows.map((_, id) => `${id},${table.rows[id % 400].title}`);
  await writeFile(join(folder, 'rows.csv'), `id,title\n${lines.join('\n')}\n`);
  const { code, out, err } = await map('-e', '0.05', '--training', '250', '--yes');
  t.true(code === 0 || code === 3, err);
  t.regex(err, /pilot: \d+ of 400 different rows asked; there are 1,500 with equal ones/);
  t.regex(out, /1,500 rows, 400 of them different: these are counted/);
  const [, stages, asked, ...parts] =
    /(\d+) rows answered by stages; (\d+) asked \(pilot (\d+), training (\d+), sample (\d+), rest (\d+)\)/.exec(
      out,
    ) ?? [];
  t.is(Number(stages) + Number(asked), 400, out);
  t.is(
    parts.reduce((sum, part) => sum + Number(part), 0),
    Number(asked),
  );
});

test('a budget that is reached on the way leaves what there is', async (t) => {
  let said = 0;
  // From the end of the pilot on answers are dearer than what was forecast.
  const { folder, server, map } = await worldFor(t, (messages) => {
    const label = table.truth[placeOf(messages)];
    return said++ < 200 ? label : { text: `${label}${' .'.repeat(60)}`, isRaw: true };
  });
  const given = ['-e', '0.05', '--training', '300', '--yes', '--json', ...PRICES, '--unparsed', 'a'];
  const { code, out, err } = await map(...given, '--max-price', '1.2');
  t.is(code, 45, err);
  const { outcome, stopped, counts, spent } = JSON.parse(out);
  t.is(outcome, 'stopped');
  t.regex(stopped, /Run again with a larger 'maxPrice'/);
  t.true(spent <= 1.2);
  t.true(counts.unasked > 100 && counts.model >= 200, JSON.stringify(counts));
  t.true(server.charged.length < 600);
  const lines = (await readFile(join(folder, 'rows.answers.csv'), 'utf8')).trim().split('\n');
  t.is(lines.length, 1_501);
});

test('a second command at once neither pays nor draws another sample, and says who is at work', async (t) => {
  const { folder, server, map } = await worldFor(t);
  const lock = await lockPath(join(folder, 'rows.answers.csv.journal'));
  const { code, err } = await map('-e', '0.05', '--yes');
  await lock.release();
  t.is(code, 1);
  t.regex(err, new RegExp(`process ${process.pid}, since .* uses it`));
  t.deepEqual([server.charged.length, existsSync(join(folder, 'rows.answers.csv.seed'))], [0, false]);
});

test('a key in place of its variable’s name is refused unshown', async (t) => {
  const { map } = await worldFor(t);
  const { code, err } = await map('-e', '0.05', '--yes', '--key-from', 'opaque-7secret');
  t.is(code, 2);
  t.regex(err, /--key-from/);
  t.notRegex(err, /opaque/);
  // Some providers' keys could be names. Nothing is asked of this one.
  const openai = ['--base-url', 'https://api.openai.com/v1'];
  const other = await map('-e', '0.05', '--yes', ...openai, '--key-from', 'gsk_opaque7secret');
  t.is(other.code, 2);
  t.regex(other.err, /'--key-from': the environment variable is empty/);
  t.notRegex(other.err, /opaque/);
});

test('interrupted, it says what is kept, and the same command asks what is missing', async (t) => {
  let said = 0;
  let stop = () => {};
  const { folder, server, map, interrupt } = await worldFor(t, (messages) => {
    if (++said === 230) stop();
    return table.truth[placeOf(messages)];
  });
  stop = interrupt;
  const given = ['-e', '0.08', '--training', '300', '--yes', '--json'];
  const cut = await map(...given);
  t.is(cut.code, 130, cut.err);
  t.is(JSON.parse(cut.out).error.code, 'ABORTED');
  t.regex(cut.err, /what was answered is in rows\.answers\.csv\.journal: the same command goes on from it/);
  const journal = await readFile(join(folder, 'rows.answers.csv.journal'), 'utf8');
  const answered = journal.split('"kind":"answered"').length - 1;
  t.true(answered >= 200 && answered < 500, `${answered}`);
  const before = server.charged.length;
  const { code, out, err } = await map(...given);
  t.is(code, 0, err);
  const { pilot, training, sample, rest } = JSON.parse(out).asked;
  t.is(server.charged.length - before, pilot + training + sample + rest - answered);
});
