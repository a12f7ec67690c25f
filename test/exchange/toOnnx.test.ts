import { createRequire } from 'node:module';
import test from 'ava';
import { modelFromOnnx, toOnnx } from '../../entries/exchange.js';
import type { BoostedModel, LinearModel } from '../../entries/extend.js';
import { gradientBoosting, logisticRegression, OptionError } from '../../index.js';
import { denseBlock } from '../../lib/data/blocks/index.js';
import { random } from '../../lib/stats/index.js';

const ROWS = 500;
/** Two blocks: numbers, and numbers beside categories. */
const WIDTHS = [2, 3];
const COLUMNS = 5;

interface Trial {
  readonly name: string;
  readonly model: LinearModel | BoostedModel;
  /** One row after the other. */
  readonly table: Float32Array;
}

/** What is used of the package: it needn't be here. */
interface Runtime {
  readonly Tensor: new (type: 'float32', data: Float32Array, shape: readonly number[]) => object;
  readonly InferenceSession: {
    create(bytes: Uint8Array): Promise<{
      run(
        feeds: Record<string, object>,
      ): Promise<Record<string, { readonly data: ArrayLike<number | bigint> }>>;
    }>;
  };
}

function runtime(): Runtime | undefined {
  try {
    return createRequire(import.meta.url)('onnxruntime-node');
  } catch {
    return undefined;
  }
}

const drawn = random(1);
const whole = Float32Array.from({ length: ROWS * COLUMNS }, (_, i) => {
  const column = i % COLUMNS;
  return column === 3 ? drawn.integer(12) : column === 4 ? drawn.integer(250) : drawn.normal();
});
const holes = whole.map((x) => (drawn.uniform() < 0.08 ? Number.NaN : x));
/** With categories that no training row had, and numbers that are none. */
const strange = holes.map((x, i) => (i % 7 === 0 && i % COLUMNS > 2 ? [-1, 2.5, 251, 300][i % 4] : x));
const target = Float64Array.from({ length: ROWS }, (_, row) => {
  const [a, b, c, d, e] = whole.subarray(row * COLUMNS, (row + 1) * COLUMNS);
  return a + 2 * b * c + (d % 3) - (e % 2) + 0.2 * drawn.normal();
});

function blocksOf(table: Float32Array) {
  let first = 0;
  return WIDTHS.map((width) => {
    const from = first;
    first += width;
    const values = Float32Array.from({ length: ROWS * width }, (_, i) => {
      return table[Math.floor(i / width) * COLUMNS + from + (i % width)];
    });
    return denseBlock(ROWS, width, values);
  });
}

async function trials(): Promise<Trial[]> {
  const context = { seed: 1 };
  const features = ['numbers', 'mixed'];
  const trees = { rounds: 12, maxLeaves: 12 };
  const made: Trial[] = [];
  for (const classes of [2, 3]) {
    const labels = Int32Array.from(target, (x) => (x > 1 ? classes - 1 : x > 0 ? 1 : 0));
    const set = { rows: ROWS, classes, labels, features };
    made.push({
      name: `weights of ${classes} classes`,
      model: await logisticRegression().fit({ ...set, blocks: blocksOf(whole) }, context),
      table: whole,
    });
    const holed = { ...set, blocks: blocksOf(holes) };
    made.push({
      name: `trees of ${classes} classes`,
      model: await gradientBoosting(trees).fit(holed, context),
      table: strange,
    });
    made.push({
      name: `trees of ${classes} classes with categories`,
      model: await gradientBoosting({ ...trees, categorical: { mixed: [1, 2] } }).fit(holed, context),
      table: strange,
    });
  }
  const numbers = {
    blocks: blocksOf(holes),
    rows: ROWS,
    classes: 1,
    labels: new Int32Array(0),
    values: target,
  };
  made.push({
    name: 'trees of numbers',
    model: await gradientBoosting({ ...trees, loss: 'squared' }).fit(numbers, context),
    table: strange,
  });
  return made;
}

const prepared = trials();

function close(actual: ArrayLike<number | bigint>, expected: Float64Array): boolean {
  return expected.every((x, i) => Math.abs(Number(actual[i]) - x) <= 1e-6 * Math.max(1, Math.abs(x)));
}

function scores(model: Trial['model'], table: Float32Array): Float64Array {
  const out = new Float64Array(ROWS * model.classes);
  model.score(blocksOf(table), out);
  return out;
}

test('what is written is read back as the same model', async (t) => {
  for (const { name, model, table } of await prepared) {
    const bytes = toOnnx(model);
    const labels = Array.from({ length: model.classes }, (_, i) => i);
    const back = model.classes > 1 ? modelFromOnnx(bytes, { labels }) : modelFromOnnx(bytes);
    const out = new Float64Array(ROWS * model.classes);
    back.score(blocksOf(table), out);
    t.true(close(out, scores(model, table)), name);
  }
});

test('models with sets of categories were among them', async (t) => {
  const sets = (await prepared).flatMap(({ model }) => ('forest' in model ? [...model.forest.set] : []));
  t.true(sets.some((set) => set !== -1));
});

const ort = runtime();
const live = ort === undefined ? test.skip : test;

live('ONNX Runtime runs what is written (left out without onnxruntime-node)', async (t) => {
  if (ort === undefined) return t.fail();
  for (const { name, model, table } of await prepared) {
    const session = await ort.InferenceSession.create(toOnnx(model));
    const answers = await session.run({ columns: new ort.Tensor('float32', table, [ROWS, COLUMNS]) });
    const expected = scores(model, table);
    t.true(close((answers.probabilities ?? answers.number).data, expected), name);
    if (model.classes === 1) continue;
    const { classes } = model;
    const likeliest = Array.from({ length: ROWS }, (_, row) => {
      const own = expected.subarray(row * classes, (row + 1) * classes);
      return own.indexOf(Math.max(...own));
    });
    t.deepEqual(Array.from(answers.label.data, Number), likeliest, name);
  }
});

test('a class that no row had has probability 0 there too', async (t) => {
  const labels = Int32Array.from(target, (x) => (x > 0 ? 2 : 0));
  const model = await logisticRegression().fit(
    { blocks: blocksOf(whole), rows: ROWS, classes: 3, labels },
    { seed: 1 },
  );
  const out = new Float64Array(ROWS * 3);
  modelFromOnnx(toOnnx(model), { labels: [0, 1, 2] }).score(blocksOf(whole), out);
  t.true(out.every((x, i) => (i % 3 === 1 ? x === 0 : x > 0)));
});

test('a model that is neither is refused', (t) => {
  const model = { name: 'mine', classes: 2, columns: [1], score: () => {} };
  // @ts-expect-error neither weights nor trees
  t.is(t.throws(() => toOnnx(model), { instanceOf: OptionError })?.option, 'model');
});
