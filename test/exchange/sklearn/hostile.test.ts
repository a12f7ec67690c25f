import { readFileSync } from 'node:fs';
import test from 'ava';
import fc from 'fast-check';
import { sklearnPipeline } from '../../../exchange/index.js';
import { decode, encode } from '../../../lib/data/artifact/index.js';
import { ArtifactError, FeatureError, ModelError, OptionError } from '../../../lib/errors.js';
import type { JsonValue, State, Tensor } from '../../../lib/util/state.js';
import { pipelineAnswers } from '../../support/sklearn.js';

/** Files that are cut short, changed, or made to harm, with a digest that fits: each ends in a typed error. */

/** Two scaled columns and one as it is before logistic regression: `a`, `b` and `c` of the rows. */
const WHOLE = {
  json: {
    kind: 'scikit-learn pipeline',
    version: 1,
    made: {},
    rows: { kind: 'columns', names: ['a', 'b', 'c'] },
    nodes: [
      { op: 'input', from: [], path: 'scaled', columns: 2, as: 'numbers' },
      { op: 'affine', from: [0], path: 'scaled', columns: 2 },
      { op: 'input', from: [], path: 'plain', columns: 1, as: 'numbers' },
      { op: 'concat', from: [1, 2], path: 'prep', columns: 3, names: ['scaled', 'plain'] },
      { op: 'affine', from: [3], path: 'scale', columns: 3 },
    ],
    cut: [
      { name: 'scaled', node: 1 },
      { name: 'plain', node: 2 },
    ],
    model: {
      op: 'linear',
      path: 'lr',
      name: 'LogisticRegression',
      from: 4,
      sums: 1,
      columns: 3,
      link: 'logistic',
    },
    classes: ['no', 'yes'],
    decision: null,
    leftOut: [],
    sample: {
      rows: [
        [1, 2, 3],
        [1, 4, -7],
      ],
    },
    fittedOn: null,
  },
  tensors: {
    '0/chosen': Int32Array.of(0, 1),
    '1/sub': Float64Array.of(1, 0),
    '1/div': Float64Array.of(1, 2),
    '2/chosen': Int32Array.of(2),
    '4/mul': Float64Array.of(1, 1, 0),
    'model/weights': Float64Array.of(1, 2, 3),
    'model/intercepts': Float64Array.of(-2),
    // (1 - 1) · 1 + 2 / 2 · 2 + 3 · 0 · 3 - 2 = 0, and 2: 1 / (1 + exp(-2)).
    'sample/answers': Float64Array.of(0.5, 0.5, 0.11920292202211755, 0.8807970779778823),
  },
} satisfies State;

type Changed = { json: { [name: string]: JsonValue }; tensors: Record<string, Tensor> };

function changed(change: (file: Changed) => void, whole: State = WHOLE): Uint8Array {
  const json: Changed['json'] = Object.fromEntries(Object.entries(structuredClone(whole.json) ?? {}));
  const file: Changed = { json, tensors: structuredClone({ ...whole.tensors }) };
  change(file);
  return encode(file);
}

test('rows that scikit-learn refuses are refused, by row and column', async (t) => {
  const pipeline = sklearnPipeline(encode(WHOLE));
  for (const c of [Number.NaN, Number.POSITIVE_INFINITY]) {
    const rows = [
      { a: 1, b: 2, c: 3 },
      { a: 1, b: 2, c },
    ];
    const error = await t.throwsAsync(() => pipelineAnswers(pipeline, rows), { instanceOf: ModelError });
    t.regex(error.message, /row 1: takes no .* values, and column 2 is/);
  }
  const sample = { rows: [[1, 2, { number: 'nan' }]] };
  t.throws(() => sklearnPipeline(changed(set(['sample'], sample))), {
    instanceOf: ArtifactError,
    message: /its sample can't be answered: .*column 2 is NaN/,
  });
});

test('values doubled again and again take no memory', (t) => {
  const doublings = changed(({ json, tensors }) => {
    const nodes: JsonValue[] = [{ op: 'input', from: [], path: 'in', columns: 2, as: 'values' }];
    for (let k = 1; k <= 28; k++)
      nodes.push({ op: 'concat', from: [k - 1, k - 1], path: 'twice', columns: 2 ** (k + 1), names: [] });
    nodes.push({ op: 'select', from: [28], path: 'one', columns: 3 });
    tensors['29/chosen'] = Int32Array.of(0, 1, 2);
    Object.assign(json, { nodes, cut: [{ name: 'all', node: 29 }] });
    set(['model', 'from'], 29)({ json, tensors });
  });
  t.throws(() => sklearnPipeline(doublings), { instanceOf: ArtifactError, message: /too much memory/ });
});

test('the whole file answers its sample', async (t) => {
  const pipeline = sklearnPipeline(encode(WHOLE));
  t.deepEqual([...(await pipelineAnswers(pipeline, [{ a: 1, b: 2, c: 3 }]))], [0.5, 0.5]);
});

test('a file of features alone has to be asked for, and says what was left out', (t) => {
  const leftOut = [{ path: 'f.shout', why: 'preprocessor=<lambda>' }];
  const file = encode({ ...WHOLE, json: { ...WHOLE.json, model: null, classes: null, leftOut } });
  const error = t.throws(() => sklearnPipeline(file), { instanceOf: OptionError });
  t.is(error?.option, 'task');
  t.regex(
    error?.message ?? '',
    /features alone: f\.shout was left out \(preprocessor=<lambda>\); pass task: 'features'/,
  );
  t.deepEqual(sklearnPipeline(file, { task: 'features' }).leftOut, leftOut);
});

test('a pickle and labels in another order are told', (t) => {
  const [path, labels] = ['mail.joblib', ['yes', 'no'] as const];
  t.throws(() => sklearnPipeline(path), {
    message: /spillway\.sklearn\.export\(joblib\.load\('mail\.joblib'\)/,
  });
  t.throws(() => sklearnPipeline(encode(WHOLE), { labels }), { message: /got \["yes", "no"\]$/ });
});

test('a file that is cut short at any octet is damaged', (t) => {
  const whole = encode(WHOLE);
  for (let length = 0; length < whole.length; length++)
    t.throws(() => sklearnPipeline(whole.slice(0, length)), { instanceOf: ArtifactError });
});

/** By what is wrong: the change, and what the error names. */
const WRONG: Readonly<Record<string, readonly [change: (file: Changed) => void, why: RegExp]>> = {
  'another kind': [set(['kind'], 'cascade'), /holds no pipeline/],
  'a later version': [set(['version'], 2), /version 2 and this release reads version 1/],
  'a node that reads itself': [set(['nodes', 1, 'from'], [1]), /node 1 reads node 1/],
  'a node that reads one after it': [set(['nodes', 1, 'from'], [3]), /node 1 reads node 3/],
  'a node that reads half a node': [set(['nodes', 1, 'from'], [0.5]), /node 1 reads node 0.5/],
  'a step of nothing': [set(['nodes', 1, 'from'], []), /reads no node/],
  'an unknown step': [set(['nodes', 1, 'op'], 'lambda'), /the step 'lambda' at scaled/],
  'an unknown model': [set(['model', 'op'], 'oracle'), /the model 'oracle' at lr/],
  'weights that are none': [
    tensor('model/weights', Float64Array.of(1, Number.NaN, 3)),
    /lr \(linear\): weights holds NaN at 1/,
  ],
  'a weight too few': [tensor('model/weights', Float64Array.of(1, 2)), /2 numbers in weights/],
  'numbers of another type': [tensor('1/sub', Float32Array.of(1, 2)), /no tensor sub of Float64Array/],
  'a column that the rows lack': [
    tensor('0/chosen', Int32Array.of(0, 3)),
    /chosen holds 3 at 1, where 0 to 2/,
  ],
  'classes that are equal as labels': [set(['classes'], ['1', 1]), /classes "?'?1/],
  'a class too many': [set(['classes'], ['a', 'b', 'c']), /for 2 different ones/],
  'a class that is no label': [set(['classes'], ['a', null]), /a class null/],
  'two columns of one name': [set(['rows', 'names'], ['a', 'b', 'a']), /two columns of one name/],
  'two features of one name': [set(['cut', 1, 'name'], 'scaled'), /features named/],
  'a feature that hides the others': [set(['cut', 1, 'name'], '__proto__'), /features named/],
  'a feature of no node': [set(['cut', 1, 'node'], 9), /a feature of node 9/],
  'no feature': [set(['cut'], []), /features named nothing/],
  'a model that reads no node': [
    set(['model', 'from'], 9),
    /it reads node 9, which isn't made of its features/,
  ],
  'a model that reads past its features': [
    set(['model', 'from'], 0),
    /it reads node 0, which isn't made of its features/,
  ],
  'a model of fewer columns': [
    ({ json, tensors }) => {
      set(['model', 'columns'], 2)({ json, tensors });
      tensors['model/weights'] = Float64Array.of(1, 2);
    },
    /2 columns, of 3 that it reads/,
  ],
  'a billion columns': [set(['nodes', 4, 'columns'], 1e9), /1000000000 columns, of 3/],
  'answers that are others': [
    tensor('sample/answers', Float64Array.of(0.5, 0.5, 0.1, 0.9)),
    /answers row 1 of its sample by 0.119.*, where scikit-learn said 0.1 /,
  ],
  'fewer answers': [tensor('sample/answers', Float64Array.of(1)), /1 answers to 2 rows/],
  'a row without a number': [
    set(['sample', 'rows', 1], [1, 'x', 3]),
    /its sample can't be answered: .*'b': expected a number/,
  ],
  'a row that is too short': [set(['sample', 'rows', 1], [1]), /a row of its sample of 1 values, not 3/],
};

function set(place: readonly (string | number)[], value: JsonValue): (file: Changed) => void {
  return ({ json }) => {
    let at: unknown = json;
    for (const step of place.slice(0, -1)) at = Reflect.get(Object(at), step);
    Reflect.set(Object(at), place[place.length - 1], value);
  };
}

function tensor(name: string, value: Tensor): (file: Changed) => void {
  return ({ tensors }) => {
    tensors[name] = value;
  };
}

for (const [what, [change, why]] of Object.entries(WRONG)) {
  test(`refused: ${what}`, (t) => {
    const error = t.throws(() => sklearnPipeline(changed(change)), { instanceOf: ArtifactError });
    t.regex(error.message, why);
  });
}

test('a thousand doublings and a thousand steps in a row end at once', (t) => {
  const doublings = changed(({ json }) => {
    const nodes: JsonValue[] = WHOLE.json.nodes.slice(0, 3);
    for (let at = 3; at < 1_000; at++)
      nodes.push({ op: 'concat', from: [at - 1, at - 1], path: 'twice', columns: 0, names: [] });
    json.nodes = nodes;
  });
  t.throws(() => sklearnPipeline(doublings), { instanceOf: ArtifactError, message: /columns$/ });
  const steps = changed(({ json, tensors }) => {
    delete tensors['4/mul'];
    const nodes: JsonValue[] = WHOLE.json.nodes.slice(0, 3);
    for (let at = 3; at < 1_000; at++)
      nodes.push({ op: 'affine', from: [at - 1], path: 'again', columns: 1 });
    json.nodes = nodes;
  });
  t.throws(() => sklearnPipeline(steps), { instanceOf: ArtifactError, message: /more than 500 steps/ });
});

const values: readonly JsonValue[] = [
  0,
  1,
  2,
  -1,
  0.5,
  1e9,
  2 ** 31,
  1e300,
  '',
  'x',
  'numbers',
  true,
  null,
  [],
  [0],
  {},
];
const numbers = [0, 1, -1, 0.5, 7, 255, 2 ** 31 - 1, -(2 ** 31), 1e300, Number.NaN, Number.POSITIVE_INFINITY];

const changes = fc.array(
  fc.record({
    inTensors: fc.boolean(),
    /** The place, a share of all. */
    at: fc.double({ min: 0, max: 0.999, noNaN: true }),
    element: fc.double({ min: 0, max: 0.999, noNaN: true }),
    value: fc.constantFrom(...values),
    number: fc.constantFrom(...numbers),
    length: fc.constantFrom(0, 1, 3, 1_000),
    isCut: fc.boolean(),
  }),
  { minLength: 1, maxLength: 3 },
);

/** All places in JSON, but those that say what the file is. */
function places(value: unknown, place: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (typeof value !== 'object' || value === null) return [place];
  const members = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  const inside = members.flatMap(([name, member]) => places(member, [...place, name]));
  return place.length === 0 ? inside : [place, ...inside];
}

/** @throws any other error */
function readOrRefused(bytes: Uint8Array) {
  try {
    return sklearnPipeline(bytes);
  } catch (error) {
    if (error instanceof ArtifactError) return error;
    throw error;
  }
}

/** Three vectorizers before logistic regression, with their sample and the rows that they were fitted on. */
const MAIL = decode(readFileSync(new URL('../../fixtures/sklearn/docs/mail.pipeline', import.meta.url)));
const ROWS = [
  { a: 1, b: Number.NaN, c: 3 },
  { subject: 'raka', body: 'noma raka' },
  { a: 'text' },
  null,
  [1, 2, 3],
];

for (const [name, whole, runs] of [
  ['a file', WHOLE, 150],
  ['a file with vocabularies', MAIL, 40],
] as const) {
  test(`whatever is changed in ${name} ends in a typed error, or a pipeline that answers`, async (t) => {
    t.plan(1);
    await fc.assert(
      fc.asyncProperty(changes, async (all) => {
        const pipeline = readOrRefused(changed((file) => changeAll(file, all), whole));
        if (pipeline instanceof ArtifactError) return;
        for (const row of ROWS) {
          const fault: unknown = await pipelineAnswers(pipeline, [row]).then(
            () => undefined,
            (error) => error,
          );
          if (fault !== undefined && !(fault instanceof FeatureError || fault instanceof ModelError))
            throw fault;
        }
      }),
      { numRuns: runs },
    );
    t.pass();
  });
}

type Change = typeof changes extends fc.Arbitrary<readonly (infer One)[]> ? One : never;

function changeAll(file: Changed, all: readonly Change[]): void {
  for (const { inTensors, at, element, value, number, length, isCut } of all) {
    if (!inTensors) {
      const every = places(file.json);
      set(every[Math.floor(at * every.length)], value)(file);
      continue;
    }
    const [name, tensor] = Object.entries(file.tensors)[Math.floor(at * Object.keys(file.tensors).length)];
    if (isCut) file.tensors[name] = Float64Array.from({ length }, (_, i) => tensor[i] ?? number);
    else if (tensor.length > 0) tensor[Math.floor(element * tensor.length)] = number;
  }
}

test('a vocabulary that names a term twice, or lies outside its letters, is damaged', (t) => {
  const place = Object.keys(MAIL.tensors).find((each) => each.endsWith('/terms.ends')) ?? '';
  const units = place.replace('ends', 'units');
  const twice = changed(({ tensors }) => {
    const [all, ends] = [tensors[units], tensors[place]];
    // Terms of four letters: the second becomes the first.
    for (let i = 0; i < ends[0]; i++) all[ends[0] + i] = all[i];
  }, MAIL);
  t.throws(() => sklearnPipeline(twice), {
    instanceOf: ArtifactError,
    message: /a vocabulary that has a term twice/,
  });
  const outside = changed(({ tensors }) => {
    tensors[place][0] = 2 ** 31;
  }, MAIL);
  t.throws(() => sklearnPipeline(outside), { instanceOf: ArtifactError, message: /outside their units/ });
});
