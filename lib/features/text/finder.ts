import { tryKernel } from '../../wasm.js';
import { layout, readAscii, TEXT_AT, textRoom } from './ascii.js';
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

/** Characters and texts read at once: enough for what a call costs not to matter, few enough to stay in the cache. */
const MOST = 1 << 14;
const MOST_TEXTS = 512;

/**
 * Finds which of their words a vocabulary has, in ASCII texts, many in one call of a kernel.
 *
 * @returns undefined where there is no WebAssembly
 */
export function wordFinder(vocabulary: Vocabulary): FindTerms | undefined {
  const known = asciiTerms(vocabulary);
  const bits = Math.ceil(Math.log2(Math.max(16, 2 * known.length)));
  let kept = 0;
  const places = known.map(({ term }) => {
    const place = kept;
    kept += 4 + term.length;
    return place;
  });
  // A word may start, or end, at each character.
  const [endsAt, edgesAt, idsAt, tableAt, keptAt, end] = layout(
    TEXT_AT + textRoom(MOST),
    4 * MOST_TEXTS,
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
  known.forEach(({ id, term }, i) => {
    add(readAscii(term, bytes), id, keptAt + places[i], tableAt, bits);
  });

  /** How many texts from `from` on are read at once; their ends are written down. */
  const fitting = (texts: readonly string[], from: number) => {
    const most = Math.min(MOST_TEXTS, texts.length - from);
    let count = 0;
    for (let end = texts[from].length; end <= MOST; end += 1 + texts[from + count].length) {
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
  /** Texts that were read together in vain: one of them at least isn't ASCII. */
  let alone = 0;
  return (texts, from) => {
    const count = fitting(texts, from);
    if (count === 0) return undefined;
    if (alone > 0) alone--;
    else if (count > 1) {
      const found = read(texts.slice(from, from + count).join('\n'), count);
      if (found) return found;
      alone = count - 1;
    }
    return read(texts[from], 1);
  };
}

/** The terms that an ASCII text may hold. */
function asciiTerms(vocabulary: Vocabulary): { readonly id: number; readonly term: string }[] {
  const terms = [];
  for (let id = 0; id < vocabulary.size; id++) {
    const term = vocabulary.term(id);
    if (term.length <= MOST && /^\w+$/.test(term)) terms.push({ id, term });
  }
  return terms;
}
