import { define, dense, type FeatureSet, oneHot, tfidf } from 'spillway';
import { type Digit, type Gloss, loadDigits, loadGlosses, loadMail } from 'spillway/datasets';
import { type Block, denseBlock } from 'spillway/extend';
import { gather } from '../../lib/data/blocks/index.js';
import { RowView } from '../../lib/features/define/index.js';
import { kernelMatrix, plainMatrix } from '../../lib/learn/matrix/index.js';
import { type Random, random } from '../../lib/stats/index.js';
import type { LinearRows } from '../peers/linear.js';
import type { Embedder } from './embedder.js';

/** Rows and columns of an embedding, and classes. */
export interface Shape {
  readonly rows: number;
  readonly columns: number;
  readonly classes: number;
  /** The standard deviation of a row's true margins. @defaultValue 6 */
  readonly margins?: number;
  /** @defaultValue 'columns' */
  readonly scaling?: 'block';
}

const UNSEEN = 2_000;
/** Singular values of an embedding's columns fall as this power of their rank. */
const FALL = -0.7;

/** Rows of length 1 whose columns go together, as an embedding's do; classes by a softmax of linear margins. */
export function embeddingRows(
  seed: number,
  { rows, columns, classes, margins: deviation = 6, scaling }: Shape,
): LinearRows {
  const stream = random(seed).fork(`embedding ${rows} ${columns} ${classes}`);
  const count = rows + UNSEEN;
  const spread = Float32Array.from(
    { length: count * columns },
    (_, i) => stream.normal() * ((i % columns) + 1) ** FALL,
  );
  const values = multiply(spread, count, columns, rotation(columns, stream), columns);
  for (let row = 0; row < count; row++) {
    const own = values.subarray(row * columns, (row + 1) * columns);
    const length = Math.sqrt(own.reduce((sum, value) => sum + value * value, 0));
    own.forEach((value, c) => {
      own[c] = value / length;
    });
  }
  const vectors = Float32Array.from(values);
  const weights = Float64Array.from({ length: columns * classes }, () => deviation * stream.normal());
  const margins = multiply(vectors, count, columns, weights, classes);
  const labels = Int32Array.from({ length: count }, (_, row) => {
    const drawn = Array.from(
      margins.subarray(row * classes, (row + 1) * classes),
      (margin) => margin - Math.log(-Math.log(stream.uniform())),
    );
    return drawn.indexOf(Math.max(...drawn));
  });
  const block = (from: number, to: number) =>
    denseBlock(to - from, columns, vectors.slice(from * columns, to * columns), scaling);
  return {
    name: `embedding-${rows}-${seed}`,
    classes,
    train: [block(0, rows)],
    labels: labels.slice(0, rows),
    test: [block(rows, count)],
    testLabels: labels.slice(rows),
  };
}

function multiply(values: Float32Array, rows: number, columns: number, by: Float64Array, outputs: number) {
  const block = denseBlock(rows, columns, values);
  const out = new Float64Array(rows * outputs);
  (kernelMatrix(block, outputs) ?? plainMatrix(block, outputs)).addProduct(by, 0, out);
  return out;
}

/** Orthonormal rows, by the method of Gram and Schmidt. */
function rotation(size: number, stream: Random): Float64Array {
  const matrix = Float64Array.from({ length: size * size }, () => stream.normal());
  const rows = Array.from({ length: size }, (_, r) => matrix.subarray(r * size, (r + 1) * size));
  const product = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, i) => sum + value * b[i], 0);
  rows.forEach((row, r) => {
    for (const other of rows.slice(0, r)) {
      const along = product(row, other);
      for (let i = 0; i < size; i++) row[i] -= along * other[i];
    }
    const length = Math.sqrt(product(row, row));
    for (let i = 0; i < size; i++) row[i] /= length;
  });
  return matrix;
}

const KNOWN_GLOSSES = 3_600;
const UNSEEN_GLOSSES = 3_000;
const CATEGORIES = 8;

/** Glosses of the eight largest categories: words, characters, and a vector if there is an embedder. */
export async function glossRows(seed: number, embedder: Embedder | undefined): Promise<LinearRows> {
  const { rows, labels } = await glossesOf(seed, CATEGORIES, KNOWN_GLOSSES + UNSEEN_GLOSSES);
  const texts = rows.map(({ gloss }) => gloss);
  return textRows(`glosses-${seed}`, texts, labels, KNOWN_GLOSSES, CATEGORIES, embedder);
}

/** So many glosses of the largest categories. */
async function glossesOf(seed: number, classes: number, count: number) {
  const { rows, labels } = await loadGlosses();
  const counts = new Map<string, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  const largest = [...counts].sort(([, a], [, b]) => b - a).slice(0, classes);
  const categories = largest.map(([category]) => category);
  const own = Int32Array.from(rows.keys()).filter((row) => categories.includes(labels[row]));
  random(seed).fork('bench linear glosses').shuffle(own);
  const some = own.subarray(0, count);
  return {
    rows: Array.from(some, (row) => rows[row]),
    labels: some.map((row) => categories.indexOf(labels[row])),
  };
}

const [KNOWN_MIXED, CLASSES, OFTEN] = [3_000, 19, 20];

/** Glosses of 19 categories: words, the commonest endings of their lemmas, and six numbers about them. */
export async function mixedRows(seed: number): Promise<LinearRows> {
  const { rows, labels } = await glossesOf(seed, CLASSES, KNOWN_MIXED + UNSEEN_GLOSSES);
  const times = (text: string, pattern: RegExp) => text.match(pattern)?.length ?? 0;
  const features: FeatureSet<Gloss> = define({
    words: tfidf(({ gloss }: Gloss) => gloss, { maxFeatures: 10_000 }),
    ending: oneHot(({ lemma }: Gloss) => lemma.slice(-2), { minCount: OFTEN }),
    numbers: dense(6, (all: readonly Gloss[]) =>
      Float32Array.from(
        all.flatMap(({ gloss, lemma }) => [
          ...[gloss.length, times(gloss, /\S+/g), times(gloss, /,/g)],
          ...[times(gloss, /\(/g), times(gloss, /"/g), lemma.length],
        ]),
      ),
    ),
  });
  const blocks = await blocksOf(features, rows, KNOWN_MIXED);
  return { name: `mixed-${seed}`, classes: CLASSES, ...parted(blocks, labels, KNOWN_MIXED) };
}

/** Features fitted to the first rows, over all of them. */
async function blocksOf<Row>(
  features: FeatureSet<Row>,
  rows: readonly Row[],
  known: number,
): Promise<Block[]> {
  const all = RowView.of(rows);
  const seen = RowView.of(rows.slice(0, known));
  const blocks: Block[] = [];
  for (const feature of features.names) {
    const fitted = await features.get(feature).fit(seen);
    blocks.push(await fitted.compute(all));
  }
  return blocks;
}

/** The first rows to fit to, the others to predict. */
function parted(blocks: readonly Block[], labels: Int32Array, known: number) {
  const part = (from: number, to: number) => {
    const rows = Int32Array.from({ length: to - from }, (_, i) => from + i);
    return blocks.map((block) => gather(block, rows));
  };
  return {
    train: part(0, known),
    labels: labels.slice(0, known),
    test: part(known, labels.length),
    testLabels: labels.slice(known),
  };
}

const KNOWN_MAILS = 0.6;

export async function mailRows(seed: number, embedder: Embedder | undefined): Promise<LinearRows> {
  const { rows, labels } = await loadMail();
  const order = Int32Array.from(rows.keys());
  random(seed).fork('bench linear mail').shuffle(order);
  const classes = [...new Set(labels)].sort();
  return textRows(
    `mail-${seed}`,
    Array.from(order, (row) => `${rows[row].subject}\n${rows[row].body}`),
    order.map((row) => classes.indexOf(labels[row])),
    Math.round(KNOWN_MAILS * order.length),
    classes.length,
    embedder,
  );
}

async function textRows(
  name: string,
  texts: readonly string[],
  labels: Int32Array,
  known: number,
  classes: number,
  embedder: Embedder | undefined,
): Promise<LinearRows> {
  const features: FeatureSet<string> = define({
    words: tfidf((text: string) => text, { maxFeatures: 20_000, sublinear: true }),
    chars: tfidf((text: string) => text, {
      analyzer: 'char',
      ngrams: [2, 5],
      maxFeatures: 30_000,
      sublinear: true,
    }),
  });
  const blocks = await blocksOf(features, texts, known);
  if (embedder) {
    blocks.push(denseBlock(texts.length, embedder.columns, await embedder.encode(texts), 'block'));
  }
  return { name, classes, ...parted(blocks, labels, known) };
}

const DIGITS = 5_000;

/** Digits as their pixels. */
export async function pixelRows(seed: number): Promise<LinearRows> {
  const { train, test } = await loadDigits();
  const order = Int32Array.from(train.rows.keys());
  random(seed).fork('bench linear digits').shuffle(order);
  const known = order.subarray(0, DIGITS);
  const block = (rows: readonly Digit[]) => {
    const width = rows[0].pixels.length;
    const values = new Float32Array(rows.length * width);
    rows.forEach(({ pixels }, row) => {
      values.set(pixels, row * width);
    });
    return denseBlock(rows.length, width, values);
  };
  return {
    name: `pixels-${seed}`,
    classes: 10,
    train: [block(Array.from(known, (row) => train.rows[row]))],
    labels: known.map((row) => train.labels[row]),
    test: [block(test.rows)],
    testLabels: Int32Array.from(test.labels),
  };
}
