import { show } from '../../check.js';
import { LookupError } from '../../errors.js';
import type { Key } from '../lookup/index.js';

/** The keys of some rows, each once. */
export interface Keys<K extends Key> {
  readonly keys: readonly K[];
  /** For each row the position of its key; -1 if it has none. */
  readonly of: Int32Array;
  /** Errors of rows whose key can't be looked up, by row. */
  readonly wrong: ReadonlyMap<number, LookupError>;
}

/** Longer keys are taken for a mistake: the sources aren't made for them. */
const LONGEST_KEY = 1024;
const MOST_BITS = 4096;

export function distinctKeys<K extends Key>(
  values: readonly (K | null | undefined)[],
  source: string,
): Keys<K> {
  const positions = new Map<K, number>();
  const of = new Int32Array(values.length).fill(-1);
  const wrong = new Map<number, LookupError>();
  values.forEach((key, row) => {
    if (key === null || key === undefined) return;
    const what = keyFault(key);
    if (what !== undefined) {
      wrong.set(row, new LookupError('', undefined, source, 'key', what));
      return;
    }
    const known = positions.get(key);
    of[row] = known ?? positions.size;
    if (known === undefined) positions.set(key, positions.size);
  });
  return { keys: [...positions.keys()], of, wrong };
}

/** Why a key that isn't null or undefined can't be looked up. */
export function keyFault(key: unknown): string | undefined {
  if (typeof key === 'bigint') {
    if (BigInt.asIntN(MOST_BITS, key) === key) return undefined;
    return `can't look up a whole number of more than ${MOST_BITS} bits`;
  }
  if (typeof key === 'number' && Number.isFinite(key)) return undefined;
  if (typeof key !== 'string') {
    return `can't look up ${show(key)}: expected text, a finite number, a bigint or null`;
  }
  if (key.length <= LONGEST_KEY) return undefined;
  return `can't look up a key of ${key.length} characters: expected at most ${LONGEST_KEY}`;
}
