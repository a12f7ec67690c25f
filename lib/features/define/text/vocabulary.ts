import { termsIn } from '#termsIn';
import { log2 } from '../../../util/math/index.js';
import { type HashKey, keyedHash, randomKey } from './keyedHash.js';

/**
 * Slots that a look-up may pass in a table that is at most half full, and that all look-ups of new terms may have
 * passed for each. Chance alone hardly ever goes beyond (Knuth, TAOCP 3, section 6.4: 2.5 on average, some 70 at most
 * among a million): then terms were made to collide.
 */
export const LONGEST_PROBE = 128;
export const MEAN_PROBE = 8;

/** New terms that tell nothing yet about the mean. */
export const FEW = 64;

/**
 * An exact map from terms (runs of UTF-16 code units) to ids 0, 1, 2 …, looked up without making a string.
 *
 * Open addressing with linear probing. A slot is one number: the term's id + 1 in its lower bits, as
 * many as a position in the table has, and the upper bits of the term's hash above them. So tables
 * are small, and more of them stay in the processor's caches. A match is confirmed against the units,
 * so two terms never share an id.
 *
 * Anybody can compute the hash, so an attacker can write texts whose terms collide. When they do,
 * terms are placed by a hash with a secret key. That costs a pass over each term's units, and
 * changes no id.
 */
export class Vocabulary {
  private slots: Int32Array;
  private mask: number;
  private units: Uint16Array;
  private ends: Uint32Array;
  /** The terms' hashes, by which a table that grows is filled again; a loaded one has none. */
  private hashes: Int32Array | undefined = new Int32Array(0);
  private count = 0;
  /** The total number of slots that new terms have passed. */
  private passed = 0;
  private key: HashKey | undefined;

  /** @param keyOf supplies a key, if one is needed */
  constructor(
    terms = 1024,
    private readonly keyOf: () => HashKey = randomKey,
  ) {
    const capacity = capacityFor(terms);
    this.slots = new Int32Array(capacity);
    this.mask = capacity - 1;
    this.units = new Uint16Array(terms * 5);
    this.ends = new Uint32Array(terms + 1);
  }

  /** Of these terms, numbered in their order; one that comes twice has its first number. */
  static of(terms: readonly string[]): Vocabulary {
    const vocabulary = new Vocabulary(terms.length);
    for (const term of terms) {
      const units = Uint16Array.from({ length: term.length }, (_, i) => term.charCodeAt(i));
      vocabulary.intern(units, 0, units.length, hashUnits(units, 0, units.length));
    }
    return vocabulary;
  }

  get size(): number {
    return this.count;
  }

  /** The id of the term `units[start … end - 1]`, whose {@link hashUnits} is `plainHash`; -1 if there is none. */
  find(units: Uint16Array, start: number, end: number, plainHash: number): number {
    const { slots, mask, key } = this;
    const hash = key === undefined ? plainHash : keyedHash(units, start, end, key);
    for (let slot = spreadHash(hash) & mask; ; slot = (slot + 1) & mask) {
      const entry = slots[slot];
      if (entry === 0) return -1;
      if (((entry ^ hash) & ~mask) === 0 && this.holds((entry & mask) - 1, units, start, end))
        return (entry & mask) - 1;
    }
  }

  /** The same, but an unknown term gets the next id. */
  intern(units: Uint16Array, start: number, end: number, hash: number): number {
    const known = this.find(units, start, end, hash);
    if (known >= 0) return known;
    if ((this.count + 1) * 2 > this.mask) this.rehash();
    const id = this.append(units, start, end);
    if (this.hashes !== undefined) {
      if (id >= this.hashes.length) this.hashes = grown(this.hashes, id + 1);
      this.hashes[id] = hash;
    }
    this.add(units, start, end, hash, id);
    return id;
  }

  /** Places a term whose units are here already. */
  private add(units: Uint16Array, start: number, end: number, plainHash: number, id: number): void {
    this.count++;
    const probes = this.place(
      this.key === undefined ? plainHash : keyedHash(units, start, end, this.key),
      id,
    );
    this.passed += probes;
    if (this.key !== undefined) return;
    if (probes > LONGEST_PROBE || (this.count > FEW && this.passed > MEAN_PROBE * this.count)) this.keyed();
  }

  /**
   * The number of slots that a look-up passes before it has the term's id, or knows that there is
   * none.
   */
  probes(units: Uint16Array, start: number, end: number): number {
    const { slots, mask, key } = this;
    const hash = key === undefined ? hashUnits(units, start, end) : keyedHash(units, start, end, key);
    let passed = 1;
    for (let slot = spreadHash(hash) & mask; slots[slot] !== 0; slot = (slot + 1) & mask, passed++) {
      if (((slots[slot] ^ hash) & ~mask) === 0 && this.holds((slots[slot] & mask) - 1, units, start, end))
        break;
    }
    return passed;
  }

  /** Offset of term `id` in {@link arena}. */
  start(id: number): number {
    return id === 0 ? 0 : this.ends[id - 1];
  }

  end(id: number): number {
    return this.ends[id];
  }

  /** All terms' units, one after the other. */
  arena(): Uint16Array {
    return this.units.subarray(0, this.count === 0 ? 0 : this.ends[this.count - 1]);
  }

  term(id: number): string {
    return String.fromCharCode(...this.units.subarray(this.start(id), this.end(id)));
  }

  /** Orders two terms by their code units. */
  compare(a: number, b: number): number {
    let i = this.start(a);
    let j = this.start(b);
    const endA = this.end(a);
    const endB = this.end(b);
    for (; i < endA && j < endB; i++, j++) {
      if (this.units[i] !== this.units[j]) return this.units[i] - this.units[j];
    }
    return endA - i - (endB - j);
  }

  /** The terms `ids` as a vocabulary of its own, numbered in that order. */
  keep(ids: ArrayLike<number>): Vocabulary {
    const kept = new Vocabulary(ids.length);
    for (let i = 0; i < ids.length; i++) {
      const start = this.start(ids[i]);
      const end = this.end(ids[i]);
      kept.intern(this.units, start, end, hashUnits(this.units, start, end));
    }
    return kept;
  }

  save(): { units: Uint16Array; ends: Uint32Array } {
    return { units: this.arena().slice(), ends: this.ends.slice(0, this.count) };
  }

  /**
   * Its table, with which {@link load} needs no hashing; undefined where terms were made to collide, since the key that
   * places them stays here.
   */
  get table(): Int32Array | undefined {
    return this.key === undefined ? this.slots : undefined;
  }

  /** Octets of its table. */
  get octets(): number {
    return this.slots.byteLength;
  }

  /**
   * The vocabulary that `save` gave, over its very arrays: they must not change.
   *
   * @param table of an equal vocabulary, which isn't copied either. @defaultValue the terms are hashed
   * @returns of smaller {@link size} than there are terms where one comes twice, or the table isn't one of so many
   *   terms
   */
  static load({ units, ends }: { units: Uint16Array; ends: Uint32Array }, table?: Int32Array): Vocabulary {
    const vocabulary = new Vocabulary(0);
    const capacity = capacityFor(ends.length);
    vocabulary.slots = table ?? new Int32Array(capacity);
    vocabulary.mask = capacity - 1;
    vocabulary.units = units;
    vocabulary.ends = ends;
    vocabulary.hashes = undefined;
    if (table !== undefined) {
      vocabulary.count = table.length === capacity ? termsIn(table, ends.length) : 0;
      return vocabulary;
    }
    for (let id = 0; id < ends.length; id++) {
      const [start, end] = [vocabulary.start(id), ends[id]];
      const hash = hashUnits(units, start, end);
      // A term that comes twice keeps its first id, and the count tells.
      if (vocabulary.find(units, start, end, hash) < 0) vocabulary.add(units, start, end, hash, id);
    }
    return vocabulary;
  }

  private holds(id: number, units: Uint16Array, start: number, end: number): boolean {
    const own = this.units;
    let at = this.start(id);
    if (this.ends[id] - at !== end - start) return false;
    for (let i = start; i < end; i++, at++) if (units[i] !== own[at]) return false;
    return true;
  }

  private append(units: Uint16Array, start: number, end: number): number {
    const id = this.count;
    const at = this.start(id);
    if (id >= this.ends.length) this.ends = grown(this.ends, id + 1);
    const needed = at + end - start;
    if (needed > this.units.length) this.units = grown(this.units, needed);
    for (let i = start; i < end; i++) this.units[at + i - start] = units[i];
    this.ends[id] = needed;
    return id;
  }

  /** Returns the number of slots passed. */
  private place(hash: number, id: number): number {
    const { slots, mask } = this;
    let slot = spreadHash(hash) & mask;
    let probes = 1;
    for (; slots[slot] !== 0; probes++) slot = (slot + 1) & mask;
    slots[slot] = (hash & ~mask) | (id + 1);
    return probes;
  }

  /** Rehashes all terms, by a hash with a key. */
  private keyed(): void {
    this.key = this.keyOf();
    this.slots.fill(0);
    this.placeAll();
  }

  private rehash(): void {
    this.slots = new Int32Array(this.slots.length * 2);
    this.mask = this.slots.length - 1;
    this.placeAll();
  }

  private placeAll(): void {
    const { units, key, hashes } = this;
    for (let id = 0; id < this.count; id++) {
      const [start, end] = [this.start(id), this.ends[id]];
      const known = hashes === undefined ? hashUnits(units, start, end) : hashes[id];
      this.place(key === undefined ? known : keyedHash(units, start, end, key), id);
    }
  }
}

/** Slots for so many terms: at most half are used. */
function capacityFor(terms: number): number {
  return 2 ** Math.ceil(log2(Math.max(16, terms * 2.5)));
}

/** FNV-1a over code units (Fowler, Noll and Vo), extended one unit at a time so that n-grams share the work. */
export const HASH_START = 0x811c9dc5 | 0;

export function extendHash(hash: number, unit: number): number {
  return Math.imul(hash ^ unit, 0x01000193);
}

export function hashUnits(units: Uint16Array, start: number, end: number): number {
  let hash = HASH_START;
  for (let i = start; i < end; i++) hash = extendHash(hash, units[i]);
  return hash;
}

/** FNV's low bits alone cluster on short terms; folding the high ones in keeps probe runs short. */
export function spreadHash(hash: number): number {
  return hash ^ (hash >>> 15);
}

function grown<T extends Uint16Array | Uint32Array | Int32Array>(array: T, needed: number): T {
  const larger = array.constructor as new (length: number) => T;
  const copy = new larger(Math.max(needed, array.length * 2));
  copy.set(array);
  return copy;
}
