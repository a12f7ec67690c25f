import { log2 } from '../../../util/math/index.js';
import { tryKernel } from '../../../util/wasm.js';
import { layout, readAscii, readText, TEXT_AT, textRoom } from './ascii.js';
import type { TextReading } from './reading.js';
import { isHigh } from './scan.js';
import { FEW, hashUnits, LONGEST_PROBE, MEAN_PROBE, type Vocabulary } from './vocabulary.js';
import { wordsKernel } from './words.wasm.js';

/** The ids of the terms of some texts, one text after the other. They hold until the next texts are read. */
export interface FoundTerms {
  readonly ids: Int32Array;
  /** End of each text's ids. */
  readonly ends: Uint32Array;
  /** The number of texts read, at least one. */
  readonly texts: number;
}

/** Finds the terms of `texts` from position `from` on, of as many as it likes; undefined if it can't read that one. */
export type FindTerms = (texts: readonly string[], from: number) => FoundTerms | undefined;

/** Finds terms by tables of its own. */
export interface TermFinder {
  readonly find: FindTerms;
  /** Octets of the tables. */
  readonly octets: number;
}

/** Bytes of a text that is read. */
const MOST = 1 << 16;
/**
 * Characters and texts read together: enough to hide the cost of a call, few enough to stay in the
 * cache.
 */
const TOGETHER = 1 << 14;
const MOST_TEXTS = 512;

/**
 * UTF-8 replaces half a pair of surrogates by this. Texts with one take the plain path, since each
 * half is a letter of its own.
 */
const REPLACED = 0xfffd;
const HALF = /\p{Surrogate}/u;
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

const PAIRS = /[\u{10000}-\u{10ffff}]/gu;

/**
 * Finds the words of texts that are in a vocabulary: in ASCII texts, many in one call of a kernel,
 * and in others one by one. `Grams` reads texts that it can't, and is its reference.
 *
 * @param reading in lower case
 * @param dropped words that aren't terms, whatever the vocabulary says
 * @returns undefined if there is no WebAssembly, or the words were made to collide
 */
export function wordFinder(
  vocabulary: Vocabulary,
  reading: TextReading,
  dropped?: Vocabulary,
): TermFinder | undefined {
  const { isPython, isWord } = reading;
  const known = words(vocabulary, reading, dropped);
  const bits = Math.ceil(log2(Math.max(16, 2 * known.length)));
  const [endsAt, edgesAt, idsAt, tableAt, kindsAt, keptAt, end] = layout(
    TEXT_AT + textRoom(MOST),
    4 * MOST_TEXTS,
    // A word may start, or end, at each character; after all of them one more starts and ends.
    4 * (MOST + 2),
    4 * MOST,
    16 << bits,
    1 << 16,
    known.reduce((sum, id) => sum + 4 + mostBytes(vocabulary, id), 0),
  );
  const kernel = tryKernel(wordsKernel, end);
  if (!kernel) return undefined;
  const bytes = new Uint8Array(kernel.memory, TEXT_AT, textRoom(MOST));
  const ends = new Uint32Array(kernel.memory, endsAt, MOST_TEXTS);
  const ids = new Int32Array(kernel.memory, idsAt, MOST);
  const kinds = new Uint8Array(kernel.memory, kindsAt, 1 << 16);
  const [add, find, wide] = ['add', 'find', 'wide'].map(kernel.run);
  let at = keptAt;
  let passed = 0;
  for (const id of known) {
    const length = readText(vocabulary.term(id), bytes);
    if (length < 0) continue;
    const probes = add(length, id, at, tableAt, bits);
    passed += probes;
    // The kernel's hash has no key: a table that was flooded is worse than none.
    if (probes > LONGEST_PROBE || passed > MEAN_PROBE * Math.max(FEW, known.length)) return undefined;
    at += 4 + length;
  }

  /** Reads several texts from `from` on at once and records their ends; returns their number. */
  const fitting = (texts: readonly string[], from: number) => {
    const most = Math.min(MOST_TEXTS, texts.length - from);
    let count = 0;
    for (let end = texts[from].length; end <= TOGETHER; end += 1 + texts[from + count].length) {
      ends[count++] = end;
      if (count === most) break;
    }
    return count;
  };
  /** Reads a text that isn't ASCII, with characters outside words replaced; -1 if it can't. */
  const readWide = (text: string): number => {
    // Without accents, a sign may become a capital, which stays one.
    if (reading.stripAccents !== undefined) return -1;
    const normal = reading.normal(text);
    const length = readText(
      // The kernel takes these for letters.
      isPython ? normal.replace(PAIRS, (pair) => (isWord(pair.codePointAt(0) ?? 0) ? pair : ' ')) : normal,
      bytes,
    );
    if (length < 0) return -1;
    // Some texts contain the replacement itself, so its kind may differ in the next text.
    kinds[REPLACED] = 0;
    for (let at = wide(0, length, kindsAt); at < length; at = wide(at, length, kindsAt)) {
      // This unit hasn't been classified yet.
      const unit = decoder.decode(bytes.subarray(at, at + 3)).charCodeAt(0);
      if (unit === REPLACED && HALF.test(normal)) return -1;
      kinds[unit] = isWord(unit) ? 2 : 1;
    }
    return length;
  };
  const read = (text: string, texts: number): FoundTerms | undefined => {
    let length = readAscii(text, bytes);
    if (length < 0 && texts === 1) {
      length = readWide(text);
      ends[0] = length;
    }
    if (length < 0) return undefined;
    find(length, texts, endsAt, edgesAt, idsAt, tableAt, bits);
    return { ids, ends, texts };
  };
  /**
   * Texts still to be read one by one, after they were read together without success: at least one
   * isn't ASCII.
   */
  let alone = 0;
  const findTerms: FindTerms = (texts, from) => {
    if (alone > 0) alone--;
    else {
      const count = fitting(texts, from);
      const found = count > 1 ? read(texts.slice(from, from + count).join('\n'), count) : undefined;
      if (found) return found;
      alone = Math.max(0, count - 1);
    }
    const text = texts[from];
    if (text.length > MOST) return undefined;
    ends[0] = text.length;
    return read(text, 1);
  };
  return { find: findTerms, octets: kernel.memory.byteLength };
}

/** The bytes of a term in UTF-8, or a few more. */
function mostBytes(vocabulary: Vocabulary, id: number): number {
  const units = vocabulary.arena();
  let bytes = 0;
  for (let i = vocabulary.start(id); i < vocabulary.end(id); i++)
    bytes += units[i] < 0x80 ? 1 : units[i] < 0x800 ? 2 : 3;
  return bytes;
}

/** The terms that are words. */
function words(vocabulary: Vocabulary, { isPython, isWord }: TextReading, dropped?: Vocabulary): number[] {
  const units = vocabulary.arena();
  const found: number[] = [];
  for (let id = 0; id < vocabulary.size; id++) {
    const [start, end] = [vocabulary.start(id), vocabulary.end(id)];
    if (end - start > MOST) continue;
    let letters = 0;
    let i = start;
    for (; i < end; i++, letters++) {
      const isPair = isPython && isHigh(units[i]) && i + 1 < end;
      const code = isPair ? 0x10000 + ((units[i] & 0x3ff) << 10) + (units[i + 1] & 0x3ff) : units[i];
      if (!isWord(code)) break;
      if (isPair) i++;
    }
    if (i < end || letters < 2) continue;
    if (dropped === undefined || dropped.find(units, start, end, hashUnits(units, start, end)) < 0)
      found.push(id);
  }
  return found;
}
