import { Chunk, type ChunkPlace } from './chunk.js';
import { ChunkedColumn } from './column.js';
import { FineDate } from './instants.js';
import { type NumberArray, NumberChunk, WideChunk } from './numbers.js';

/** A column of an array, or of a typed array. */
export function arrayColumn(name: string, values: ArrayLike<unknown>): ChunkedColumn {
  const place = { column: name, first: 0 };
  const { length } = values;
  if (values instanceof BigInt64Array || values instanceof BigUint64Array)
    return new ChunkedColumn(name, typeOfArray(values), [new WideChunk(length, place, undefined, values)]);
  const chunk =
    values instanceof RoundedNumbers
      ? new RoundedChunk(place, values)
      : isNumberArray(values)
        ? new NumberChunk(length, place, undefined, values)
        : new ArrayChunk(place, values);
  return new ChunkedColumn(name, typeOfArray(values), [chunk]);
}

/** Doubles of decimal numbers, and the texts of those that are none. */
export class RoundedNumbers extends Float64Array {
  /** By position. */
  readonly texts = new Map<number, string>();
}

class RoundedChunk extends NumberChunk {
  constructor(
    place: ChunkPlace,
    private readonly rounded: RoundedNumbers,
  ) {
    super(rounded.length, place, undefined, rounded);
  }

  override exact(i: number): unknown {
    return this.rounded.texts.get(i) ?? this.read(i);
  }
}

/** Typed arrays of numbers. */
export function isNumberArray(values: unknown): values is NumberArray {
  return (
    ArrayBuffer.isView(values) &&
    !(values instanceof DataView || values instanceof BigInt64Array || values instanceof BigUint64Array)
  );
}

function typeOfArray(values: ArrayLike<unknown>): string {
  return Array.isArray(values) ? 'array' : values.constructor.name;
}

/** Values of an array. What isn't there is NaN beside numbers, and null beside other values. */
class ArrayChunk extends Chunk {
  private absent: number | null | undefined;

  constructor(
    place: ChunkPlace,
    private readonly values: ArrayLike<unknown>,
  ) {
    super(values.length, place, undefined);
  }

  protected valueAt(i: number): unknown {
    const value = this.values[i];
    if (value === null || value === undefined) {
      if (this.absent === undefined) this.absent = this.absentValue();
      return this.absent;
    }
    if (value instanceof FineDate) return new Date(value.getTime());
    if (typeof value !== 'bigint') return value;
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  }

  override exact(i: number): unknown {
    const value = this.values[i];
    return value instanceof FineDate ? value : this.read(i);
  }

  private absentValue(): number | null {
    for (let i = 0; i < this.values.length; i++) {
      const value = this.values[i];
      if (value === null || value === undefined) continue;
      return typeof value === 'number' || typeof value === 'bigint' ? Number.NaN : null;
    }
    return null;
  }
}
