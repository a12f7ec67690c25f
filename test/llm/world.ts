import { tuneUntested } from '../../cascades/internal.js';
import { textWorld } from '../../datasets/index.js';
import { define, tfidf } from '../../index.js';
import { fromRows } from '../../lib/models/full/index.js';

/** A table of titles, a model whose answers are known, and what it was asked. */

export interface Titled {
  readonly title: string;
}

export interface TitleTable {
  readonly rows: readonly Titled[];
  readonly truth: readonly string[];
  readonly labels: readonly string[];
}

/** Titles with a telltale word in four of five: the others need the model. */
export function titleTable(rows: number, seed: number): TitleTable {
  const world = textWorld({ rows, seed, classes: 3, easy: 0.8 });
  // The number makes each title another text.
  const titles = world.rows.map(({ title }, i): Titled => ({ title: `${title} ${i}x` }));
  return { rows: titles, truth: world.labels, labels: ['a', 'b', 'c'] };
}

export const words = define<Titled>({ words: tfidf(({ title }) => title) });

/** What a model was asked, and how often. */
export interface AskedModel {
  readonly calls: string[];
  readonly full: ReturnType<typeof fromRows<Titled, string>>;
}

/** @param answer of a title, by its place in the table; undefined where it can't be read */
export function modelOf(
  { rows, labels }: TitleTable,
  answer: (row: number, ask: number) => string | undefined,
  price = 0.001,
): AskedModel {
  const places = new Map(rows.map(({ title }, i) => [title, i]));
  const calls: string[] = [];
  const full = fromRows<Titled, string>({
    name: 'simulated',
    labels,
    price,
    score: (asked, { ask }) =>
      asked.map(({ title }) => {
        calls.push(title);
        const said = answer(places.get(title) ?? -1, ask);
        return labels.map((label) => (said === undefined ? Number.NaN : Number(label === said)));
      }),
  });
  return { calls, full };
}

/** What the trials of promises claim, and how many rows their stages are tuned on. */
export const CLAIM = { epsilon: 0.06, delta: 0.2 };
export const TRAINED = 300;

/** Stages that are tuned on some titles, and wait for their test. */
export function stagesOn(rows: readonly Titled[], full: AskedModel['full']) {
  return tuneUntested(
    {
      features: words,
      rows,
      full,
      bound: { loss: 'disagreement', ...CLAIM },
      objective: 'price',
      repeats: true,
      fidelities: false,
      effort: 'quick',
      seed: 1,
    },
    200,
  );
}
