import { createHash } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { define, dense, logisticRegression, tune } from '../../index.js';
import { random } from '../../lib/stats/index.js';
import { type ServeLimits, serve } from '../../serve/index.js';
import { profileOf } from '../support/agreement.js';
import { folderFor } from '../support/files.js';
import { servingFolder } from '../support/servedModels.js';
import { startServer, urlOf } from '../support/serverProcess.js';

/** One caller's rows fail by their content; what that costs the answers of another one. */

interface Point {
  readonly near: number;
  readonly far: number;
}

const { folder, program } = await servingFolder();

const draw = random(1);
const points = Array.from({ length: 1_000 }, (): Point => {
  const far = 4 * draw.uniform() - 2;
  return { near: far + 2 * draw.uniform() - 1, far };
});
const cascade = await tune({
  features: define({
    near: dense(1, (rows: readonly Point[]) => Float32Array.from(rows, ({ near }) => near)),
    far: dense(1, (rows: readonly Point[]) => Float32Array.from(rows, ({ far }) => far)),
  }),
  rows: points,
  labels: points.map(({ far }) => far > 0),
  full: logisticRegression(),
  approximate: [logisticRegression()],
  profile: profileOf({ near: 1, far: 1_000 }),
  split: { folds: 2 },
  bound: { loss: 'disagreement', epsilon: 0.05 },
});
const { exits } = await cascade.predict(points);
const full = cascade.plan.stages.length;
test.after.always(() => rm(folder, { recursive: true, force: true }));
const easy = points[exits.indexOf(0)];
const hard = points[exits.indexOf(full)];
/** Rows that need `far`, and for which it throws, gives no answer, or computes for ever. */
const THROWS = { ...hard, far: 77 };
const HANGS = { ...hard, far: 88 };
const ENDS_THREAD = { ...hard, far: 99 };

const features = `import { define, dense } from LIBRARY;
const far = (rows) => {
  if (rows.some(({ far }) => far === 77)) throw new Error('no such number');
  while (rows.some(({ far }) => far === 99));
  const values = Float32Array.from(rows, ({ far }) => far);
  return rows.some(({ far }) => far === 88) ? new Promise(() => {}) : values;
};
export default define({
  near: dense(1, (rows) => Float32Array.from(rows, ({ near }) => near)),
  far: dense(1, far),
});
export const inputs = { near: 'FP64', far: 'FP64' };
export const row = ({ near, far }, i) => ({ near: near[i], far: far[i] });`;

const KEYS = { odd: 'key-of-the-odd-caller', shop: 'key-of-the-shop-1' };

/** @param library the URL or the path of what the features import @returns the directory */
async function published(t: ExecutionContext, library: string): Promise<string> {
  const directory = await folderFor(t);
  const at = join(directory, 'points/1');
  await mkdir(at, { recursive: true });
  await cascade.save(join(at, 'model.cascade'), { reference: 'rows' });
  await writeFile(join(at, 'features.js'), features.replace('LIBRARY', JSON.stringify(library)));
  return directory;
}

const keys = Object.entries(KEYS).map(([tenant, key]) => ({
  digest: createHash('sha256').update(key).digest('hex'),
  tenant,
  rights: ['infer'] as const,
}));

/** Asks a server of two tenants. */
const asking =
  (url: string) => async (tenant: keyof typeof KEYS, rows: readonly Point[], timeout?: number) => {
    const inputs = (['near', 'far'] as const).map((name) => ({
      name,
      datatype: 'FP64',
      shape: [rows.length],
      data: rows.map((row) => row[name]),
    }));
    const response = await fetch(`${url}/v2/models/points/infer`, {
      method: 'POST',
      headers: { authorization: `Bearer ${KEYS[tenant]}` },
      body: JSON.stringify({ inputs, ...(timeout && { parameters: { timeout } }) }),
    });
    const text = await response.text();
    const { parameters, outputs } = JSON.parse(text);
    const column = (name: string) => outputs?.find((output: { name: string }) => output.name === name)?.data;
    return {
      status: response.status,
      verdict: parameters?.verdict,
      exits: column('exit'),
      labels: column('label'),
    };
  };

async function world(t: ExecutionContext, limits: ServeLimits = {}) {
  const directory = await published(t, join(folder, 'library.mjs'));
  const serving = await serve({ directory, port: 0, workers: 1, program, keys, limits });
  t.teardown(() => serving.close());
  return asking(serving.url);
}

test('the world: some rows leave early, and some need the full model', (t) => {
  t.is(cascade.certificate.verdict, 'certified');
  t.true(full > 0);
  t.truthy(easy);
  t.truthy(hard);
});

test("after a row that throws another tenant's next answer is the full model's, and certified", async (t) => {
  const ask = await world(t);
  t.is((await ask('shop', [easy])).verdict, 'certified');
  t.not((await ask('odd', [THROWS])).verdict, 'certified');
  const next = await ask('shop', [easy, easy, { ...easy, near: easy.near + 0.001 }]);
  t.is(next.verdict, 'certified');
  t.is(next.exits[0], full);
  t.is(next.exits[2], 0, 'one row pays for it');
  t.is(next.labels[0], (await cascade.full.predict([easy])).labels[0]);
  const after = await ask('shop', [easy]);
  t.deepEqual([after.verdict, after.exits], ['certified', [0]]);
});

test('without probes they are degraded until a row comes that needs the full model', async (t) => {
  const ask = await world(t, { probes: 0 });
  await ask('odd', [THROWS]);
  for (let time = 0; time < 3; time++) t.is((await ask('shop', [easy])).verdict, 'degraded');
  t.is((await ask('shop', [hard])).verdict, 'certified');
  t.is((await ask('shop', [easy])).verdict, 'certified');
});

test('probes that fail end nothing, and count to the limit', async (t) => {
  const ask = await world(t, { probes: 2 });
  // The first begins the spell; the next two are probes.
  for (let time = 0; time < 3; time++) t.not((await ask('odd', [THROWS])).verdict, 'certified');
  for (let time = 0; time < 3; time++) t.is((await ask('shop', [easy])).verdict, 'degraded');
  t.is((await ask('shop', [hard])).verdict, 'certified');
});

test('rows of a probe that leave early by themselves fail with the full model: none is certified', async (t) => {
  const ask = await world(t);
  await ask('odd', [THROWS]);
  // It leaves at the first stage, but as a probe it needs what throws.
  t.is((await ask('odd', [{ ...easy, far: 77 }])).verdict, 'degraded');
  t.is((await ask('shop', [easy])).verdict, 'certified');
});

test("after a row that hangs until its deadline another tenant's next answer is certified", async (t) => {
  const ask = await world(t);
  // In microseconds: of the octave from 1,024 ms on, also where a busy machine lets it wait for half a second.
  const DEADLINE = 1_800_000;
  t.not((await ask('odd', [HANGS], DEADLINE)).verdict, 'certified');
  const next = await ask('shop', [easy], DEADLINE);
  t.deepEqual([next.verdict, next.exits], ['certified', [full]]);
  // The thread notices the miss by a clock of its own, on a busy machine some answers later: then one more row is a probe.
  const exits: number[] = [];
  for (let time = 0; time < 5 && exits.at(-1) !== 0; time++) {
    const later = await ask('shop', [easy], DEADLINE);
    t.is(later.verdict, 'certified');
    exits.push(...later.exits);
  }
  t.is(exits.at(-1), 0, exits.join());
});

test('after a row that ends its thread the new one, which knows of no fault, is asked for a probe', async (t) => {
  const ask = await world(t, { computeMs: 200 });
  t.is((await ask('shop', [easy])).verdict, 'certified');
  t.is((await ask('odd', [ENDS_THREAD])).status, 500);
  const next = await ask('shop', [easy]);
  t.deepEqual([next.verdict, next.exits], ['certified', [full]]);
  const after = await ask('shop', [easy]);
  t.deepEqual([after.verdict, after.exits], ['certified', [0]]);
});

test('the command line sets their number, and counts before its variable', async (t) => {
  const directory = await published(t, new URL('../../dist/index.js', import.meta.url).href);
  const file = join(directory, '.keys.json');
  await writeFile(file, JSON.stringify({ keys }));
  const last = async (...args: string[]) => {
    const given = [directory, '--port', '0', '--workers', '1', '--keys', file, ...args];
    const server = startServer(t, given, undefined, { SPILLWAY_PROBES: '0' });
    await server.has('out', 'listening on');
    const ask = asking(urlOf(server));
    t.not((await ask('odd', [THROWS])).verdict, 'certified');
    const { verdict } = await ask('shop', [easy]);
    server.child.kill('SIGKILL');
    await server.exited;
    return verdict;
  };
  t.deepEqual([await last(), await last('--probes', '1')], ['degraded', 'certified']);
});
