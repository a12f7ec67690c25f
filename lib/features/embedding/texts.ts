import { checkWhole, show } from '../../check.js';
import type { Source } from '../define/index.js';
import { MOST_CHARACTERS, textLimit } from '../text/index.js';

/** Which text of a row is encoded. */
export interface TextOptions<Row> {
  /** The text of a row. */
  readonly text: Source<Row, string>;
  /**
   * Characters of a text that are read: of a longer one the beginning, with a warning, once.
   * @defaultValue 32768
   */
  readonly maxCharacters?: number;
}

/**
 * Makes values the texts that encoders take: well-formed, and no longer than `maxCharacters`.
 *
 * @returns a function that throws a TypeError for a value that isn't a string
 * @throws OptionError for a limit that is none
 */
export function textReader(maxCharacters = MOST_CHARACTERS): (value: unknown) => string {
  checkWhole('maxCharacters', maxCharacters, 1);
  const limited = textLimit(maxCharacters);
  return (value) => {
    if (typeof value !== 'string') throw new TypeError(textFault(value));
    return limited(value);
  };
}

/** Why a value is no text. */
export function textFault(value: unknown): string | undefined {
  return typeof value === 'string' ? undefined : `its text is ${show(value)}; expected a string`;
}
