import { sha256 } from '#sha256';
import { type Block, rowDigests } from '../../lib/data/blocks/index.js';
import { KeySet, type RowReader, SameRows } from '../../lib/data/rows/index.js';
import { OptionError, UsedRows } from '../../lib/errors.js';
import { freshSeed } from '../../lib/stats/index.js';
import type { Contents } from './givenRows.js';
import { refuseSame, refuseUsed } from './refuseUsed.js';

/** What a ledger holds, as files keep it. */
export interface UsedState {
  /** One array a feature, in the order of the fitted ones, one digest a row. */
  readonly digests: readonly Float64Array[];
  /** Keys of what rows hold, and of their groups, where something was grouped. */
  readonly rows: Float64Array;
  readonly groups: Float64Array;
  /** Batches that a claim was made about. */
  readonly batches: readonly ClaimedBatch[];
}

/** A claim about the answers to one finite batch, which has all of its delta. */
export interface ClaimedBatch {
  /** What is claimed, in words: loss, epsilon, delta, the size of the sample, and the path that is tested. */
  readonly claim: string;
  /** The seed of its sample. */
  readonly seed: number | string;
  /** What the batch's rows hold, in their order. */
  readonly keys: Float64Array;
}

/** The share of a batch's rows from which on it is an earlier batch once more, with some rows added or left out. */
const SAME_BATCH = 0.9;

/** A claim about a batch, and the seed of its sample. */
export interface BatchDraw {
  readonly seed: number | string;
  /** The full model has answered the sample: the claim stands. */
  keep(): void;
  /** No answer was looked at: unless it is kept, or the same call is under way elsewhere, the batch is free again. */
  release(): void;
}

interface KeptBatch extends ClaimedBatch {
  readonly isLasting: boolean;
  /** Calls under way, where none has kept it yet. */
  open: number;
  isKept: boolean;
}

/** Rows that are about to be tested on: nobody else may claim them. */
export interface Claim {
  /** They count as used from now on. @param digests of their blocks, one array a feature, where these are known */
  keep(digests?: readonly Float64Array[]): void;
  /** They were never looked at, and are free again. Does nothing once they are kept. */
  release(): void;
}

/**
 * The rows that made or tested any cascade of one lineage: the one that `tune` made, or a file held, and all that
 * were made of it since. They share it, so that what one has used no other takes for fresh.
 */
export class Ledger {
  /** What samples of batches are keyed with: nobody can foresee them, and one batch has one sample. */
  readonly secret = freshSeed();
  private readonly rows = new Keys();
  private readonly groups = new Keys();
  /** Those that were given as objects, which no file keeps. */
  private readonly same = new SameRows();
  /** By feature, set by set. */
  private readonly sets: (readonly Float64Array[])[] = [];
  private readonly batches = new Set<KeptBatch>();

  /**
   * @param features that were fitted, in number
   * @param stale those that have become others since some rows were used: their numbers no longer tell
   */
  constructor(
    readonly features: number,
    readonly stale: readonly string[],
    readonly reader: RowReader,
  ) {}

  /**
   * That of rows whose features were just computed.
   *
   * @param blocks of the rows, one a feature
   * @param held the rows, where they are in memory anyway
   */
  static of(
    contents: Contents,
    blocks: readonly Block[],
    reader: RowReader,
    held?: readonly unknown[],
  ): Ledger {
    const ledger = new Ledger(blocks.length, [], reader);
    ledger.add(
      contents,
      blocks.map((block) => rowDigests([block])),
      held,
    );
    return ledger;
  }

  static from(state: UsedState, stale: readonly string[], reader: RowReader): Ledger {
    const ledger = new Ledger(state.digests.length, stale, reader);
    ledger.sets.push(state.digests);
    ledger.rows.add(state.rows);
    ledger.groups.add(state.groups);
    for (const batch of state.batches)
      ledger.batches.add({ ...batch, isLasting: true, open: 0, isKept: true });
    return ledger;
  }

  get digests(): readonly Float64Array[] {
    return Array.from({ length: this.features }, (_, f) => joined(this.sets.map((set) => set[f])));
  }

  state(): UsedState {
    return {
      digests: this.digests,
      rows: this.rows.lasting(),
      groups: this.groups.lasting(),
      // Keys of rows that only their identity tells mean nothing in another process.
      batches: [...this.batches]
        .filter(({ isLasting }) => isLasting)
        .map(({ claim, seed, keys }) => ({ claim, seed, keys })),
    };
  }

  /**
   * Claims rows before anything is computed of them.
   *
   * @param repeats whether inputs repeat, so that rows like used ones are new draws
   * @throws UsedRows for rows that equal one that was used or is claimed, or are of a group that was; where inputs
   * repeat, for those alone that are the very objects
   */
  claim({ rows, groups }: Contents, repeats: boolean, held: readonly unknown[]): Claim {
    if (repeats) refuseSame(this.same, held, 'made or tested this cascade themselves');
    else {
      const grouped = this.groups.where(groups ?? new Float64Array(0));
      refuseUsed(this.rows.where(rows.keys), grouped, rows.keys.length, {
        equal: 'were used to make or test this cascade',
        grouped: 'are of groups that made or tested this cascade',
      });
    }
    let open = true;
    const close = () => {
      if (!open) return false;
      open = false;
      this.rows.release(rows.keys);
      if (groups) this.groups.release(groups);
      return true;
    };
    const own = held.filter((row) => !this.same.has(row));
    this.same.add(own);
    this.rows.claim(rows.keys);
    if (groups) this.groups.claim(groups);
    return {
      keep: (digests) => {
        if (close()) this.add({ rows, groups }, digests);
      },
      release: () => {
        if (close()) this.same.delete(own);
      },
    };
  }

  /**
   * Claims a batch before anything is computed for it. The first claim has all of delta: a larger sample, another
   * epsilon or another draw, after its result was seen, would be a second chance to be wrong. The very same claim may be
   * made again, since it takes the same sample.
   *
   * @param seed of the sample; undefined for that of the same claim before, or else one that nobody can foresee
   * @throws UsedRows where another claim was made about the same rows, in another order too, or about nine tenths of them
   */
  claimBatch(rows: readonly unknown[], claim: string, seed?: number | string): BatchDraw {
    const { keys, opaque } = this.reader.keysOf(rows);
    const before = [...this.batches].filter((batch) => isSameBatch(batch.keys, keys));
    if (before.length === 0) {
      const own = seed ?? sha256([new TextEncoder().encode(this.secret), bytesOf(keys)]).slice(0, 32);
      return this.drawOf({ claim, seed: own, keys, isLasting: !opaque.includes(1), open: 0, isKept: false });
    }
    const other = before.find((batch) => batch.claim !== claim || !isSameOrder(batch.keys, keys));
    const drawn = before.find((batch) => seed !== undefined && `${batch.seed}` !== `${seed}`);
    if (other === undefined && drawn === undefined) return this.drawOf(before[0]);
    const [was, is] = other
      ? [other.claim, other.claim === claim ? 'the same of other rows or another order' : claim]
      : [`seed ${drawn?.seed}`, `seed ${seed}`];
    throw new UsedRows(
      Int32Array.from(rows.keys()),
      rows.length,
      [],
      `are a batch about which another claim was made (${was}; now ${is}), and the first one has all of delta`,
      'make the first claim again, which takes the same sample. If these are other rows that hold the same, give each ' +
        'a property that tells them apart, such as an id',
    );
  }

  private drawOf(batch: KeptBatch): BatchDraw {
    this.batches.add(batch);
    batch.open++;
    return {
      seed: batch.seed,
      keep: () => {
        batch.isKept = true;
      },
      release: () => {
        batch.open--;
        if (batch.open === 0 && !batch.isKept) this.batches.delete(batch);
      },
    };
  }

  /**
   * How many of the rows equal one that was used; undefined where that isn't known: a row that only its identity tells
   * may be a copy of a used one, and a file may hold the keys of none.
   */
  usedAmong(rows: readonly unknown[]): number | undefined {
    const { keys, opaque } = this.reader.keysOf(rows);
    const used = this.rows.where(keys);
    const isUsed = new Set(used);
    const isTold = this.rows.size > 0 && opaque.every((flag, row) => flag === 0 || isUsed.has(row));
    return isTold ? used.length : undefined;
  }

  /** Rows that are used from now on. @param held the rows, where they are in memory anyway */
  add({ rows, groups }: Contents, digests?: readonly Float64Array[], held: readonly unknown[] = []): void {
    this.same.add(held);
    this.rows.add(rows.keys, rows.opaque);
    if (groups) this.groups.add(groups);
    if (digests) this.sets.push(digests);
  }

  /**
   * The rows that equal a used one in every feature that can still tell.
   *
   * @param fresh digests, one array a feature
   * @param names of the features
   * @param contents of the rows, to leave out those that equal a used one altogether
   */
  alike(fresh: readonly Float64Array[], names: readonly string[], contents?: Contents): Int32Array {
    const telling = this.telling(names);
    if (telling.length === 0) return new Int32Array(0);
    const keysOf = (of: readonly Float64Array[]) => combined(telling.map((f) => of[f]));
    const known = new KeySet(keysOf(this.digests));
    const keys = keysOf(fresh);
    const equal = new Set(contents && this.rows.where(contents.rows.keys));
    return Int32Array.from(keys.keys()).filter((row) => known.has(keys[row]) && !equal.has(row));
  }

  /** Positions of the features that can still tell rows apart. */
  telling(names: readonly string[]): number[] {
    return names.flatMap((name, f) => (this.stale.includes(name) ? [] : [f]));
  }

  /**
   * Where every feature has changed, as after a training of the pipeline, used rows are known by their content alone.
   *
   * @throws OptionError where that can't tell either
   */
  checkTelling(names: readonly string[], { rows: { opaque } }: Contents): void {
    if (this.telling(names).length > 0 || (this.rows.size > 0 && !opaque.includes(1))) return;
    throw new OptionError(
      'certify.repeats',
      'every feature has changed since rows were used, and these are no plain data, so used rows can’t be recognised; ' +
        'pass repeats: true if these are new',
    );
  }
}

/** Keys that are used, and those that are claimed, each as often as it is. */
class Keys {
  private readonly used = new KeySet();
  /** Those of them that mean nothing in another process. */
  private readonly opaque = new Set<number>();
  private readonly claimed = new Map<number, number>();

  get size(): number {
    return this.used.size;
  }

  where(keys: Float64Array): Int32Array {
    return Int32Array.from(keys.keys()).filter(
      (row) => this.used.has(keys[row]) || this.claimed.has(keys[row]),
    );
  }

  add(keys: Float64Array, opaque?: Uint8Array): void {
    keys.forEach((key, row) => {
      this.used.add(key);
      if (opaque?.[row] === 1) this.opaque.add(key);
    });
  }

  claim(keys: Float64Array): void {
    for (const key of keys) this.claimed.set(key, (this.claimed.get(key) ?? 0) + 1);
  }

  release(keys: Float64Array): void {
    for (const key of keys) {
      const left = (this.claimed.get(key) ?? 1) - 1;
      if (left === 0) this.claimed.delete(key);
      else this.claimed.set(key, left);
    }
  }

  lasting(): Float64Array {
    return this.used.keys().filter((key) => !this.opaque.has(key));
  }
}

/** Whether two batches are the same rows but for a few, in any order. Rows that stand several times in one count as often. */
function isSameBatch(a: Float64Array, b: Float64Array): boolean {
  const needed = SAME_BATCH * Math.max(a.length, b.length);
  if (Math.min(a.length, b.length) < needed) return false;
  const [left, right] = [a.toSorted(), b.toSorted()];
  let shared = 0;
  for (let i = 0, j = 0; i < left.length && j < right.length; ) {
    if (left[i] === right[j]) {
      shared++;
      i++;
      j++;
    } else if (left[i] < right[j]) i++;
    else j++;
  }
  return shared >= needed;
}

function isSameOrder(a: Float64Array, b: Float64Array): boolean {
  return a.length === b.length && a.every((key, row) => key === b[row]);
}

function bytesOf(keys: Float64Array): Uint8Array {
  return new Uint8Array(keys.buffer, keys.byteOffset, keys.byteLength);
}

/** A number for a set of rows, from their digests: whole, below 2^52, and of other rows hardly ever the same. */
export function sumOf(digests: readonly Float64Array[], before = 0): number {
  const add = (sum: number, digest: number) => (sum + (digest % 2 ** 52)) % 2 ** 52;
  return digests.reduce((sum, each) => each.reduce(add, sum), before);
}

/**
 * One number for each row's digests in several features: whole, below 2^53. Rows that differ have
 * the same one with a chance of 2^-53.
 */
function combined(digests: readonly Float64Array[]): Float64Array {
  if (digests.length === 1) return digests[0];
  return digests[0].map((_, row) => {
    let [low, high] = [0x811c9dc5 | 0, 0x9e3779b9 | 0];
    for (const of of digests) {
      low = mixed(low, of[row] | 0, 0x01000193);
      low = mixed(low, (of[row] / 2 ** 32) | 0, 0x01000193);
      high = mixed(high, of[row] | 0, 0x85ebca6b);
      high = mixed(high, (of[row] / 2 ** 32) | 0, 0x85ebca6b);
    }
    return (high >>> 11) * 2 ** 32 + (low >>> 0);
  });
}

function mixed(hash: number, word: number, factor: number): number {
  const product = Math.imul(hash ^ word, factor);
  return product ^ (product >>> 15);
}

function joined(parts: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
