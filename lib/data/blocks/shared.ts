import type { Block } from './block.js';

type Shareable = Float32Array | Float64Array | Int32Array | Uint32Array;

/**
 * Copies of arrays in memory that threads share, one copy an array. Whoever copies an array must not
 * write to it afterwards.
 */
export class SharedCopies {
  private readonly copies = new WeakMap<Shareable, Shareable>();

  /** The same values in shared memory; the array itself if it lies there. */
  array<A extends Shareable>(array: A): A;
  array(array: Shareable): Shareable {
    if (array.buffer instanceof SharedArrayBuffer) return array;
    const known = this.copies.get(array);
    if (known !== undefined) return known;
    const copy = copyOf(array);
    this.copies.set(array, copy);
    return copy;
  }

  /** The same block in shared memory, without doubles: threads fit learners, which don't read them. */
  block({ exact: _, ...block }: Block): Block {
    const values = this.array(block.values);
    if (block.kind === 'dense') return { ...block, values };
    return { ...block, values, offsets: this.array(block.offsets), indices: this.array(block.indices) };
  }
}

function copyOf(array: Shareable): Shareable {
  const buffer = new SharedArrayBuffer(array.byteLength);
  const { length } = array;
  if (array instanceof Float32Array) return filled(new Float32Array(buffer, 0, length), array);
  if (array instanceof Float64Array) return filled(new Float64Array(buffer, 0, length), array);
  if (array instanceof Int32Array) return filled(new Int32Array(buffer, 0, length), array);
  return filled(new Uint32Array(buffer, 0, length), array);
}

function filled<A extends Shareable>(copy: A, from: A): A {
  copy.set(from);
  return copy;
}
