import { denseBlock } from '../../lib/data/blocks/index.js';
import { ArtifactError, OptionError } from '../../lib/errors.js';
import {
  define,
  type Feature,
  type FeatureStep,
  type FittedFeature,
  type Transform,
  transformOfRows,
} from '../../lib/features/define/index.js';
import type { State } from '../../lib/util/state.js';

/** A feature in steps that anyone can follow: how often five letters come in a text, or in its first characters. */

export interface Spelt {
  readonly text: string;
}

export const LETTERS = 'abcde';

/** How many characters each transform read, row by row. */
export const readCharacters: number[] = [];

/** Counts of letters from one character to another, once for a row of a batch. */
function part(from: number, to: number): Transform<Spelt, Float32Array> {
  return transformOfRows(`characters ${from} to ${to}`, (rows) =>
    rows.map(({ text }) => {
      const own = text.slice(from, to);
      readCharacters.push(own.length);
      return Float32Array.from(LETTERS, (letter) => own.split(letter).length - 1);
    }),
  );
}

/** `scale` is learnt: the mean length of a text. */
function fittedLetters(scale: number): FittedFeature<Spelt> {
  const state: State = { json: null, tensors: { scale: Float64Array.of(scale) } };
  const over = (parts: readonly Transform<Spelt, Float32Array>[]): FittedFeature<Spelt> => ({
    columns: LETTERS.length,
    state,
    compute(view) {
      const read = parts.map((each) => each.read(view));
      const values = new Float32Array(view.length * LETTERS.length);
      for (let i = 0; i < view.length; i++)
        for (const each of read)
          each[i].forEach((count, letter) => {
            values[i * LETTERS.length + letter] += count / scale;
          });
      return denseBlock(view.length, LETTERS.length, values);
    },
  });
  const inSteps = (at: readonly string[]): FeatureStep<Spelt>[] => {
    const ends = at.map(Number);
    if (ends.some((end, i) => !(end > (ends[i - 1] ?? 0)) || String(end) !== at[i]))
      throw new OptionError('fidelities', `expected growing numbers of characters, got ${at.join(', ')}`);
    const parts = [...ends, Number.POSITIVE_INFINITY].map((end, i) => part(ends[i - 1] ?? 0, end));
    return parts.map((_, i) => ({ reads: parts.slice(0, i + 1), fitted: over(parts.slice(0, i + 1)) }));
  };
  return { ...over([part(0, Number.POSITIVE_INFINITY)]), fidelities: { propose: () => ['4'], inSteps } };
}

export const letters: Feature<Spelt> = {
  kind: 'letters',
  reads: [],
  version: '1',
  options: { letters: LETTERS },
  check: ({ text }) => {
    if (typeof text !== 'string') throw new TypeError(`'text' is ${typeof text}`);
  },
  fit: (view) =>
    fittedLetters(view.rows().reduce((sum, { text }) => sum + text.length, 0) / Math.max(1, view.length)),
  load: ({ tensors: { scale } }) => {
    if (!(scale instanceof Float64Array)) throw new ArtifactError('damaged', 'letters: lacks its scale');
    return fittedLetters(scale[0]);
  },
};

/** The same feature without versions. */
export const plainLetters: Feature<Spelt> = {
  ...letters,
  load: (state) => ({ ...letters.load(state), fidelities: undefined }),
};

const size: Feature<Spelt> = {
  kind: 'size',
  reads: [],
  fit: () => size.load({ json: null, tensors: {} }),
  load: (state) => ({
    columns: 1,
    state,
    compute: (view) =>
      denseBlock(
        view.length,
        1,
        Float32Array.from(view.rows(), ({ text }) => text.length / 40),
      ),
  }),
};

export const spelt = define({ letters, size });
