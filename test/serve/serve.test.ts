import { cp, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import type { TextRow } from '../../datasets/index.js';
import { rowBlock } from '../../entries/extend.js';
import { httpModel } from '../../entries/full.js';
import { type ServeOptions, type ServingEvent, serve } from '../../serve/index.js';
import { folderFor } from '../support/files.js';
import { featuresText, servingFolder, type TextModel, textModel } from '../support/servedModels.js';

/** A directory of real cascades, served over HTTP by real threads. */

let program: URL;
let folder: string;
let model: TextModel;

test.before(async () => {
  ({ folder, program } = await servingFolder());
  model = await textModel();
});
test.after.always(() => rm(folder, { recursive: true, force: true }));

async function publish(directory: string, at: string, settings: object = {}, features = featuresText()) {
  const to = join(directory, at);
  const beside = join(directory, `.${at.replaceAll('/', '-')}`);
  await mkdir(beside, { recursive: true });
  await model.cascade.save(join(beside, 'model.cascade'), { reference: 'rows' });
  // The text's import is of the folder two above a version's.
  const library = JSON.stringify(join(folder, 'library.mjs'));
  await writeFile(join(beside, 'features.js'), features.replace("'../../library.mjs'", library));
  await writeFile(join(beside, 'model.json'), JSON.stringify(settings));
  await rm(to, { recursive: true, force: true });
  await cp(beside, to, { recursive: true });
  await rm(beside, { recursive: true });
}

const ask = (url: string, path: string, body?: object) =>
  fetch(`${url}/v2/${path}`, {
    ...(body && { method: 'POST', body: JSON.stringify(body) }),
  });

const bodyOf = (rows: TextModel['rows']) => ({
  inputs: [
    { name: 'title', datatype: 'BYTES', shape: [rows.length], data: rows.map(({ title }) => title) },
    { name: 'body', datatype: 'BYTES', shape: [rows.length], data: rows.map(({ body }) => body) },
  ],
});

interface Answer {
  readonly model_version: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly outputs: readonly { readonly name: string; readonly data: readonly unknown[] }[];
}

async function answerOf(response: Response | Promise<Response>): Promise<Answer> {
  // The protocol's own tests check the shape of its answers.
  const answer: Answer = JSON.parse(await (await response).text());
  return answer;
}

const options = (directory: string, more: Partial<ServeOptions> = {}): ServeOptions => ({
  directory,
  port: 0,
  workers: 1,
  program,
  ...more,
});

test('a directory is served: the same answers as the cascade, over HTTP, by threads and inline', async (t) => {
  const directory = await folderFor(t);
  await publish(directory, 'mails/1');
  await publish(directory, 'quick/1', { inline: true });
  const serving = await serve(options(directory, { grpcPort: 0 }));
  t.teardown(() => serving.close());
  t.regex(serving.url, /^http:\/\/127\.0\.0\.1:\d+$/);
  t.is((await ask(serving.url, 'health/ready')).status, 200);
  const rows = model.rows.slice(0, 40);
  const expected = await model.cascade.predict(rows);
  for (const name of ['mails', 'quick']) {
    const response = await ask(serving.url, `models/${name}/infer`, bodyOf(rows));
    t.is(response.status, 200);
    const { outputs, parameters } = await answerOf(response);
    const [labels, scores, exits] = outputs.map(({ data }) => data);
    t.deepEqual(labels, expected.labels);
    t.deepEqual(scores, [...expected.scores]);
    t.deepEqual(exits, [...expected.exits]);
    t.is(parameters.verdict, model.cascade.certificate.verdict);
  }
  const config = JSON.parse(await (await ask(serving.url, 'models/mails/config')).text());
  t.is(config.max_batch_size, 16_384);
  const columns = JSON.parse(config.parameters['scores.labels'].string_value);
  const best = Array.from({ length: rows.length }, (_, i) => {
    const scores = [...expected.scores.subarray(i * columns.length, (i + 1) * columns.length)];
    return columns[scores.indexOf(Math.max(...scores))];
  });
  t.deepEqual(best, expected.labels, 'labels are in the order of the columns');
  t.regex(serving.grpc ?? '', /^127\.0\.0\.1:\d+$/);
  const missing = await ask(serving.url, 'models/..%2F..%2Fetc/infer', bodyOf(rows));
  t.is(missing.status, 404);
});

test('a served cascade is a full model of texts for another, by scores and by labels', async (t) => {
  const directory = await folderFor(t);
  await publish(directory, 'mails/1');
  const serving = await serve(options(directory));
  t.teardown(() => serving.close());
  const rows = model.rows.slice(0, 40);
  const expected = await model.cascade.predict(rows);
  const classes = [...new Set(expected.labels)].sort();
  const inputs = { title: (row: TextRow) => row.title, body: (row: TextRow) => row.body };
  const hard = expected.labels.flatMap((label) => classes.map((each) => Number(each === label)));
  for (const binary of [false, true]) {
    for (const [output, scores] of [
      ['scores', [...expected.scores]],
      ['label', hard],
    ] as const) {
      const remote = await httpModel(serving.url, { model: 'mails', classes, inputs, output, binary });
      const out = new Float64Array(2 * rows.length);
      await remote.score([rowBlock(rows)], out);
      t.deepEqual([...out], scores);
      await remote.close();
    }
  }
  const other = { model: 'mails', classes: classes.toReversed(), inputs, output: 'scores' };
  await t.throwsAsync(httpModel(serving.url, other), {
    message: `option 'classes': the server's scores are of "${classes.join('", "')}", in this order: give classes in the same`,
  });
});

/** Three clients that ask for these rows until they are told to end: then what they saw as labels, in order. */
function traffic(t: ExecutionContext, url: string, rows: typeof model.rows) {
  let isOver = false;
  const seen = new Set<string>();
  const clients = Array.from({ length: 3 }, async () => {
    while (!isOver) {
      const response = await ask(url, 'models/mails/infer', bodyOf(rows));
      t.is(response.status, 200);
      const { outputs } = await answerOf(response);
      seen.add(JSON.stringify(outputs[0].data));
    }
  });
  return async () => {
    isOver = true;
    await Promise.all(clients);
    return [...seen].sort();
  };
}

test('reloads of files that are changed in place, under traffic: none lost, each answer wholly of one version', async (t) => {
  const directory = await folderFor(t);
  const silent = featuresText().replace('{ title: title[i], body: body[i] }', '{ title: "", body: "" }');
  await publish(directory, 'mails/1');
  const serving = await serve(options(directory));
  t.teardown(() => serving.close());
  const rows = model.rows.slice(0, 16);
  const own = (await model.cascade.predict(rows)).labels;
  const empty = (await model.cascade.predict(rows.map((row) => ({ ...row, title: '', body: '' })))).labels;
  const ended = traffic(t, serving.url, rows);
  const to = join(directory, 'mails/1/features.js');
  const library = JSON.stringify(join(folder, 'library.mjs'));
  for (let reload = 0; reload < 6; reload++) {
    const text = reload % 2 === 0 ? silent : featuresText();
    await writeFile(join(directory, '.next'), text.replace("'../../library.mjs'", library));
    await rename(join(directory, '.next'), to);
    t.is((await ask(serving.url, 'repository/models/mails/load', {})).status, 200);
    await setTimeout(5);
  }
  t.deepEqual(await ended(), [JSON.stringify(own), JSON.stringify(empty)].sort());
});

test('reloads under traffic: none lost, each answer wholly of one version', async (t) => {
  const directory = await folderFor(t);
  // Every other version reads no text, so that the labels say which one answered.
  const silent = featuresText().replace('{ title: title[i], body: body[i] }', '{ title: "", body: "" }');
  await publish(directory, 'mails/1');
  const serving = await serve(options(directory, { allowWorse: true }));
  t.teardown(() => serving.close());
  const rows = model.rows.slice(0, 16);
  const own = (await model.cascade.predict(rows)).labels;
  const empty = (await model.cascade.predict(rows.map((row) => ({ ...row, title: '', body: '' })))).labels;
  t.notDeepEqual(own, empty);
  const ended = traffic(t, serving.url, rows);
  for (let reload = 0; reload < 6; reload++) {
    await publish(directory, `mails/${2 + reload}`, {}, reload % 2 === 0 ? silent : featuresText());
    const { status } = await ask(serving.url, 'repository/models/mails/load', {});
    t.is(status, 200);
    await setTimeout(5);
  }
  t.deepEqual(await ended(), [JSON.stringify(own), JSON.stringify(empty)].sort());
});

test('a watched directory loads what is published', async (t) => {
  const directory = await folderFor(t);
  await publish(directory, 'mails/1');
  const events: ServingEvent[] = [];
  const serving = await serve(
    options(directory, { watch: true, onEvent: (event) => void events.push(event) }),
  );
  t.teardown(() => serving.close());
  await publish(directory, 'mails/2');
  const isLoaded = () => events.some(({ what, version }) => what === 'loaded' && version === '2');
  while (!isLoaded()) await setTimeout(20);
  const answer = await answerOf(ask(serving.url, 'models/mails/infer', bodyOf(model.rows.slice(0, 1))));
  t.is(answer.model_version, '2');
});

test('an audit of a real cascade counts what its own full model says', async (t) => {
  const directory = await folderFor(t);
  await publish(directory, 'mails/1', { audit: { rate: 1, alpha: 0.01 } });
  const serving = await serve(options(directory));
  t.teardown(() => serving.close());
  const rows = model.rows.slice(0, 60);
  const [own, full] = [await model.cascade.predict(rows), await model.cascade.full.predict(rows)];
  await ask(serving.url, 'models/mails/infer', bodyOf(rows));
  const state = () => serving.models.models()[0].audit?.state.modes[0];
  while (state()?.promises[0].samples !== rows.length) await setTimeout(5);
  const differ = own.labels.filter((label, row) => label !== full.labels[row]).length;
  t.is(state()?.promises[0].sum, differ);
  t.is(state()?.missed, 0);
});

test('features that throw, hang or can’t be loaded harm no other model', async (t) => {
  const directory = await folderFor(t);
  await publish(directory, 'good/1');
  await publish(directory, 'broken/1', {}, 'export default 1;');
  await publish(
    directory,
    'throwing/1',
    {},
    featuresText().replace('return {', 'if (title[i] === "bad") throw new Error("odd"); return {'),
  );
  await publish(
    directory,
    'hanging/1',
    {},
    featuresText().replace('return {', 'if (title[i] === "hang") for (;;); return {'),
  );
  const serving = await serve(options(directory, { limits: { computeMs: 300 }, ready: 'strict' }));
  t.teardown(() => serving.close());
  t.is((await ask(serving.url, 'health/ready')).status, 503);
  t.is((await ask(serving.url, 'health/live')).status, 200);
  const broken = await ask(serving.url, 'models/broken/infer', bodyOf(model.rows.slice(0, 1)));
  t.is(broken.status, 503);
  const odd = { ...model.rows[0], title: 'bad' };
  const thrown = await ask(serving.url, 'models/throwing/infer', bodyOf([odd]));
  t.is(thrown.status, 400);
  t.regex(await thrown.text(), /odd/);
  const hang = { ...model.rows[0], title: 'hang' };
  const [hung, good] = await Promise.all([
    ask(serving.url, 'models/hanging/infer', bodyOf([hang])),
    ask(serving.url, 'models/good/infer', bodyOf(model.rows.slice(0, 4))),
  ]);
  t.is(hung.status, 500);
  t.is(good.status, 200);
});

test('requests that are at fault themselves answer 400, are counted, and fill no log', async (t) => {
  const directory = await folderFor(t);
  const title = "(() => { if (row.title === 'bad') throw new Error('odd title'); return row.title; })()";
  await publish(directory, 'picky/1', {}, featuresText({ title }));
  const faults: unknown[] = [];
  const serving = await serve(options(directory, { onFault: (error) => faults.push(error) }));
  t.teardown(() => serving.close());
  const some = model.rows.slice(0, 3);
  const bad = [...some, { ...model.rows[0], title: 'bad' }];
  const refused = await ask(serving.url, 'models/picky/infer', bodyOf(bad));
  t.is(refused.status, 400);
  t.deepEqual(await refused.json(), { error: "feature 'title', row 3: failed: odd title" });
  t.is((await ask(serving.url, 'models/picky/infer', { inputs: [] })).status, 400);
  const cut = await fetch(`${serving.url}/v2/models/picky/infer`, { method: 'POST', body: '{"inputs"' });
  t.is(cut.status, 400);
  t.is((await ask(serving.url, 'models/picky/infer', bodyOf(some))).status, 200);
  t.is((await ask(serving.url, 'models/other/infer', bodyOf(some))).status, 404);
  const metrics = await (await fetch(`${serving.url}/metrics`)).text();
  for (const line of [
    'spillway_requests_total{model="picky",version="1",outcome="answered"} 1',
    'spillway_requests_total{model="picky",version="1",outcome="invalid"} 2',
    'spillway_requests_total{model="picky",version="1",outcome="failed"} 0',
    'spillway_refused_requests_total{protocol="http",reason="invalid"} 3',
    'spillway_refused_requests_total{protocol="http",reason="not-found"} 1',
  ])
    t.true(metrics.includes(`\n${line}\n`), line);
  t.deepEqual(faults, []);
});

test('closing answers what has arrived', async (t) => {
  const directory = await folderFor(t);
  await publish(directory, 'mails/1');
  const stop = new AbortController();
  const serving = await serve(options(directory, { signal: stop.signal }));
  const rows = Array.from({ length: 40 }, () => model.rows.slice(0, 50)).flat();
  const answered = ask(serving.url, 'models/mails/infer', bodyOf(rows));
  while (serving.models.models()[0].loads[0]?.queuedJobs === 0) await setTimeout(1);
  stop.abort();
  const response = await answered;
  t.is(response.status, 200);
  const { outputs } = await answerOf(response);
  t.is(outputs[0].data.length, rows.length);
  await serving.close();
  await t.throwsAsync(ask(serving.url, 'health/live'));
});

test('options are checked at the door', async (t) => {
  const directory = await folderFor(t);
  const wrong: readonly [Partial<ServeOptions> & Record<string, unknown>, RegExp][] = [
    [{ directory: join(directory, 'none') }, /'directory': there is no folder/],
    [{ directory: '' }, /'directory': expected the path/],
    [{ prot: 1 }, /'prot': unknown.*did you mean 'port'/s],
    [{ port: 70_000 }, /'port': expected a whole number from 0 to 65535/],
    [{ workers: 0 }, /'workers': expected a whole number of at least 1/],
    [{ host: '0.0.0.0' }, /'host': '0\.0\.0\.0' is reached by other machines: give 'keys' or 'jwt'/],
    [{ keys: [] }, /'keys': expected at least one key/],
    [{ limits: { memory: 0 } }, /'limits\.memory'/],
    ...[-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY].map((probes): [Partial<ServeOptions>, RegExp] => [
      { limits: { probes } },
      /'limits\.probes': expected a whole number of at least 0/,
    ]),
    [{ limits: { octets: 1 } as object }, /'limits\.octets': unknown/],
  ];
  for (const [more, message] of wrong)
    await t.throwsAsync(serve(options(directory, more)), { name: 'OptionError', message });
  await t.throwsAsync(serve(options(directory, { signal: AbortSignal.abort(new Error('never mind')) })), {
    message: 'never mind',
  });
});
