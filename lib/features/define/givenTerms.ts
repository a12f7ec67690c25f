import { type SparseBlock, SparseWriter } from '../../data/blocks/index.js';
import { TermBlocks } from './termBlocks.js';
import { Ascending } from './text/ascending.js';
import type { Characters, PatternClasses } from './text/characters.js';
import { finding, type GramOptions, Grams, type Identify } from './text/grams.js';
import { murmurHash } from './text/murmur.js';
import { readingOf } from './text/reading.js';
import { Vocabulary } from './text/vocabulary.js';
import type { Weighting } from './weighting.js';

/**
 * Turns texts into a block of their terms' values, in double precision as well and not normalised; a row's are in the
 * order of their columns, as Python's vectorizers have them.
 */
export type ReadTerms = (texts: readonly string[]) => SparseBlock;

/** Texts as Python reads them. */
export interface PythonTexts {
  readonly options: Omit<GramOptions, 'terms'>;
  readonly characters: Characters;
  readonly classes: PatternClasses;
}

/**
 * Terms of a vocabulary that was made elsewhere, a column each in its order.
 *
 * @param vocabulary UTF-16 units of its terms one after the other, and the end of each
 * @param weights by column
 * @returns undefined where a term comes twice
 * @throws OptionError for a pattern that isn't read
 */
export function givenTerms(
  texts: PythonTexts,
  vocabulary: { readonly units: Uint16Array; readonly ends: Uint32Array },
  weights: Float64Array,
  weighting: Omit<Weighting, 'norm'>,
): ReadTerms | undefined {
  const terms = Vocabulary.load(vocabulary);
  if (terms.size < vocabulary.ends.length) return undefined;
  const own = { ...weighting, norm: 'none' } as const;
  const blocks = new TermBlocks(gramsOf(texts, finding(terms)), weights, own, new Ascending(weights.length));
  return (given) => blocks.of(given);
}

/** How hashed terms become values. */
export interface HashedTerms {
  readonly columns: number;
  /** Whether half of the terms, by their hash, count as -1. */
  readonly isSigned: boolean;
  readonly binary: boolean;
}

/** What a row's count of a column starts from, so that a count of 0 says that no term came. */
const START = 2 ** 30;

/**
 * Terms hashed to columns as scikit-learn's `FeatureHasher` does: terms whose signs differ may cancel each other, and
 * leave a stored 0.
 *
 * @throws OptionError for a pattern that isn't read
 */
export function hashedTerms(texts: PythonTexts, { columns, isSigned, binary }: HashedTerms): ReadTerms {
  // A column and its sign as one number: 2 × column, and 1 more below 0.
  const identify: Identify = {
    one(units, start, end) {
      const hash = murmurHash(units, start, end);
      // Python's own case for the one number that has no counterpart above 0.
      const column = (hash === -(2 ** 31) ? 2 ** 31 - columns : Math.abs(hash)) % columns;
      return 2 * column + (isSigned && hash < 0 ? 1 : 0);
    },
    octets: 0,
  };
  const grams = gramsOf(texts, identify);
  const counts = new Int32Array(columns);
  const order = new Ascending(columns);
  let distinct = new Uint32Array(1024);
  let values = new Float64Array(1024);
  return (given) => {
    const writer = new SparseWriter(given.length, columns, 64 * given.length, true);
    for (let row = 0; row < given.length; row++) {
      const { ids, ends } = grams.read(given, row);
      if (distinct.length < ends[0]) {
        distinct = new Uint32Array(2 * ends[0]);
        values = new Float64Array(2 * ends[0]);
      }
      let found = 0;
      for (let i = 0; i < ends[0]; i++) {
        const column = ids[i] >> 1;
        if (counts[column] === 0) {
          counts[column] = START;
          distinct[found++] = column;
        }
        counts[column] += (ids[i] & 1) === 1 ? -1 : 1;
      }
      order.sort(distinct, found);
      for (let d = 0; d < found; d++) {
        values[d] = binary ? 1 : counts[distinct[d]] - START;
        counts[distinct[d]] = 0;
      }
      writer.pushAll(distinct, values, found);
      writer.endRow();
    }
    return writer.block();
  };
}

function gramsOf({ options, characters, classes }: PythonTexts, identify: Identify): Grams {
  return new Grams(options, identify, readingOf(options, characters), classes);
}
