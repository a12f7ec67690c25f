import { hashUnits, type Vocabulary } from './vocabulary.js';

/**
 * Words as keys of two ints, so that most are looked up without comparing their units: a word of up to eight ASCII units is
 * its own key, packed a byte each, first unit lowest. Any other has its hash and LONG, which no packed word can have.
 */
export const LONG = -1;
const MOST = 8;

/** Writes the key of `units[start … end - 1]`, none of which is 0, to `keys[at]` and the int after it. */
export function writeKey(units: Uint16Array, start: number, end: number, keys: Int32Array, at: number): void {
  let [low, high] = [0, 0];
  const short = end - start <= MOST;
  for (let i = start; short && i < end && high !== LONG; i++) {
    const shift = 8 * ((i - start) & 3);
    if (units[i] > 127) high = LONG;
    else if (i - start < 4) low |= units[i] << shift;
    else high |= units[i] << shift;
  }
  const long = !short || high === LONG;
  keys[at] = long ? hashUnits(units, start, end) : low;
  keys[at + 1] = long ? LONG : high;
}

/** Spans of `units`, and the key of each: two ints. */
export interface Words {
  readonly units: Uint16Array;
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  readonly keys: Int32Array;
  readonly tokens: number;
}

/** The hash of word `t`, as {@link hashUnits} gives it. */
export function wordHash({ units, starts, ends, keys }: Words, t: number): number {
  return keys[2 * t + 1] === LONG ? keys[2 * t] : hashUnits(units, starts[t], ends[t]);
}

/** A vocabulary's terms of up to eight ASCII units by their keys; for all others it asks the vocabulary. */
export class WordIndex {
  /** A slot is a key, the term's id + 1, and an int unused, so that it stays within one cache line. */
  private readonly slots: Int32Array;
  private readonly shift: number;

  constructor(private readonly vocabulary: Vocabulary) {
    const bits = Math.ceil(Math.log2(Math.max(16, vocabulary.size * 2)));
    this.slots = new Int32Array(4 << bits);
    this.shift = 32 - bits;
    const units = vocabulary.arena();
    const key = new Int32Array(2);
    for (let id = 0; id < vocabulary.size; id++) {
      const start = vocabulary.start(id);
      const end = vocabulary.end(id);
      // A unit 0 is no part of a word, and would make two terms the same key.
      if (units.subarray(start, end).includes(0)) continue;
      writeKey(units, start, end, key, 0);
      if (key[1] !== LONG) this.place(key, id);
    }
  }

  /** The ids of all words that have one, in `ids`, which has room for all; returns how many. */
  find(words: Words, ids: Int32Array): number {
    const { slots, shift, vocabulary } = this;
    const { units, starts, ends, keys, tokens } = words;
    const last = slots.length - 1;
    let found = 0;
    for (let t = 0; t < tokens; t++) {
      const low = keys[2 * t];
      const high = keys[2 * t + 1];
      if (high === LONG) {
        const id = vocabulary.find(units, starts[t], ends[t], low);
        if (id >= 0) ids[found++] = id;
        continue;
      }
      for (let at = slotOf(low, high, shift); ; at = (at + 4) & last) {
        const entry = slots[at + 2];
        if (entry === 0) break;
        if (slots[at] !== low || slots[at + 1] !== high) continue;
        ids[found++] = entry - 1;
        break;
      }
    }
    return found;
  }

  private place([low, high]: Int32Array, id: number): void {
    let at = slotOf(low, high, this.shift);
    while (this.slots[at + 2] !== 0) at = (at + 4) & (this.slots.length - 1);
    this.slots[at] = low;
    this.slots[at + 1] = high;
    this.slots[at + 2] = id + 1;
  }
}

/** The top bits of multiplicative hashes (Knuth, TAOCP 3, section 6.4): those that all units of the key have a say in. */
function slotOf(low: number, high: number, shift: number): number {
  return ((Math.imul(low, 0x9e3779b1) ^ Math.imul(high, 0x85ebca6b)) >>> shift) << 2;
}
