/** Slots for each key at least, so that look-ups pass few. */
const ROOM = 2;

/**
 * A set of keys of rows in the order in which they were added, some 20 bytes each: a tenth of a
 * `Set`'s. Open addressing with linear probing over positions in a list.
 */
export class KeySet {
  private list = new Float64Array(16);
  /** A position in the list + 1; 0 is free. */
  private slots = new Int32Array(16 * ROOM);
  private count = 0;

  /** @param keys whole numbers from 0 to 2^53 */
  constructor(keys?: Iterable<number>) {
    if (keys) for (const key of keys) this.add(key);
  }

  get size(): number {
    return this.count;
  }

  has(key: number): boolean {
    return this.slots[this.slotOf(key)] > 0;
  }

  /** @returns the key's place in the order of first additions */
  add(key: number): number {
    const slot = this.slotOf(key);
    if (this.slots[slot] > 0) return this.slots[slot] - 1;
    if (this.count === this.list.length) {
      this.grow();
      return this.add(key);
    }
    this.list[this.count] = key;
    this.slots[slot] = ++this.count;
    return this.count - 1;
  }

  /** In the order of first additions. */
  keys(): Float64Array {
    return this.list.slice(0, this.count);
  }

  private slotOf(key: number): number {
    const { slots, list } = this;
    const mask = slots.length - 1;
    let slot = hash(key) & mask;
    while (slots[slot] > 0 && list[slots[slot] - 1] !== key) slot = (slot + 1) & mask;
    return slot;
  }

  private grow(): void {
    const list = new Float64Array(2 * this.list.length);
    list.set(this.list);
    this.list = list;
    this.slots = new Int32Array(ROOM * list.length);
    for (let i = 0; i < this.count; i++) this.slots[this.slotOf(list[i])] = i + 1;
  }
}

/** Both words of a key. */
function hash(key: number): number {
  let h = Math.imul(key | 0, 0x9e3779b1) ^ Math.imul((key / 2 ** 32) | 0, 0x85ebca6b);
  h ^= h >>> 16;
  return Math.imul(h, 0xc2b2ae35) >>> 0;
}
