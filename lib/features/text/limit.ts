import { cut } from './cut.js';
import { wellFormed } from './wellFormed.js';

/** Characters of a text that encoders and models read, where nothing else is said. */
export const MOST_CHARACTERS = 32_768;

/**
 * Makes texts well-formed, and no longer than `most`: of a longer one the beginning is left, with a warning, once.
 *
 * @param most UTF-16 units, 0 or more
 * @param owner begins the warning, for example `model 'judge': `
 */
export function textLimit(most: number, owner = ''): (text: string) => string {
  let isWarned = false;
  return (text) => {
    if (text.length > most && !isWarned) {
      isWarned = true;
      globalThis.process?.emitWarning?.(
        `${owner}a text of ${text.length} characters was cut to ${most}, and longer ones will be: raise maxCharacters, or cut them in 'text'`,
        { code: 'SPILLWAY_TEXT_CUT' },
      );
    }
    return wellFormed(cut(text, most));
  };
}
