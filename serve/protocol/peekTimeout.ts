import { show } from '../../lib/check.js';
import { endOfText, type Parameters, parameterOf, RequestError } from '../../lib/protocol/messages/index.js';

const [QUOTE, COLON, SPACE] = [0x22, 0x3a, 0x20];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];
const [ZERO, NINE] = [0x30, 0x39];

const PARAMETERS = new TextEncoder().encode('parameters');
const TIMEOUT = new TextEncoder().encode('timeout');

/** Octets that are looked at, at most: the rest is worth a look only when it is parsed. */
const MOST = 64 * 1024;

/**
 * Milliseconds that a request allows for its answer, as `timeoutOf` gives them, found without parsing it: a request
 * that is refused for its deadline needn't be parsed, which takes ten times as long. Keys are compared as they are
 * written.
 *
 * @param json octets of a request
 * @returns infinity for a request that names no timeout; undefined where only parsing can say
 */
export function peekTimeout(json: Uint8Array): number | undefined {
  const end = Math.min(json.length, MOST);
  let depth = 0;
  let isParameters = false;
  for (let i = 0; i < end; i++) {
    const octet = json[i];
    if (octet === QUOTE) {
      const close = endOfText(json, i);
      const isNamed = isText(json, i, close, isParameters ? TIMEOUT : PARAMETERS);
      const isKey = isNamed && depth === (isParameters ? 2 : 1);
      i = close;
      if (!isKey) continue;
      const value = valueAfter(json, close);
      if (value === undefined) continue;
      if (isParameters) return timeoutAt(json, value);
      if (json[value] !== OPEN_OBJECT) return undefined;
      isParameters = true;
      depth++;
      i = value;
    } else if (octet === OPEN_OBJECT || octet === OPEN_LIST) depth++;
    else if (octet === CLOSE_OBJECT || octet === CLOSE_LIST) {
      depth--;
      if (depth === 0 || (isParameters && depth === 1)) return Number.POSITIVE_INFINITY;
    }
  }
  return undefined;
}

function isText(json: Uint8Array, open: number, close: number, text: Uint8Array): boolean {
  if (close - open - 1 !== text.length) return false;
  for (let i = 0; i < text.length; i++) if (json[open + 1 + i] !== text[i]) return false;
  return true;
}

/** Where the value begins whose key ends here; undefined after a text that is no key. */
function valueAfter(json: Uint8Array, close: number): number | undefined {
  let at = afterSpace(json, close + 1);
  if (json[at] !== COLON) return undefined;
  at = afterSpace(json, at + 1);
  return at;
}

function afterSpace(json: Uint8Array, from: number): number {
  let at = from;
  while (json[at] <= SPACE) at++;
  return at;
}

/** Whole microseconds, as milliseconds; 0 allows any time. */
function timeoutAt(json: Uint8Array, from: number): number | undefined {
  let microseconds = 0;
  let at = from;
  for (; json[at] >= ZERO && json[at] <= NINE; at++) microseconds = 10 * microseconds + json[at] - ZERO;
  if (!Number.isSafeInteger(microseconds)) return undefined;
  const isWhole = at > from && (json[at] <= SPACE || json[at] === 0x2c || json[at] === CLOSE_OBJECT);
  if (!isWhole) return undefined;
  return microseconds === 0 ? Number.POSITIVE_INFINITY : microseconds / 1000;
}

/**
 * Milliseconds that a request allows for its answer: its parameter `timeout`, in microseconds. 0 allows any time, as
 * it does at Triton.
 *
 * @throws RequestError `invalid` for what is no whole number of microseconds
 */
export function timeoutOf(parameters: Parameters): number | undefined {
  const microseconds = parameterOf(parameters, 'timeout');
  if (microseconds === undefined || microseconds === 0) return undefined;
  if (typeof microseconds === 'number' && Number.isInteger(microseconds) && microseconds > 0) {
    return microseconds / 1000;
  }
  throw new RequestError(
    'invalid',
    `the parameter 'timeout' is ${show(microseconds)}; expected whole microseconds, 0 or more`,
  );
}
