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

/**
 * The first name that an object in a line of JSON has twice: `JSON.parse` keeps the last of its values.
 *
 * @param value of the line, as it was parsed
 */
export function doubledName(line: string, value: object): string | undefined {
  // A colon behind a quote is mostly a member's, and texts may have more of them: seldom is a closer look needed.
  let colons = 0;
  for (let at = line.indexOf(':'); at >= 0; at = line.indexOf(':', at + 1)) {
    let before = at - 1;
    while (line.charCodeAt(before) <= SPACE) before--;
    if (line.charCodeAt(before) === QUOTE) colons++;
  }
  if (colons === membersIn(value)) return undefined;
  const open: Set<string>[] = [];
  for (const [token, colon] of line.matchAll(TOKEN)) {
    if (token === '{' || token === '[') open.push(new Set());
    else if (token === '}' || token === ']') open.pop();
    else if (colon !== undefined) {
      const name: string = JSON.parse(token.slice(0, -colon.length));
      const known = open.at(-1);
      if (known?.has(name)) return name;
      known?.add(name);
    }
  }
  return undefined;
}

const DEEP = 100;
const SPACE = 32;
const QUOTE = 34;

/** Members of an object, and of all within it; NaN where that is nested deeply. */
function membersIn(value: object, depth = 0): number {
  if (depth > DEEP) return Number.NaN;
  const within: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
  let count = Array.isArray(value) ? 0 : within.length;
  for (const each of within)
    if (typeof each === 'object' && each !== null) count += membersIn(each, depth + 1);
  return count;
}

/** A member of an object as a line of JSON has it: digits and all. */
export function writtenMember(line: string, name: string): string | undefined {
  let depth = 0;
  let begin = -1;
  for (const match of line.matchAll(TOKEN)) {
    const [token, colon] = match;
    if (token === '{' || token === '[') depth++;
    const isClosing = token === '}' || token === ']';
    if (isClosing) depth--;
    const isNext = colon !== undefined && depth === 1;
    if (begin >= 0 && (isNext || (isClosing && depth === 0)))
      return line
        .slice(begin, match.index)
        .replace(/\s*,?\s*$/, '')
        .trimStart();
    if (isNext && JSON.parse(token.slice(0, -colon.length)) === name) begin = match.index + token.length;
  }
  return undefined;
}
