import { tryKernel } from '../../wasm.js';
import { layout, readAscii, TEXT_AT, textRoom } from './ascii.js';
import { ASCII_WORD } from './scan.js';
import type { Vocabulary } from './vocabulary.js';
import { wordsKernel } from './words.wasm.js';

/** The ids of the terms of some texts, one text after the other. They hold until the next texts are read. */
export interface FoundTerms {
  readonly ids: Int32Array;
  /** Of each text, where its ids end. */
  readonly ends: Uint32Array;
  /** How many texts were read, at least one. */
  readonly texts: number;
}

/** Finds the terms of `texts` from position `from` on, of as many as it likes; undefined where it can't read that one. */
export type FindTerms = (texts: readonly string[], from: number) => FoundTerms | undefined;

/** Characters of a text that is read. */
const MOST = 1 << 16;
/** Characters and texts read together: enough for what a call costs not to matter, few enough to stay in the cache. */
const TOGETHER = 1 << 14;
const MOST_TEXTS = 512;

/**
 * Finds which of their words a vocabulary has, in ASCII texts, many in one call of a kernel. `Grams` reads other texts, and is its reference.
 *
 * @returns undefined where there is no WebAssembly
 */
export function wordFinder(vocabulary: Vocabulary): FindTerms | undefined {
  const known = asciiWords(vocabulary);
  const bits = Math.ceil(Math.log2(Math.max(16, 2 * known.length)));
  let kept = 0;
  for (const id of known) kept += keptBytes(vocabulary, id);
  const [endsAt, edgesAt, idsAt, tableAt, keptAt, end] = layout(
    TEXT_AT + textRoom(MOST),
    4 * MOST_TEXTS,
    // A word may start, or end, at each character; after all of them one more starts and ends.
    4 * (MOST + 2),
    4 * MOST,
    16 << bits,
    kept,
  );
  const kernel = tryKernel(wordsKernel, end);
  if (!kernel) return undefined;
  const bytes = new Uint8Array(kernel.memory, TEXT_AT, textRoom(MOST));
  const ends = new Uint32Array(kernel.memory, endsAt, MOST_TEXTS);
  const ids = new Int32Array(kernel.memory, idsAt, MOST);
  const [add, find] = [kernel.run('add'), kernel.run('find')];
  const units = vocabulary.arena();
  let at = keptAt;
  for (const id of known) {
    const [start, stop] = [vocabulary.start(id), vocabulary.end(id)];
    for (let i = start; i < stop; i++) bytes[i - start] = units[i];
    add(stop - start, id, at, tableAt, bits);
    at += keptBytes(vocabulary, id);
  }

  /** How many texts from `from` on are read at once; their ends are written down. */
  const fitting = (texts: readonly string[], from: number) => {
    const most = Math.min(MOST_TEXTS, texts.length - from);
    let count = 0;
    for (let end = texts[from].length; end <= TOGETHER; end += 1 + texts[from + count].length) {
      ends[count++] = end;
      if (count === most) break;
    }
    return count;
  };
  const read = (text: string, texts: number): FoundTerms | undefined => {
    const length = readAscii(text, bytes);
    if (length < 0) return undefined;
    find(length, texts, endsAt, edgesAt, idsAt, tableAt, bits);
    return { ids, ends, texts };
  };
  /** Texts still to be read one by one, since they were read together in vain: one of them at least isn't ASCII. */
  let alone = 0;
  return (texts, from) => {
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
}

/** The terms that are words of an ASCII text. */
function asciiWords(vocabulary: Vocabulary): number[] {
  const units = vocabulary.arena();
  const words: number[] = [];
  for (let id = 0; id < vocabulary.size; id++) {
    const [start, end] = [vocabulary.start(id), vocabulary.end(id)];
    if (end - start < 2 || end - start > MOST) continue;
    let i = start;
    while (i < end && ASCII_WORD[units[i]] > 0) i++;
    if (i === end) words.push(id);
  }
  return words;
}

/** What the kernel keeps of a term to compare words with: short ones are compared by their keys. */
function keptBytes(vocabulary: Vocabulary, id: number): number {
  const length = vocabulary.end(id) - vocabulary.start(id);
  return length > 8 ? 4 + length : 0;
}
