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
