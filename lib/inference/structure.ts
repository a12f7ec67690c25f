import { RequestError } from './errors.js';
import type { MessageLimits } from './limits.js';

const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/** Keys and objects of a message without tensors, and for each tensor. */
const [KEYS, KEYS_A_TENSOR] = [1024, 32];

/**
 * Counts what parsing would allocate: a list or an object takes many times its octets. JSON that is malformed passes, since parsing
 * finds that.
 *
 * @throws RequestError `too-large` over a limit
 */
export function checkStructure(json: Uint8Array, limits: MessageLimits): void {
  const mostKeys = KEYS + KEYS_A_TENSOR * limits.tensors;
  // Rows of one element have a list each.
  const mostValues = 2 * limits.elements + mostKeys;
  let [depth, values, keys] = [0, 0, 0];
  for (let i = 0; i < json.length; i++) {
    const octet = json[i];
    if (octet === QUOTE) {
      for (i++; i < json.length && json[i] !== QUOTE; i++) if (json[i] === BACKSLASH) i++;
    } else if (octet === COMMA) values++;
    else if (octet === OPEN_LIST || octet === OPEN_OBJECT) {
      values++;
      if (octet === OPEN_OBJECT) keys++;
      if (++depth > limits.depth) throw tooLarge(`is nested deeper than ${limits.depth}`);
    } else if (octet === CLOSE_LIST || octet === CLOSE_OBJECT) depth--;
    else if (octet === COLON) keys++;
  }
  if (values > mostValues) throw tooLarge(`has more than ${mostValues} values`);
  if (keys > mostKeys) throw tooLarge(`has more than ${mostKeys} keys and objects`);
}

function tooLarge(what: string): RequestError {
  return new RequestError('too-large', `the JSON ${what}, which is the limit`);
}
