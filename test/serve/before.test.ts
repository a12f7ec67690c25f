import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { type ServeOptions, serve } from '../../serve/index.js';
import { folderFor } from '../support/files.js';
import { servingFolder } from '../support/servedModels.js';

/** What the release before left behind (`test/fixtures/served/make.mjs`), in this one. */

const left = fileURLToPath(new URL('../fixtures/served/', import.meta.url));

let folder: string;
let program: URL;
test.before(async () => {
  ({ folder, program } = await servingFolder());
});
test.after.always(() => rm(folder, { recursive: true, force: true }));

/** Copies of the fixtures, served. */
async function world(t: ExecutionContext) {
  const own = await folderFor(t);
  const [directory, stateDir] = [join(own, 'models'), join(own, 'audits')];
  await cp(join(left, 'models'), directory, { recursive: true });
  await cp(join(left, 'audits'), stateDir, { recursive: true });
  const features = join(directory, 'sums/1/features.js');
  const library = JSON.stringify(join(folder, 'library.mjs'));
  await writeFile(features, (await readFile(features, 'utf8')).replace("'spillway'", library));
  const faults: string[] = [];
  const start = async (more: Partial<ServeOptions> = {}) => {
    const onFault = (error: unknown) => void faults.push(String(error));
    const serving = await serve({ directory, stateDir, port: 0, workers: 1, program, onFault, ...more });
    t.teardown(() => serving.close());
    const [served] = serving.models.models();
    return { serving, served, reason: serving.models.index()[0].reason };
  };
  const state = join(stateDir, 'sums/1.audit.json');
  const kept = async () => JSON.parse(await readFile(state, 'utf8'));
  const keep = (content: unknown) =>
    writeFile(state, typeof content === 'string' ? content : JSON.stringify(content));
  return { directory, stateDir, faults, start, kept, keep };
}

const ROWS = 20;

test('a model and the state of its audit are read: it answers as promised, and the audit goes on', async (t) => {
  const { start, kept, faults } = await world(t);
  const before = await kept();
  t.is(before.modes[0].rows, ROWS);
  const { serving, served } = await start();
  t.is(served.model.modes[0].verdict, 'certified');
  t.is(served.audit?.state.modes[0].rows, ROWS);
  const inputs = ['x', 'y'].map((name) => ({ name, datatype: 'FP64', shape: [2], data: [0.1, 0.9] }));
  const body = JSON.stringify({ inputs });
  const answer = await fetch(`${serving.url}/v2/models/sums/infer`, { method: 'POST', body });
  const { parameters, outputs } = JSON.parse(await answer.text());
  t.deepEqual([parameters.verdict, outputs[0].data], ['certified', ['under', 'over']]);
  await serving.close();
  const after = await kept();
  t.deepEqual([after.format, after.modes[0].rows], [1, ROWS + 2]);
  t.is(after.modes[0].seed, before.modes[0].seed);
  t.deepEqual(faults, []);
});

test('a state without requests, of an earlier release, goes on as well', async (t) => {
  const { start, kept, keep, faults } = await world(t);
  const { requests: _, ...rest } = await kept();
  await keep(rest);
  const { served } = await start();
  t.is(served.audit?.state.modes[0].rows, ROWS);
  t.deepEqual(faults, []);
});

test('one that counted calls otherwise begins anew at a smaller alpha, and the log says so', async (t) => {
  const { start, kept, keep, faults } = await world(t);
  const { modes, ...rest } = await kept();
  const { calls: _, ...mode } = modes[0];
  await keep({ ...rest, modes: [mode] });
  const { served } = await start();
  const [audit] = served.audit?.state.modes ?? [];
  t.deepEqual([audit.rows, audit.promises[0].restarts], [0, modes[0].promises[0].restarts + 1]);
  t.is(faults.length, 1);
  t.regex(faults[0], /stateDir.*the audit of sums\/1 begins anew, at a smaller alpha: .*calls/);
});

test('a state of a later release, or a damaged one, is refused with what to do, and kept', async (t) => {
  const { start, kept, keep, stateDir } = await world(t);
  const whole = await kept();
  const cases: readonly [content: unknown, why: RegExp][] = [
    [{ ...whole, format: 2 }, /format 2 is of a later release, and this one reads 1/],
    [JSON.stringify(whole).slice(0, 100), /JSON/],
    ['', /JSON/],
    [{ ...whole, modes: [null] }, /expected \{ isVoid, evidence, modes \}/],
    [null, /expected \{ isVoid, evidence, modes \}/],
    [{ ...whole, requests: { ...whole.requests, begun: -1 } }, /counts from 0/],
  ];
  for (const [content, why] of cases) {
    await keep(content);
    const { serving, reason } = await start();
    t.is(serving.models.models().length, 0);
    t.regex(reason, why);
    t.regex(reason, /restore .*1\.audit\.json, or remove it to begin a new audit, which forgets alarms/);
    await serving.close();
    t.deepEqual(await kept().catch(() => undefined), await readBack(content));
  }
  await mkdir(stateDir, { recursive: true });
  t.deepEqual((await readdir(join(stateDir, 'sums'))).sort(), ['1.audit.json', '1.audit.json.begun']);
});

/** What a file with this content holds, where it holds JSON. */
async function readBack(content: unknown): Promise<unknown> {
  try {
    return typeof content === 'string' ? JSON.parse(content) : content;
  } catch {
    return undefined;
  }
}

test('a model of another format is refused, and says which releases read it', async (t) => {
  const { start, directory } = await world(t);
  const path = join(directory, 'sums/1/model.cascade');
  const bytes = await readFile(path);
  const at = bytes.indexOf('"version":"') + '"version":"'.length;
  // Another format has another content.
  bytes[bytes.length - 1] ^= 1;
  for (const version of ['4', '6']) {
    bytes.write(version, at);
    await writeFile(path, bytes);
    const { serving, reason } = await start();
    t.regex(reason, new RegExp(`'sums/1/model\\.cascade': the artifact is of format version ${version} and`));
    await serving.close();
  }
});
