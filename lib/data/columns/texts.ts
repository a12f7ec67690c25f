import { Chunk, type ChunkPlace, type Validity } from './chunk.js';
import { wordsOf } from './numbers.js';

/** Texts up to this many bytes are decoded here, where they are ASCII: a decoder costs more to call. */
const SHORT = 12;
/** A mark at the start of a text is part of it. */
const decoder = new TextDecoder('utf-8', { ignoreBOM: true, fatal: true });

/** Bytes of UTF-8 as a text. @throws TypeError for what is no UTF-8 */
export function decoded(bytes: Uint8Array, begin: number, end: number): string {
  if (end - begin > SHORT) return decoder.decode(bytes.subarray(begin, end));
  let text = '';
  for (let i = begin; i < end; i++) {
    const byte = bytes[i];
    if (byte >= 0x80) return decoder.decode(bytes.subarray(begin, end));
    text += String.fromCharCode(byte);
  }
  return text;
}

abstract class Texts extends Chunk {
  protected textIn(i: number, bytes: Uint8Array, begin: number, end: number): string {
    try {
      return decoded(bytes, begin, end);
    } catch {
      throw this.fault(i, "isn't text in UTF-8, as Arrow's texts are");
    }
  }
}

/** Texts one after the other, and where each begins. */
export class TextChunk extends Texts {
  constructor(
    length: number,
    place: ChunkPlace,
    validity: Validity | undefined,
    private readonly bytes: Uint8Array,
    private readonly offsets: Int32Array | Float64Array | BigInt64Array | BigUint64Array,
  ) {
    super(length, place, validity);
  }

  protected valueAt(i: number): string {
    const { bytes, offsets } = this;
    const begin = Number(offsets[i]);
    const end = Number(offsets[i + 1]);
    if (!(begin >= 0 && begin <= end && end <= bytes.length))
      throw this.fault(i, `is damaged: a text from byte ${begin} to ${end} of ${bytes.length}`);
    return this.textIn(i, bytes, begin, end);
  }
}

/** Bytes of a view, and up to how many of them a text lies in it. */
const VIEW = 16;
const INSIDE = 12;

/** Views of 16 bytes: short texts themselves, and where longer ones are. */
export class TextViewChunk extends Texts {
  private readonly words: Int32Array;

  constructor(
    length: number,
    place: ChunkPlace,
    validity: Validity | undefined,
    private readonly views: Uint8Array,
    private readonly buffers: readonly Uint8Array[],
  ) {
    super(length, place, validity);
    // Words begin where memory is divided so: views of a message that isn't are copied.
    this.words = wordsOf(views.byteOffset % 4 === 0 ? views : views.slice());
  }

  protected valueAt(i: number): string {
    const { words, views } = this;
    const at = (i * VIEW) / 4;
    const size = words[at];
    const isInside = size <= INSIDE;
    const bytes = isInside ? views : this.buffers[words[at + 2]];
    const begin = isInside ? i * VIEW + 4 : words[at + 3];
    if (bytes === undefined || !(size >= 0 && begin >= 0 && begin + size <= bytes.length))
      throw this.fault(i, `is damaged: a text of ${size} bytes from byte ${begin}`);
    return this.textIn(i, bytes, begin, begin + size);
  }
}
