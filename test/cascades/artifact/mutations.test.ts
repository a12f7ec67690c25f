import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { type TextRow, textWorld } from '../../../datasets/index.js';
import {
  Cascade,
  counts,
  define,
  dense,
  gradientBoosting,
  logisticRegression,
  oneHot,
  SpillwayError,
  tfidf,
  tune,
} from '../../../index.js';
import { decode, encode } from '../../../lib/data/artifact/index.js';
import { type Random, random } from '../../../lib/stats/index.js';
import type { JsonValue, State, Tensor } from '../../../lib/util/state.js';
import { profileOf } from '../../support/agreement.js';
import { atLength } from '../../support/atLength.js';
import { folderFor } from '../../support/files.js';

/** A digest is no signature: a file whose contents were changed and sealed anew loads and answers, or is refused. */

const { rows, labels } = textWorld({ rows: 500, seed: 1, classes: 2, bodyWords: 12, easy: 0.7 });
const features = define({
  title: tfidf((row: TextRow) => row.title, { maxFeatures: 40 }),
  bag: counts((row: TextRow) => row.body, { hashing: 16 }),
  opening: oneHot((row: TextRow) => row.title.slice(0, 1)),
  lengths: dense(1, (all: readonly TextRow[]) => Float32Array.from(all, ({ body }) => body.length)),
});
const some = rows.slice(0, 20);

/** Tuned once. */
let tuned: Promise<State> | undefined;

function stateOf(t: Parameters<typeof folderFor>[0]): Promise<State> {
  tuned ??= made(t);
  return tuned;
}

async function made(t: Parameters<typeof folderFor>[0]): Promise<State> {
  const cascade = await tune({
    features,
    rows,
    labels,
    full: gradientBoosting({ rounds: 8 }),
    approximate: [logisticRegression(), gradientBoosting({ rounds: 4 })],
    profile: profileOf({ title: 1, bag: 100, opening: 100, lengths: 100 }, [
      'gradient-boosting',
      'logistic-regression',
    ]),
    split: { folds: 2 },
    bound: { loss: 'disagreement', epsilon: 0.1, modes: [0.3] },
    seed: 1,
  });
  const path = join(await folderFor(t), 'a.cascade');
  await cascade.save(path, { evidence: true, reference: 'rows' });
  t.true(cascade.plan.stages.length > 0);
  t.is(cascade.modes.length, 2);
  const loaded = await Cascade.load(path, { features });
  for (const m of [0, 1])
    t.deepEqual(loaded.inMode(m).predictSync(some), cascade.inMode(m).predictSync(some));
  return decode(await readFile(path));
}

/** Everything that a place of a JSON may be replaced by. */
const VALUES: readonly JsonValue[] = [
  null,
  true,
  0,
  -1,
  1,
  2,
  0.5,
  1e9,
  1e308,
  -1e308,
  '',
  'toString',
  '__proto__',
  [],
  {},
  [null],
  [1e9],
];

/** A JSON changed in one place: a value replaced, a member left out, doubled, or called otherwise. */
function mutated(json: JsonValue, chance: Random): JsonValue {
  const places = placesOf(json);
  const place = places[chance.integer(places.length)];
  const how = chance.integer(5);
  return changed(json, place, (value, parent) => {
    if (how <= 2 || parent === undefined) return VALUES[chance.integer(VALUES.length)];
    if (how === 3) return undefined;
    if (typeof value === 'number') return value + (chance.integer(2) === 0 ? 1 : -1);
    if (Array.isArray(value))
      return chance.integer(2) === 0 ? [...value, ...value.slice(-1)] : value.slice(1);
    return typeof value === 'string' ? `${value}x` : VALUES[chance.integer(VALUES.length)];
  });
}

type Place = readonly (string | number)[];

/** Places by their depth first, so that long lists don't take nearly all of the mutations. */
function placesOf(json: JsonValue, at: Place = []): Place[] {
  if (typeof json !== 'object' || json === null) return [at];
  const members = Array.isArray(json)
    ? json.slice(0, 3).map((item, i) => [i, item] as const)
    : Object.entries(json);
  return [at, ...members.flatMap(([name, member]) => placesOf(member, [...at, name]))];
}

function changed(
  json: JsonValue,
  [first, ...rest]: Place,
  by: (value: JsonValue, parent?: JsonValue) => JsonValue | undefined,
): JsonValue {
  if (first === undefined) return by(json) ?? null;
  const step = (value: JsonValue) => (rest.length > 0 ? changed(value, rest, by) : by(value, json));
  if (Array.isArray(json)) {
    return json.flatMap((item: JsonValue, i) => {
      const next = i === first ? step(item) : item;
      return next === undefined ? [] : [next];
    });
  }
  if (typeof json !== 'object' || json === null) return json;
  return Object.fromEntries(
    Object.entries(json).flatMap(([name, member]) => {
      const next = name === first ? step(member) : member;
      return next === undefined ? [] : [[name, next]];
    }),
  );
}

/** Tensors of which one lacks an element, has other numbers, is of another type, or is missing. */
function mutatedTensors(tensors: State['tensors'], chance: Random): Record<string, Tensor> {
  const names = Object.keys(tensors);
  const name = names[chance.integer(names.length)];
  const { [name]: tensor, ...others } = tensors;
  switch (chance.integer(5)) {
    case 0:
      return others;
    case 1:
      return { ...others, [name]: tensor.slice(1) };
    case 2:
      return { ...others, [name]: Float32Array.from(tensor) };
    case 3:
      return { ...others, [name]: tensor.slice().fill([0, -1, 2 ** 31, Number.NaN][chance.integer(4)]) };
    default: {
      const copy = tensor.slice();
      copy[chance.integer(Math.max(1, copy.length))] = [0, -1, 2 ** 32 - 1, 1e300][chance.integer(4)];
      return { ...others, [name]: copy };
    }
  }
}

test('a file that was changed and sealed anew loads and answers, or is refused', async (t) => {
  const state = await stateOf(t);
  const chance = random(1);
  let [refused, loaded] = [0, 0];
  for (let i = 0; i < atLength(90, 180); i++) {
    const one =
      i % 3 === 0
        ? { ...state, tensors: mutatedTensors(state.tensors, chance) }
        : { ...state, json: mutated(state.json, chance) };
    let cascade: Cascade<TextRow>;
    try {
      cascade = await Cascade.load<TextRow>(encode(one), { features });
    } catch (error) {
      refused++;
      if (!(error instanceof SpillwayError)) t.log(i, error);
      t.true(error instanceof SpillwayError);
      continue;
    }
    loaded++;
    try {
      for (const { labels: own } of [cascade.predictSync(some), cascade.full.predictSync(some)]) {
        t.is(own.length, some.length);
      }
      await cascade.predictOne(some[0]);
      for (const m of cascade.modes.keys()) cascade.inMode(m).predictSync(some);
      cascade.summary();
    } catch (error) {
      // A model may give numbers that are none: its rows are named.
      if (!(error instanceof SpillwayError)) t.log(i, error);
      t.true(error instanceof SpillwayError);
    }
  }
  t.true(refused > atLength(20, 30) && loaded > atLength(5, 10), `${refused} refused, ${loaded} loaded`);
});

const wrong: readonly (readonly [string, (json: Record<string, JsonValue>) => Record<string, JsonValue>])[] =
  [
    ['no plan', ({ plan: _, ...others }) => others],
    ['a plan that is text', (json) => ({ ...json, plan: 'a' })],
    ['features that are an object', (json) => ({ ...json, features: {} })],
    ['a stage too many', (json) => ({ ...json, stages: [...(json.stages as JsonValue[]), null] })],
    ['reads of what every object has', (json) => ({ ...json, reads: ['constructor'] })],
    ['a certificate of nothing', (json) => ({ ...json, certificate: null })],
    ['modes that are none', (json) => ({ ...json, modes: null })],
    [
      'modes over a chain without stages',
      (json) => ({ ...json, modes: { ...Object(json.modes), chain: [] } }),
    ],
    [
      'a mode whose threshold is none',
      (json) => ({
        ...json,
        modes: JSON.parse(JSON.stringify(json.modes).replace(/"thresholds":\[[^,\]]+/, '"thresholds":[2')),
      }),
    ],
    [
      'a mode without a certificate',
      (json) => ({ ...json, modes: { ...Object(json.modes), further: [{ plan: json.plan ?? null }] } }),
    ],
  ];

test('wrong JSON is an ArtifactError when it is loaded', async (t) => {
  const state = await stateOf(t);
  for (const [what, change] of wrong) {
    const { cascade, ...others } = state.json as Record<string, Record<string, JsonValue>>;
    const json = { ...others, cascade: change(cascade) };
    await t.throwsAsync(
      Cascade.load(encode({ ...state, json }), { features }),
      { name: 'ArtifactError' },
      what,
    );
  }
});
