import { type Gloss, loadGlosses, loadMail, type Mail } from 'spillway/datasets';
import { random } from '../../lib/stats/index.js';
import type { Size } from '../harness/harness.js';

/** Rows with their labels. */
export interface Labelled<Row> {
  readonly rows: readonly Row[];
  readonly labels: readonly string[];
}

/** Rows to tune on, and rows that nothing but the last measurement sees. */
export interface Sentences<Row> {
  readonly known: Labelled<Row>;
  readonly unseen: Labelled<Row>;
}

const UNSEEN = 0.3;
/** Mails of a quick run. */
const FEW = 700;
/** Mails to measure with, but for the full run. */
const MEASURED = 700;
/** Glosses to tune on and to measure with. Each takes its encoder some ten milliseconds, several times. */
const GLOSSES: Record<Size, { readonly known: number; readonly unseen: number }> = {
  full: { known: 12_000, unseen: 4_000 },
  usual: { known: 3_000, unseen: 1_000 },
  quick: { known: 600, unseen: 200 },
};
/** The largest categories, so many. */
const CATEGORIES = 8;

/** Mails, spam or ham, in an order that the seed decides. */
export async function mails(seed: number, size: Size): Promise<Sentences<Mail>> {
  const { rows, labels } = await loadMail();
  const order = shuffled(rows.length, seed, 'mails').subarray(0, size === 'quick' ? FEW : undefined);
  const cut = Math.round(order.length * UNSEEN);
  const take = (which: Int32Array) => taken(rows, labels, which);
  const measured = size === 'full' ? cut : Math.min(cut, MEASURED);
  return { unseen: take(order.subarray(0, measured)), known: take(order.subarray(cut)) };
}

/** Glosses of the eight largest categories. */
export async function glossesOfEight(seed: number, size: Size): Promise<Sentences<Gloss>> {
  const { rows, labels } = await loadGlosses();
  const counts = new Map<string, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  const largest = [...counts].sort((a, b) => b[1] - a[1]).slice(0, CATEGORIES);
  const kept = new Set(largest.map(([label]) => label));
  const order = shuffled(rows.length, seed, 'glosses').filter((row) => kept.has(labels[row]));
  const { known, unseen } = GLOSSES[size];
  return {
    known: taken(rows, labels, order.subarray(0, known)),
    unseen: taken(rows, labels, order.subarray(known, known + unseen)),
  };
}

function shuffled(rows: number, seed: number, name: string): Int32Array {
  const order = Int32Array.from({ length: rows }, (_, row) => row);
  random(seed).fork(`bench sentences ${name}`).shuffle(order);
  return order;
}

function taken<Row>(rows: readonly Row[], labels: readonly string[], which: Int32Array): Labelled<Row> {
  return {
    rows: Array.from(which, (row) => rows[row]),
    labels: Array.from(which, (row) => labels[row]),
  };
}
