import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import {
  ArtifactError,
  Cascade,
  define,
  inspect,
  type Label,
  RefusedRow,
  SpillwayError,
} from '../../../index.js';
import { combine, decode, encode, separate } from '../../../lib/data/artifact/index.js';
import { cached, featureCache } from '../../../lib/features/cache/index.js';
import type { Feature } from '../../../lib/features/define/index.js';
import type { JsonValue } from '../../../lib/util/state.js';
import { folderFor } from '../../support/files.js';
import { letters, plainLetters, type Spelt, spelt } from '../../support/spelt.js';
import { steppedCascade, texts } from '../../support/steppedCascade.js';

/** Fidelities as a file has them: names in the terms of their feature, and no state of their own. */

const made = steppedCascade();

async function bytesOf(t: Parameters<typeof folderFor>[0]): Promise<Uint8Array> {
  const path = join(await folderFor(t), 'letters.cascade');
  await (await made).save(path, { reference: 'rows' });
  return readFile(path);
}

type Json = Readonly<Record<string, JsonValue>>;

/** The file with its cascade's JSON changed. */
function changed(bytes: Uint8Array, by: (json: Json) => Json): Uint8Array {
  const { cascade, ...states } = separate(decode(bytes));
  const { json, tensors } = cascade;
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw new TypeError('no object');
  return encode(combine({ cascade: { json: by(json as Json), tensors }, ...states }));
}

/** The file with other fidelities of its first feature. */
function withFidelities(bytes: Uint8Array, fidelities: JsonValue | undefined): Uint8Array {
  return changed(bytes, ({ features, ...json }) => {
    const [first, ...others] = features as readonly Json[];
    const { fidelities: _, ...terms } = first;
    return { ...json, features: [{ ...terms, ...(fidelities !== undefined && { fidelities }) }, ...others] };
  });
}

const load = (bytes: Uint8Array, own: Feature<Spelt> = letters) =>
  Cascade.load<Spelt, Label, string>(bytes, { features: define({ ...known, letters: own }) });

const known = { letters: spelt.get('letters'), size: spelt.get('size') };

test('a loaded cascade answers as it did, by the same fidelities, and its file is the same again', async (t) => {
  const cascade = await made;
  const bytes = await bytesOf(t);
  const states = separate(decode(bytes));
  t.deepEqual(
    Object.keys(states).filter((name) => name.startsWith('feature ')),
    ['feature letters', 'feature size'],
  );
  const loaded = await load(bytes);
  const answers = await cascade.predict(texts);
  t.deepEqual([...new Set(answers.exits)].sort(), [0, 1, 2], 'rows leave at each stage');
  t.deepEqual(await loaded.predict(texts), answers);
  t.deepEqual(loaded.predictSync(texts.slice(0, 9)), cascade.predictSync(texts.slice(0, 9)));
  t.deepEqual(await loaded.predictOne(texts[3]), await cascade.predictOne(texts[3]));
  t.deepEqual(await loaded.full.predict(texts), await cascade.full.predict(texts));
  t.is(loaded.checked, 32);
  const again = join(await folderFor(t), 'again.cascade');
  await loaded.save(again, { reference: 'rows' });
  t.is(Buffer.compare(await readFile(again), bytes), 0);
  const { features } = await inspect(bytes);
  t.deepEqual(
    features.map(({ name, fidelities }) => [name, fidelities]),
    [
      ['letters', ['4', '12']],
      ['size', undefined],
    ],
  );
  t.deepEqual(Object.keys(loaded.statistics().features), ['letters', 'size', 'letters@4', 'letters@12']);
});

test('what serves in place of a feature serves in place of its fidelities, a cache apart', async (t) => {
  const served: unknown[] = [];
  const feature: Feature<Spelt> = {
    ...letters,
    served(fitted, name, cost, place) {
      served.push([name, cost, place]);
      return fitted;
    },
  };
  const bytes = await bytesOf(t);
  await load(bytes, feature);
  const at = ['4', '12'];
  // A fidelity alone costs all that it reads.
  t.deepEqual(served, [
    ['letters', 42, undefined],
    ['letters@4', 5, { at, step: 0 }],
    ['letters@12', 13, { at, step: 1 }],
  ]);
  // Rows of one key have the same values of a feature, and may have others at a fidelity.
  const cache = featureCache({ maxBytes: 1e6 });
  const loaded = await load(bytes, cached(letters, { cache, key: ({ text }) => text }));
  const answers = await (await made).predict(texts);
  for (let i = 0; i < 2; i++) t.deepEqual(await loaded.predict(texts), answers);
  const { features } = loaded.statistics();
  t.is(features.letters.hits, features.letters.misses);
  t.is(features['letters@4'].hits, undefined);
});

test('a row that a feature refuses is refused by its name, whichever fidelity a stage reads', async (t) => {
  const loaded = await load(await bytesOf(t));
  const bad = { text: 7 } as unknown as Spelt;
  for (const cascade of [await made, loaded])
    await t.throwsAsync(cascade.predict([texts[0], bad]), {
      instanceOf: RefusedRow,
      message: /feature 'letters'.*row 1/s,
    });
});

test('features without fidelities, or with others, don’t load it, and another version makes it void', async (t) => {
  const bytes = await bytesOf(t);
  await t.throwsAsync(load(bytes, plainLetters), {
    instanceOf: ArtifactError,
    message:
      /stages that read letters@4, letters@12: this letters feature has no fidelities; define feature 'letters' as it was \(see .*docs\/retrained\.md\)$/,
  });
  const renewed = await load(bytes, { ...letters, version: '2' });
  t.is(renewed.certificate.verdict, 'void');
  t.regex(String(renewed.certificate.reason), /feature 'letters': version is 2 now, was 1/);
  // Values of a fidelity alone are others: the file tells by its reference rows.
  const other: Feature<Spelt> = {
    ...letters,
    load(state) {
      const fitted = letters.load(state);
      const { fidelities } = fitted;
      return {
        ...fitted,
        fidelities: fidelities && {
          propose: fidelities.propose,
          inSteps: (at) => {
            const [first, ...steps] = fidelities.inSteps(at);
            return [{ ...first, fitted: { ...first.fitted, compute: steps[0].fitted.compute } }, ...steps];
          },
        },
      };
    },
  };
  const changedCode = await load(bytes, other);
  t.is(changedCode.certificate.verdict, 'void');
  t.regex(
    String(changedCode.certificate.reason),
    /^feature 'letters@4' gives row \d+ .*its code has changed \(see .*docs\/retrained\.md\)$/,
  );
  // Without values of fidelities there is nothing to compare them with.
  const { cascade, ...states } = separate(decode(bytes));
  const { reference } = states;
  const { sparse, ...json } = reference.json as { sparse: boolean[] };
  const few = { json: { ...json, sparse: sparse.slice(0, 2) }, tensors: reference.tensors };
  const unchecked = await load(encode(combine({ cascade, ...states, reference: few })), other);
  t.is(unchecked.certificate.verdict, 'certified');
});

const hostile: readonly (readonly [string, JsonValue, RegExp])[] = [
  ['out of order', ['12', '4'], /growing numbers of characters, got 12, 4/],
  ['one twice', ['4', '4'], /cascade\.features\[0\]\.fidelities.*1 to 64 different names/],
  ['none', [], /1 to 64 different names/],
  ['thousands', Array.from({ length: 5_000 }, (_, i) => String(i + 1)), /1 to 64 different names/],
  ['numbers', [4, 12], /fidelities\[0\] is 4; expected text/],
  ['a text', '4', /fidelities is "4"; expected an array/],
  ['too few for its stages', ['4'], /letters@12.*one of the features letters, size, letters@4/],
  ['more than it was measured for', ['4', '12', '20'], /profile\.features is "letters@20"; expected costs/],
];

for (const [what, fidelities, message] of hostile)
  test(`fidelities of a hostile file: ${what}`, async (t) => {
    const bytes = withFidelities(await bytesOf(t), fidelities);
    await t.throwsAsync(load(bytes), { instanceOf: ArtifactError, message });
  });

test('fidelities of a hostile file: one that is none, though stages and profile have it', async (t) => {
  const called = (json: Json) =>
    JSON.parse(
      JSON.stringify(json)
        .replaceAll('letters@4', 'letters@x')
        .replace('"fidelities":["4"', '"fidelities":["x"'),
    );
  await t.throwsAsync(load(changed(await bytesOf(t), called)), {
    instanceOf: ArtifactError,
    message:
      /read letters@x, letters@12: .*growing numbers of characters, got x, 12; define feature 'letters' as it was/,
  });
});

test('the full model reads no fidelity, and no two features have one name', async (t) => {
  const bytes = await bytesOf(t);
  const reading = changed(bytes, (json) => ({ ...json, reads: ['letters@4', 'size'] }));
  await t.throwsAsync(load(reading), {
    instanceOf: ArtifactError,
    message: /cascade\.reads is "letters@4"; expected one of the features letters, size$/,
  });
  const called = changed(bytes, ({ features, ...json }) => {
    const [first, second] = features as readonly Json[];
    return { ...json, features: [first, { ...second, name: 'letters@4' }] };
  });
  await t.throwsAsync(load(called), { instanceOf: ArtifactError, message: /names that differ/ });
  // As files were before there were any: a stage that names one is damaged.
  await t.throwsAsync(load(withFidelities(bytes, undefined)), {
    instanceOf: ArtifactError,
    message: /letters@4.*one of the features letters, size$/,
  });
});

const VALUES: readonly JsonValue[] = [
  null,
  true,
  -1,
  1e308,
  '',
  '__proto__',
  '4',
  'letters',
  [],
  {},
  ['toString'],
  [[]],
];

const PLACES: readonly (readonly string[])[] = [
  ['features', '0', 'fidelities'],
  ['features', '0', 'fidelities', '1'],
  ['stages', '0', 'features'],
  ['stages', '1', 'features', '0'],
  ['plan', 'stages', '0', 'features', '0'],
  ['profile', 'features', 'letters', 'goingOn'],
  ['profile', 'features', 'letters', 'goingOn', 'reads'],
  ['profile', 'features', 'letters', 'goingOn', 'cost', 'perRow'],
  ['profile', 'features', 'letters@4'],
  ['profile', 'transforms'],
  ['triedFidelities'],
  ['triedFidelities', '0', 'at'],
  ['triedFidelities', '0', 'words'],
  ['triedFidelities', '0', 'share'],
  ['triedFidelities', '0', 'outcome'],
];

test('whatever a hostile file says of fidelities, it loads and answers, or is refused', async (t) => {
  const tried = { feature: 'letters', at: '4', words: 'first', share: 0.9, cost: 0.1, outcome: 'chosen' };
  const bytes = changed(await bytesOf(t), (json) => ({ ...json, triedFidelities: [tried] }));
  const summary = (await load(bytes)).summary();
  t.regex(summary, /letters@4 \(first of letters\) +5\.00 µs/);
  t.regex(summary.replaceAll(/\s+/g, ' '), /Stages read letters@4 \(its first, 10 % of its cost\)/);
  let refused = 0;
  for (const place of PLACES)
    for (const value of VALUES) {
      const one = changed(bytes, (json) => replaced(json, place, value));
      try {
        const loaded = await load(one);
        t.is(loaded.predictSync(texts.slice(0, 5)).labels.length, 5);
        loaded.summary();
      } catch (error) {
        refused++;
        if (!(error instanceof SpillwayError)) t.log(place, value, error);
        t.true(error instanceof SpillwayError);
      }
    }
  t.true(refused > 100, `${refused} refused`);
});

function replaced(json: Json, [first, ...rest]: readonly string[], value: JsonValue): Json {
  const inner = rest.length === 0 ? value : replaced(json[first] as Json, rest, value);
  if (Array.isArray(json))
    return json.map((each, i) => (String(i) === first ? inner : each)) as unknown as Json;
  return { ...json, [first]: inner };
}
