import { type PatternClasses, pythonClasses } from '../characters.js';
import type { Ranges } from '../ranges.js';
import { Alphabet } from './alphabet.js';
import { checkAmbiguity } from './ambiguity.js';
import { type PatternPart, parse } from './syntax.js';

/** Spans of a text, in UTF-16 units. They hold until the next text is read. */
export interface Edges {
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  readonly count: number;
}

const decoder = new TextDecoder();

/** What `re.findall` finds by a pattern: its matches, or what its group captures of them. */
export class TokenPattern {
  private readonly alphabet: Alphabet;
  private readonly regExp: RegExp;
  private letters = new Uint8Array(1024);
  /** Where each character begins, in units. */
  private at = new Uint32Array(1025);
  private starts = new Uint32Array(1024);
  private ends = new Uint32Array(1024);

  /** @throws OptionError that names what of the pattern isn't read */
  constructor(pattern: string, classes: PatternClasses = pythonClasses()) {
    const part = parse(pattern, classes);
    const own = setsOf(part);
    this.alphabet = new Alphabet([...own, classes.word]);
    const { lettersOf } = this.alphabet;
    checkAmbiguity(part, lettersOf);
    const sources = lettersOf.map((letters) => `[${letters.map(escaped).join('')}]`);
    const word = sources[own.length];
    let position = 0;
    const source = sourceOf(part, () => sources[position++], word);
    this.regExp = new RegExp(source, hasGroup(part) ? 'dg' : 'g');
  }

  /** Its tokens in a text without lone surrogates. */
  tokens(text: string): Edges {
    // A longer text gets other letters: they are read first.
    const length = this.read(text);
    const read = decoder.decode(this.letters.subarray(0, length));
    const { at, regExp } = this;
    let count = 0;
    for (const match of read.matchAll(regExp)) {
      if (count === this.starts.length) this.widen();
      const end = match.index + match[0].length;
      // A group that takes no part captures nothing.
      const [start, stop] = match.length > 1 ? (match.indices?.[1] ?? [end, end]) : [match.index, end];
      this.starts[count] = at[start];
      this.ends[count++] = at[stop];
    }
    return { starts: this.starts, ends: this.ends, count };
  }

  /** Reads a text as letters; returns their number. */
  private read(text: string): number {
    const { alphabet } = this;
    if (this.letters.length < text.length) {
      this.letters = new Uint8Array(2 * text.length);
      this.at = new Uint32Array(2 * text.length + 1);
    }
    const { letters, at } = this;
    let length = 0;
    for (let i = 0; i < text.length; length++) {
      const code = text.codePointAt(i) ?? 0;
      letters[length] = alphabet.letter(code);
      at[length] = i;
      i += code > 0xffff ? 2 : 1;
    }
    at[length] = text.length;
    return length;
  }

  private widen(): void {
    const wider = (array: Uint32Array) => {
      const copy = new Uint32Array(2 * array.length);
      copy.set(array);
      return copy;
    };
    this.starts = wider(this.starts);
    this.ends = wider(this.ends);
  }
}

function setsOf(part: PatternPart): Ranges[] {
  if (part.kind === 'one') return [part.set];
  if (part.kind === 'edge') return [];
  return 'parts' in part ? part.parts.flatMap(setsOf) : setsOf(part.part);
}

function hasGroup(part: PatternPart): boolean {
  if (part.kind === 'group') return true;
  return 'parts' in part ? part.parts.some(hasGroup) : 'part' in part && hasGroup(part.part);
}

/** @param one the source of the next character's letters */
function sourceOf(part: PatternPart, one: () => string, word: string): string {
  switch (part.kind) {
    case 'one':
      return one();
    case 'edge': {
      const [inside, outside] = [`(?<=${word})(?!${word})`, `(?<!${word})(?=${word})`];
      return part.isNegated ? `(?!${inside}|${outside})` : `(?:${inside}|${outside})`;
    }
    case 'sequence':
      return part.parts.map((own) => sourceOf(own, one, word)).join('');
    case 'choice':
      return `(?:${part.parts.map((own) => sourceOf(own, one, word)).join('|')})`;
    case 'repeat': {
      const { least, most, isLazy } = part;
      const times = most === Number.POSITIVE_INFINITY ? `{${least},}` : `{${least},${most}}`;
      return `(?:${sourceOf(part.part, one, word)})${times}${isLazy ? '?' : ''}`;
    }
    case 'group':
      return `(${sourceOf(part.part, one, word)})`;
  }
}

function escaped(letter: number): string {
  return `\\x${letter.toString(16).padStart(2, '0')}`;
}
