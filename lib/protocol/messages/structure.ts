import { RequestError } from './errors.js';
import type { MessageLimits } from './limits.js';

const [QUOTE, BACKSLASH] = [0x22, 0x5c];

/** What an octet outside of texts does. */
const [TEXT, VALUE, LIST, OBJECT, END, KEY] = [1, 2, 3, 4, 5, 6];
const MEANING = new Uint8Array(256);
for (const [character, meaning] of [
  ['"', TEXT],
  [',', VALUE],
  ['[', LIST],
  ['{', OBJECT],
  [']', END],
  ['}', END],
  [':', KEY],
] as const) {
  MEANING[character.charCodeAt(0)] = meaning;
}

/** Keys and objects of a message without tensors, and for each tensor. */
const [KEYS, KEYS_A_TENSOR] = [1024, 32];

/** A list takes as much memory as some elements, 14 times its octets: 63 MiB of empty ones took 901 MiB. */
const ELEMENTS_A_LIST = 16;

/**
 * Counts what parsing would allocate: a list or an object takes many times its octets. JSON that is malformed passes,
 * since parsing finds that.
 *
 * @throws RequestError `too-large` over a limit
 */
export function checkStructure(json: Uint8Array, limits: MessageLimits): void {
  const mostKeys = KEYS + KEYS_A_TENSOR * limits.tensors;
  const mostValues = limits.elements + mostKeys;
  const mostLists = Math.ceil(limits.elements / ELEMENTS_A_LIST) + mostKeys;
  let depth = 0;
  let values = 0;
  let lists = 0;
  let keys = 0;
  for (let i = 0; i < json.length; i++) {
    const meaning = MEANING[json[i]];
    if (meaning === 0) continue;
    if (meaning === VALUE) values++;
    else if (meaning === TEXT) i = endOfText(json, i);
    else if (meaning === END) depth--;
    else if (meaning === KEY) keys++;
    else {
      if (meaning === OBJECT) keys++;
      else lists++;
      if (++depth > limits.depth) throw tooLarge(`is nested deeper than ${limits.depth}`);
    }
  }
  if (lists > mostLists) throw tooLarge(`has more than ${mostLists} lists (data may be flat)`);
  if (values > mostValues) throw tooLarge(`has more than ${mostValues} values`);
  if (keys > mostKeys) throw tooLarge(`has more than ${mostKeys} keys and objects`);
}

function tooLarge(what: string): RequestError {
  return new RequestError('too-large', `the JSON ${what}, which is the limit`);
}

/** Texts longer than this are searched by the engine: a call costs as much as so many octets. */
const SHORT = 32;

/** Where a text ends that begins here; the length where it doesn't. */
export function endOfText(json: Uint8Array, start: number): number {
  const near = Math.min(json.length, start + SHORT);
  let at = start + 1;
  for (; at < near; at++) {
    if (json[at] === QUOTE) return at;
    if (json[at] === BACKSLASH) at++;
  }
  for (;;) {
    const quote = json.indexOf(QUOTE, at);
    if (quote < 0) return json.length;
    let slashes = 0;
    while (quote - 1 - slashes >= at && json[quote - 1 - slashes] === BACKSLASH) slashes++;
    if (slashes % 2 === 0) return quote;
    at = quote + 1;
  }
}
