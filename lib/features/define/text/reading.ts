import { wellFormed } from '../../text/index.js';
import { type Accents, type Characters, OWN, pythonCharacters } from './characters.js';

/** In which form a text is read. */
export interface ReadingOptions {
  /**
   * `'python'`: terms are exactly those of scikit-learn. Marks and signs end words, characters are code points, and a
   * lone tab or line end stays. Lone surrogates are read as U+FFFD. @defaultValue see docs/features.md
   */
  readonly terms?: 'python';
  /** Texts are read in lower case. @defaultValue true */
  readonly lowercase?: boolean;
  /**
   * Letters lose their accents, after lower-casing: `'unicode'` reads NFKD without combining marks, `'ascii'` leaves
   * out all of it that isn't ASCII. @defaultValue accents stay
   */
  readonly stripAccents?: Accents;
}

/** How texts are read. */
export interface TextReading extends Characters {
  readonly lowercase: boolean;
  readonly stripAccents: Accents | undefined;
  /** The form of a text that terms are taken from. */
  normal(text: string): string;
}

/** @param characters @defaultValue the engine's */
export function readingOf(
  { terms, lowercase = true, stripAccents }: ReadingOptions,
  characters: Characters = terms === 'python' ? pythonCharacters() : OWN,
): TextReading {
  return {
    ...characters,
    lowercase,
    stripAccents,
    normal(text) {
      const read = characters.isPython ? wellFormed(text) : text;
      const lowered = lowercase ? characters.lower(read) : read;
      return stripAccents === undefined ? lowered : characters.withoutAccents(lowered, stripAccents);
    },
  };
}
