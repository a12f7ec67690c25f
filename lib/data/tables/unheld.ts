import { isUnlike } from './values.js';

/** What a number has that can't be held as it is written. */
const LONG = /(?<![\d.])(?:\d{16}|[\d.]{17,400}e\+?\d)|e\+?\d{3}/i;
/** A name or a text, a bracket, a number. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?|[[\]{}]|-?\d[\d.eE+-]*/gs;

/** Whether a line of JSON can have a number that is rounded when it is read: told in a moment, and seldom. */
export function mayBeUnheld(line: string): boolean {
  return LONG.test(line);
}

/** Numbers of an object's JSON that are rounded when they are read, each with the member that holds it. */
export function* unheldNumbers(
  line: string,
): Generator<{ readonly token: string; readonly column: string }, void, void> {
  let depth = 0;
  let column = '';
  for (const [token, colon] of line.matchAll(TOKEN)) {
    if (token === '{' || token === '[') depth++;
    else if (token === '}' || token === ']') depth--;
    else if (colon !== undefined && depth === 1) column = JSON.parse(token.slice(0, -colon.length));
    else if (token[0] !== '"' && isUnlike(token, Number(token))) yield { token, column };
  }
}
