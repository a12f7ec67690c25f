/** A piece of shared memory in use. */
export interface Region {
  readonly memory: SharedArrayBuffer;
  /** Its first octet: a multiple of 64. */
  readonly start: number;
  /** Octets: as many as were wanted, rounded up to a multiple of 64. */
  readonly length: number;
}

interface Slab {
  readonly memory: SharedArrayBuffer;
  /** Free pieces, by their starts; no two touch. */
  free: { start: number; length: number }[];
}

/** Octets of a slab. Pages of it that were never written take no memory. */
const SLAB = 64 * 2 ** 20;
/** A cache line, and a multiple of every element's size. */
const LINE = 64;

/**
 * Memory that threads share, in large pieces that are used again.
 *
 * V8 doesn't count shared memory as pressure: buffers that were dropped stay until a collection
 * that something else causes. So what is freed here is kept and given out again, the first piece
 * that is large enough (Knuth, TAOCP 1, section 2.5, algorithm A).
 */
export class Slabs {
  private readonly slabs: Slab[] = [];

  /** @param size octets of a slab; a larger piece has one of its own */
  constructor(private readonly size = SLAB) {}

  /** Octets of all slabs, used or not. */
  get reserved(): number {
    return this.slabs.reduce((sum, { memory }) => sum + memory.byteLength, 0);
  }

  /** Octets that aren't in use. */
  get free(): number {
    return this.slabs.reduce((sum, { free }) => free.reduce((part, { length }) => part + length, sum), 0);
  }

  take(octets: number): Region {
    const length = Math.max(LINE, Math.ceil(octets / LINE) * LINE);
    for (const { memory, free } of this.slabs) {
      const at = free.findIndex((piece) => piece.length >= length);
      if (at < 0) continue;
      const piece = free[at];
      const { start } = piece;
      piece.start += length;
      piece.length -= length;
      if (piece.length === 0) free.splice(at, 1);
      return { memory, start, length };
    }
    const memory = new SharedArrayBuffer(Math.max(this.size, length));
    const rest = memory.byteLength - length;
    this.slabs.push({ memory, free: rest > 0 ? [{ start: length, length: rest }] : [] });
    return { memory, start: 0, length };
  }

  /** Frees a region, which nothing may read any more. */
  give({ memory, start, length }: Region): void {
    const slab = this.slabs.find((each) => each.memory === memory);
    if (slab === undefined) throw new RangeError('the region is of no slab here');
    const { free } = slab;
    const after = free.findIndex((piece) => piece.start > start);
    const at = after < 0 ? free.length : after;
    free.splice(at, 0, { start, length });
    join(free, at);
    join(free, at - 1);
  }
}

/** Makes a piece and the next one into one where they touch. */
function join(free: { start: number; length: number }[], at: number): void {
  const [piece, next] = [free[at], free[at + 1]];
  if (piece === undefined || next === undefined || piece.start + piece.length !== next.start) return;
  piece.length += next.length;
  free.splice(at + 1, 1);
}
