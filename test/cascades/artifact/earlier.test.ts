import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { agreementWorld } from '../../../datasets/index.js';
import { inspect } from '../../../index.js';
import { combine, decode, encode, separate } from '../../../lib/data/artifact/index.js';
import type { JsonValue } from '../../../lib/util/state.js';
import { loadWorld, tuneWorld } from '../../support/agreement.js';
import { folderFor } from '../../support/files.js';

const world = agreementWorld({ rows: 6_000, seed: 1 });
const made = tuneWorld(world, { bound: { epsilon: 0.02 } });

test('a file has the name of a full model that was given; one of an earlier release has its fingerprint alone', async (t) => {
  const path = join(await folderFor(t), 'new.cascade');
  await (await made).save(path);
  t.deepEqual((await inspect(path)).full, { learner: undefined, fingerprint: 'full', name: 'full' });
  const state = decode(await readFile(path));
  const text = JSON.stringify(state.json, (key, value: unknown) =>
    key === 'full' && typeof value === 'object' && value !== null && 'fingerprint' in value
      ? { ...value, name: undefined }
      : value,
  );
  const bytes = encode({ ...state, json: JSON.parse(text) });
  const found = await inspect(bytes);
  t.deepEqual(found.full, { learner: undefined, fingerprint: 'full' });
  t.regex(found.summary(), /full model: full /);
  t.is((await loadWorld(bytes)).certificate.verdict, 'certified');
});

/** A file of a release that tested two paths, the second of which is served; of the first chain nothing is left. */
function withTwoPaths(bytes: Uint8Array): Uint8Array {
  const later = (name: string) => name.replace(/^path 0 /, 'path 1 ').replace(/^(\w+) 0\./, '$1 1.');
  const states = Object.entries(separate(decode(bytes))).map(([name, { json, tensors }]) => {
    const renamed = Object.entries(tensors).map(([tensor, values]) => [later(tensor), values] as const);
    return [later(name), { json, tensors: Object.fromEntries(renamed) }] as const;
  });
  const { cascade, ...others } = Object.fromEntries(states);
  const text = JSON.stringify(cascade.json, (key, value: unknown) => {
    if (key === 'served') return 1;
    if (key === 'state' && typeof value === 'string') return later(value);
    if (key === 'paths' && Array.isArray(value)) {
      const [path] = value;
      return [
        { ...path, delta: 0.02, chain: [{ ...path.chain[0], state: 'gone' }] },
        { ...path, delta: 0.03 },
      ];
    }
    if (key === 'frontier' && Array.isArray(value))
      return value.map((point) => ({ ...point, path: 0, cost: 0 }));
    if (key === 'tuning' && typeof value === 'object' && value !== null && 'stages' in value) {
      const { stages } = value;
      return { ...value, stages: Array.isArray(stages) ? [[], ...stages] : [] };
    }
    return value;
  });
  return encode(
    combine({ cascade: { json: JSON.parse(text) as JsonValue, tensors: cascade.tensors }, ...others }),
  );
}

test('of two paths in a file of an earlier release the served one is read, and the frontier is its', async (t) => {
  const folder = await folderFor(t);
  const path = join(folder, 'one.cascade');
  const tuned = await made;
  t.is(tuned.certificate.verdict, 'certified');
  await tuned.save(path, { evidence: true });
  const bytes = await readFile(path);
  const old = withTwoPaths(bytes);
  const [loaded, one] = [await loadWorld(old), await loadWorld(bytes)];
  t.deepEqual(loaded.predictSync(world.rows), one.predictSync(world.rows));
  t.true(tuned.frontier.some(({ step }) => step > 0));
  t.deepEqual(loaded.frontier, tuned.frontier);
  t.deepEqual((await inspect(old)).frontier, tuned.frontier);
  t.deepEqual(loaded.path, one.path);
  for (const epsilon of [0.01, 0.02, 0.05])
    t.deepEqual(loaded.retune({ epsilon }).plan, tuned.retune({ epsilon }).plan);
  t.deepEqual(loaded.whatIf({}).plan, tuned.whatIf({}).plan);
  t.is(await (await inspect(old)).report(), await (await inspect(bytes)).report());

  const broken = (from: string, to: string) => {
    const state = decode(old);
    const text = JSON.stringify(state.json);
    t.true(text.includes(from));
    return encode({ ...state, json: JSON.parse(text.replace(from, to)) as JsonValue });
  };
  await t.throwsAsync(loadWorld(broken('"served":1', '"served":2')), {
    code: 'ARTIFACT',
    message: /evidence\.served is 2/,
  });
});
