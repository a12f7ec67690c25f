import { define, dense, tfidf } from 'spillway';
import { type Gloss, type GlossCategory, loadGlosses } from 'spillway/datasets';
import { type Random, random } from '../../lib/stats/index.js';

/** Rows to tune on, and others to answer. */
export interface Split<Row, L> {
  readonly rows: readonly Row[];
  readonly labels: readonly L[];
  readonly unseen: readonly Row[];
}

/** A gloss is classified by its words, its characters and the lemma's characters. */
export const glossFeatures = define({
  words: tfidf((row: Gloss) => row.gloss, { maxFeatures: 20_000 }),
  chars: tfidf((row: Gloss) => row.gloss, { analyzer: 'char', ngrams: [2, 5], maxFeatures: 50_000 }),
  lemma: tfidf((row: Gloss) => row.lemma, { analyzer: 'char', ngrams: [2, 4], maxFeatures: 20_000 }),
});

/** Glosses of each category among the known ones, at least: the rarest has 4 of 10,000. */
const LEAST = 8;

/** Glosses in 26 categories. */
export async function splitGlosses(
  seed: number,
  sizes: { readonly known: number; readonly unseen: number },
): Promise<Split<Gloss, GlossCategory>> {
  const { rows, labels } = await loadGlosses();
  const order = Int32Array.from(rows.keys());
  random(seed).fork('bench expected').shuffle(order);
  const count = new Map<GlossCategory, number>();
  const first: number[] = [];
  const others: number[] = [];
  for (const row of order) {
    const own = count.get(labels[row]) ?? 0;
    count.set(labels[row], own + 1);
    (own < LEAST ? first : others).push(row);
  }
  const all = [...first, ...others];
  const known = all.slice(0, sizes.known);
  const unseen = all.slice(sizes.known, sizes.known + sizes.unseen);
  return {
    rows: known.map((row) => rows[row]),
    labels: known.map((row) => labels[row]),
    unseen: unseen.map((row) => rows[row]),
  };
}

const WIDTH = 28;
const EACH = 7;

/** Seven columns of a row, and `sines` sines to compute whose result is unused. */
function columns(group: number, sines: number) {
  return dense(EACH, (rows: readonly Float32Array[]) => {
    const values = new Float32Array(rows.length * EACH);
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i];
      let sum = 0;
      for (let k = 0; k < sines; k++) sum += Math.sin(row[EACH * group] + k);
      for (let c = 0; c < EACH; c++) values[i * EACH + c] = row[EACH * group + c];
      // So that no compiler leaves the sines out.
      values[i * EACH] += 1e-30 * sum;
    }
    return values;
  });
}

/** Four features of seven columns; the later ones take longer. */
export const tableFeatures = define({
  first: columns(0, 20),
  second: columns(1, 40),
  third: columns(2, 60),
  fourth: columns(3, 80),
});

/** 28 normal columns; the class depends on a few of them and the size of one. */
export function tableOf(seed: number, sizes: { readonly known: number; readonly unseen: number }) {
  const draw = random(seed).fork('bench expected');
  const all = Array.from({ length: sizes.known + sizes.unseen }, () =>
    Float32Array.from({ length: WIDTH }, () => draw.normal()),
  );
  const labels = all.map((row) => classOf(row, draw));
  return {
    rows: all.slice(0, sizes.known),
    labels: labels.slice(0, sizes.known),
    unseen: all.slice(sizes.known),
  };
}

function classOf(row: Float32Array, draw: Random): 'low' | 'high' {
  const sum = row[0] + 0.8 * row[8] - 0.6 * row[15] + 0.5 * row[22] + Math.abs(row[1]) - 0.8;
  return sum + 0.3 * draw.normal() > 0 ? 'high' : 'low';
}
