import { DataSpans } from './dataSpans.js';
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

/** The depth of a tensor's data: in the message, its list of tensors, and the tensor. */
const DATA = 4;

/**
 * Looks at JSON before it is parsed. It counts what parsing would allocate, since a list or an object takes many times
 * its octets, and finds the data of tensors. JSON that is malformed passes, since parsing finds that.
 */
export class StructureScan {
  private at = 0;
  private depth = 0;
  private values = 0;
  private lists = 0;
  private keys = 0;
  private readonly mostKeys: number;

  /** @param spans is told what may be data of tensors */
  constructor(
    private readonly json: Uint8Array,
    private readonly limits: MessageLimits,
    private readonly spans = new DataSpans(json),
  ) {
    this.mostKeys = KEYS + KEYS_A_TENSOR * limits.tensors;
  }

  /**
   * Looks at so many octets more, or at a text that ends after them.
   *
   * @returns whether all has been looked at
   * @throws RequestError `too-large` over a limit
   */
  look(octets: number): boolean {
    const { json, spans, limits } = this;
    const until = Math.min(json.length, this.at + octets);
    let { at, depth, values, lists, keys } = this;
    for (; at < until; at++) {
      const meaning = MEANING[json[at]];
      if (meaning === 0) continue;
      if (meaning === VALUE) {
        values++;
        if (depth <= DATA) spans.comma(at, depth);
      } else if (meaning === TEXT) {
        const open = at;
        at = endOfText(json, at);
        if (depth < DATA) spans.text(open, at, depth);
      } else if (meaning === END) {
        if (--depth < DATA) spans.closed(at, depth);
      } else if (meaning === KEY) {
        keys++;
        if (depth < DATA) spans.colon();
      } else {
        if (meaning === OBJECT) keys++;
        else lists++;
        if (++depth > limits.depth) throw tooLarge(`is nested deeper than ${limits.depth}`);
        if (depth <= DATA) spans.opened(at, depth, meaning === LIST);
      }
    }
    this.at = at;
    this.depth = depth;
    this.values = values;
    this.lists = lists;
    this.keys = keys;
    this.check();
    return at >= json.length;
  }

  private check(): void {
    const { mostKeys, limits, lists, values, keys } = this;
    const mostValues = limits.elements + mostKeys;
    const mostLists = Math.ceil(limits.elements / ELEMENTS_A_LIST) + mostKeys;
    if (lists > mostLists) throw tooLarge(`has more than ${mostLists} lists (data may be flat)`);
    if (values > mostValues) throw tooLarge(`has more than ${mostValues} values`);
    if (keys > mostKeys) throw tooLarge(`has more than ${mostKeys} keys and objects`);
  }
}

/**
 * The same of a whole message.
 *
 * @throws RequestError `too-large` over a limit
 */
export function checkStructure(json: Uint8Array, limits: MessageLimits): void {
  new StructureScan(json, limits).look(json.length);
}

function tooLarge(what: string): RequestError {
  return new RequestError('too-large', `the JSON ${what}, which is the limit`);
}

/** Texts longer than this are searched by the engine: a call costs as much as so many octets. */
const SHORT = 32;

/** Where a text ends that begins here; the length where it doesn't. */
export function endOfText(json: Uint8Array, start: number): number {
  let at = start + 1;
  for (;;) {
    // Also after each quote that is escaped: of nothing but those the engine would be asked each time.
    const near = Math.min(json.length, at + SHORT);
    for (; at < near; at++) {
      if (json[at] === QUOTE) return at;
      if (json[at] === BACKSLASH) at++;
    }
    const quote = json.indexOf(QUOTE, at);
    if (quote < 0) return json.length;
    let slashes = 0;
    while (quote - 1 - slashes >= at && json[quote - 1 - slashes] === BACKSLASH) slashes++;
    if (slashes % 2 === 0) return quote;
    at = quote + 1;
  }
}
