import { counts, define } from 'spillway';
import { loadDigits, loadFlights, loadGlosses } from 'spillway/datasets';
import { type Block, denseBlock } from 'spillway/extend';
import { gather } from '../../lib/data/blocks/index.js';
import { RowView } from '../../lib/features/define/index.js';
import { random } from '../../lib/stats/index.js';
import type { LinearRows, PeerScaling } from '../peers/linear.js';
import { generatedRows } from './data.js';
import { embeddingRows } from './linearData.js';

/** Rows of one kind, and how scikit-learn gets their columns: as our fit scales them. */
interface Kind {
  readonly scaling: PeerScaling;
  rows(seed: number): LinearRows | Promise<LinearRows>;
}

/** Data sets of different kinds and sizes, on which penalties are chosen. */
export const KINDS = {
  '10,000 unit embeddings, 20 classes': {
    scaling: 'columns',
    rows: (seed) => embeddingRows(seed, { rows: 10_000, columns: 256, classes: 20, margins: 1.2 }),
  },
  '3,000 embeddings, 5 classes': {
    scaling: 'block',
    rows: (seed) => embeddingRows(seed, { rows: 3_000, columns: 384, classes: 5, scaling: 'block' }),
  },
  'words of 3,600 glosses, 8 classes': { scaling: 'raw', rows: glossCounts },
  'table of 8,000 standardised rows': { scaling: 'columns', rows: standardRows },
  'table of 4,000 flights': { scaling: 'columns', rows: flightRows },
  '200 digits': { scaling: 'columns', rows: (seed) => digitRows(seed, 200) },
  '5,000 rows of 50 classes': {
    scaling: 'columns',
    rows: (seed) => embeddingRows(seed, { rows: 5_000, columns: 64, classes: 50, margins: 3 }),
  },
} satisfies Record<string, Kind>;

function standardRows(seed: number): LinearRows {
  const { columns, train, labels, test, testLabels, classes } = generatedRows(seed, 8_000, 4_000);
  return {
    name: `standard-${seed}`,
    classes,
    train: [denseBlock(labels.length, columns, train)],
    labels,
    test: [denseBlock(testLabels.length, columns, test)],
    testLabels,
  };
}

/** The first `known` rows to fit to, the others to judge by. */
function parted(name: string, blocks: readonly Block[], labels: Int32Array, known: number): LinearRows {
  const part = (from: number, to: number) => {
    const rows = Int32Array.from({ length: to - from }, (_, i) => from + i);
    return blocks.map((block) => gather(block, rows));
  };
  return {
    name,
    classes: labels.reduce((most, label) => Math.max(most, label + 1), 0),
    train: part(0, known),
    labels: labels.slice(0, known),
    test: part(known, labels.length),
    testLabels: labels.slice(known),
  };
}

function drawn<T>(all: readonly T[], count: number, seed: number, name: string): T[] {
  const order = Int32Array.from(all.keys());
  random(seed).fork(`bench penalties ${name}`).shuffle(order);
  return Array.from(order.subarray(0, count), (row) => all[row]);
}

const CATEGORIES = 8;

async function glossCounts(seed: number): Promise<LinearRows> {
  const { rows, labels } = await loadGlosses();
  const sizes = new Map<string, number>();
  for (const label of labels) sizes.set(label, (sizes.get(label) ?? 0) + 1);
  const largest = [...sizes].sort(([, a], [, b]) => b - a).slice(0, CATEGORIES);
  const categories = largest.map(([category]) => category);
  const all = rows.map(({ gloss }, row) => ({ gloss, label: categories.indexOf(labels[row]) }));
  const own = drawn(
    all.filter(({ label }) => label >= 0),
    6_600,
    seed,
    'glosses',
  );
  const texts = own.map(({ gloss }) => gloss);
  const words = define({ words: counts((text: string) => text, { maxFeatures: 20_000 }) }).get('words');
  const fitted = await words.fit(RowView.of(texts.slice(0, 3_600)));
  const block = await fitted.compute(RowView.of(texts));
  const known = Int32Array.from(own, ({ label }) => label);
  return parted(`glosses-${seed}`, [block], known, 3_600);
}

const DAY = 1_440;

/** Flights late by a quarter of an hour or not: minutes, miles, days and airports' places of the day, unscaled. */
async function flightRows(seed: number): Promise<LinearRows> {
  const { rows, labels } = await loadFlights({ months: 1 });
  const busy = new Map<string, number>();
  for (const { origin } of rows) busy.set(origin, (busy.get(origin) ?? 0) + 1);
  const all = rows.map((row, i) => ({ ...row, late: Number(labels[i] > 15) }));
  const own = drawn(all, 10_000, seed, 'flights');
  const values = own.flatMap(({ day, minute, distance, origin, destination }) => [
    ...[day, minute, minute ** 2, distance, 1 / distance, busy.get(origin) ?? 0, busy.get(destination) ?? 0],
    ...[Math.sin((2 * Math.PI * minute) / DAY), Math.cos((2 * Math.PI * minute) / DAY)],
    ...Array.from({ length: 7 }, (_, weekday) => Number(day % 7 === weekday)),
  ]);
  const width = values.length / own.length;
  const late = Int32Array.from(own, (flight) => flight.late);
  return parted(`flights-${seed}`, [denseBlock(own.length, width, Float32Array.from(values))], late, 4_000);
}

async function digitRows(seed: number, known: number): Promise<LinearRows> {
  const { train, test } = await loadDigits();
  const own = drawn(
    train.rows.map(({ pixels }, row) => ({ pixels, label: train.labels[row] })),
    known,
    seed,
    'digits',
  );
  const all = [...own, ...test.rows.map(({ pixels }, row) => ({ pixels, label: test.labels[row] }))];
  const width = all[0].pixels.length;
  const values = new Float32Array(all.length * width);
  all.forEach(({ pixels }, row) => {
    values.set(pixels, row * width);
  });
  const labels = Int32Array.from(all, ({ label }) => Number(label));
  return parted(`digits-${seed}`, [denseBlock(all.length, width, values)], labels, known);
}
