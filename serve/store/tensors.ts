import { sha256 } from '../../lib/util/sha256.js';
import type { Tensor } from '../../lib/util/state.js';
import type { Region, Slabs } from './slabs.js';

/** A tensor in shared memory. */
export interface HeldTensor {
  /** SHA-256 of its type and content. */
  readonly digest: string;
  readonly tensor: Tensor;
  readonly octets: number;
}

interface Entry extends HeldTensor {
  readonly region: Region;
  readonly mark: string;
  users: number;
}

/** Octets at the beginning and the end by which candidates are found. */
const EDGE = 256;

/** Tensors held once by content, however many models use them, in memory that threads share. */
export class TensorStore {
  private readonly byDigest = new Map<string, Entry>();
  /** By type, length and edges: few have the same, and comparing octets is quicker than a digest. */
  private readonly byMark = new Map<string, Entry[]>();

  constructor(private readonly slabs: Slabs) {}

  /** Octets in use, each content once. */
  get octets(): number {
    let sum = 0;
    for (const { octets } of this.byDigest.values()) sum += octets;
    return sum;
  }

  /** How many users a content has. */
  users(digest: string): number {
    return this.byDigest.get(digest)?.users ?? 0;
  }

  /** The tensor's content in shared memory: copied there, unless it is there already. */
  hold(tensor: Tensor): HeldTensor {
    const bytes = bytesOf(tensor);
    const mark = markOf(tensor, bytes);
    const alike = this.byMark.get(mark)?.find((entry) => Buffer.compare(bytesOf(entry.tensor), bytes) === 0);
    if (alike !== undefined) {
      alike.users++;
      return alike;
    }
    const digest = sha256([new TextEncoder().encode(typeOf(tensor)), bytes]);
    const region = this.slabs.take(bytes.length);
    const held = viewLike(tensor, region);
    bytesOf(held).set(bytes);
    const entry = { digest, tensor: held, octets: bytes.length, region, mark, users: 1 };
    this.byDigest.set(digest, entry);
    this.byMark.set(mark, [...(this.byMark.get(mark) ?? []), entry]);
    return entry;
  }

  /** Holds a content once more; undefined where nobody holds it. */
  again(digest: string): HeldTensor | undefined {
    const entry = this.byDigest.get(digest);
    if (entry !== undefined) entry.users++;
    return entry;
  }

  /**
   * Undoes one {@link hold} or {@link again}. The memory is used again once nobody holds it: no thread may read it
   * then.
   */
  release(digest: string): void {
    const entry = this.byDigest.get(digest);
    if (entry === undefined) throw new RangeError(`nothing is held of the digest ${digest}`);
    if (--entry.users > 0) return;
    this.byDigest.delete(digest);
    const others = this.byMark.get(entry.mark)?.filter((other) => other !== entry) ?? [];
    if (others.length > 0) this.byMark.set(entry.mark, others);
    else this.byMark.delete(entry.mark);
    this.slabs.give(entry.region);
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: Tensor): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function markOf(tensor: Tensor, bytes: Uint8Array): string {
  const edges = [bytes.subarray(0, EDGE), bytes.subarray(Math.max(0, bytes.length - EDGE))];
  return `${typeOf(tensor)} ${bytes.length} ${sha256(edges)}`;
}

function typeOf(tensor: Tensor): string {
  return tensor.constructor.name;
}

function viewLike(tensor: Tensor, { memory, start }: Region): Tensor {
  const { length } = tensor;
  if (tensor instanceof Float32Array) return new Float32Array(memory, start, length);
  if (tensor instanceof Float64Array) return new Float64Array(memory, start, length);
  if (tensor instanceof Int32Array) return new Int32Array(memory, start, length);
  if (tensor instanceof Uint32Array) return new Uint32Array(memory, start, length);
  if (tensor instanceof Uint16Array) return new Uint16Array(memory, start, length);
  return new Uint8Array(memory, start, length);
}
