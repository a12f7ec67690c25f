import { show } from '../../check.js';
import { denseBlock } from '../../data/blocks/index.js';
import { OptionError } from '../../errors.js';
import { textDigest } from '../../util/digest.js';
import type { JsonValue } from '../../util/state.js';
import type { Key } from '../lookup/index.js';
import type { FittedFeature } from './feature.js';
import { type CheckedOutcome, type Filling, filled, numbersFault } from './filling.js';
import { distinctKeys, keyFault } from './keys.js';
import { readsOf } from './sources.js';
import type { Source } from './view.js';

/** Values of a lookup that needn't be fetched; null under a key of which the source has nothing. */
export type KnownValues<K extends Key> = ReadonlyMap<K, ArrayLike<number> | null>;

/** Known values as they were when the feature was made. */
export interface KnownRows<K extends Key> {
  /** By key; null where there is nothing under it. */
  readonly rows: ReadonlyMap<K, KnownRow | null>;
  /** What the feature states of them. */
  readonly stated: JsonValue;
}

interface KnownRow {
  readonly numbers: Float32Array;
  /** The numbers, and a 0. */
  readonly marked: Float32Array;
}

/** The name of the version that fetches nothing. */
const KNOWN = 'known';

/** @throws OptionError for what is no Map of numbers, naming the key */
export function knownRows<K extends Key>(
  known: KnownValues<K>,
  width: number,
  missing: boolean,
): KnownRows<K> {
  if (!(known instanceof Map))
    throw new OptionError('known', `expected a Map of numbers by key, got ${show(known)}`);
  const rows = new Map<K, KnownRow | null>();
  const lines: string[] = [];
  for (const [key, value] of known) {
    const fault = keyFault(key) ?? (value === null ? undefined : numbersFault(value, width, missing));
    if (fault !== undefined) throw new OptionError('known', `key ${show(key)}: ${fault}`);
    const marked = new Float32Array(width + 1);
    if (value !== null) marked.set(value);
    rows.set(key, value && { numbers: marked.subarray(0, width), marked });
    lines.push(`${typeof key} ${JSON.stringify(String(key))} ${value && marked}`);
  }
  const digest = textDigest(lines.sort().join('\n'));
  return { rows, stated: { keys: rows.size, digest } };
}

/** Outcomes of all keys: known ones, and the fetched ones of the others in their order. */
export function withFetched<K extends Key>(
  keys: readonly K[],
  { rows }: KnownRows<K>,
  fetched: readonly CheckedOutcome[],
): CheckedOutcome[] {
  let next = 0;
  return keys.map((key) => {
    const row = rows.get(key);
    return row === undefined ? fetched[next++] : (row?.numbers ?? null);
  });
}

/** The feature with a version that has the known values alone: a column more is 1 where the key isn't known. */
export function withKnown<Row, K extends Key>(
  alone: FittedFeature<Row>,
  key: Source<Row, K | null | undefined>,
  { rows }: KnownRows<K>,
  values: Omit<Filling, 'view' | 'wanted' | 'context'>,
): FittedFeature<Row> {
  const { width, absent, source } = values;
  // A mark has another unit than the numbers, so that they aren't scaled as one.
  const marked = { ...values, width: width + 1, absent: Float32Array.of(...absent, 0), scaling: undefined };
  const unknown = Float32Array.of(...absent, 1);
  const known: FittedFeature<Row> = {
    columns: width + 1,
    compute(view, context = {}) {
      const wanted = distinctKeys(view.read(key), source);
      const outcomes = wanted.keys.map((each) => {
        const row = rows.get(each);
        return row === undefined ? unknown : (row?.marked ?? null);
      });
      return filled({ ...marked, view, wanted, context }, outcomes);
    },
    warm: () => denseBlock(1, width + 1, unknown.slice()),
    state: { json: { columns: width + 1 }, tensors: {} },
    reportsRequests: true,
  };
  const reads = readsOf(key);
  return {
    ...alone,
    fidelities: {
      propose(view, most) {
        const { keys } = distinctKeys(view.read(key), source);
        const there = keys.filter((each) => rows.has(each)).length;
        return there > 0 && there < keys.length ? [KNOWN].slice(0, most) : [];
      },
      inSteps(at) {
        if (at.length > 1 || (at.length === 1 && at[0] !== KNOWN))
          throw new OptionError('fidelities', `expected '${KNOWN}' or none, got ${at.join(', ')}`);
        // It costs nothing, and doesn't change with the source.
        const steps = at.map(() => ({ reads, fitted: known, own: { price: 0, live: false } }));
        return [...steps, { reads, fitted: alone }];
      },
      inWords: () => 'values known beforehand',
    },
  };
}
