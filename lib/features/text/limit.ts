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
        `${owner}a text of ${text.length} characters was cut to ${most}, and longer ones will be: raise ` +
          `maxCharacters, or cut them in 'text'`,
        { code: 'SPILLWAY_TEXT_CUT' },
      );
    }
    return wellFormed(cut(text, most));
  };
}

/**
 * The first characters of a text. A surrogate pair isn't cut in half: then one unit fewer is left.
 *
 * @param most UTF-16 units, 0 or more
 * @example cut('a😀b', 2); // 'a'
 */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  const last = text.charCodeAt(most - 1);
  const next = text.charCodeAt(most);
  const isInPair = last >= 0xd800 && last <= 0xdbff && next >= 0xdc00 && next <= 0xdfff;
  return text.slice(0, isInPair ? most - 1 : most);
}

/** Half of a surrogate pair without its other half. With the flag `u`, a whole pair is one character. */
const LONE = /\p{Surrogate}/u;
const ALL_LONE = /\p{Surrogate}/gu;

/** Whether a text has no lone surrogates, so that UTF-8 can hold it. */
export function isWellFormed(text: string): boolean {
  return !LONE.test(text);
}

/**
 * A text with U+FFFD in place of each lone surrogate, which UTF-8 can't hold: tokenizers and servers
 * would refuse it, or each put something else in its place. `String.prototype.toWellFormed` does the
 * same, but not every engine has it.
 *
 * @example wellFormed('half \ud83d'); // 'half \ufffd'
 */
export function wellFormed(text: string): string {
  return isWellFormed(text) ? text : text.replace(ALL_LONE, '\ufffd');
}
