import {
  checkFlag,
  checkFunction,
  checkKeys,
  checkPositive,
  checkSignal,
  checkWhole,
  show,
} from '../../check.js';
import { OptionError } from '../../errors.js';
import type { Timer } from '../../util/timer.js';
import type { Fetch } from './transport.js';

/** Options of `inferenceClient`. */
export interface InferenceClientOptions {
  /** Sent with every request. @defaultValue none */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** An API key or a token, sent as `Authorization: Bearer …`. @defaultValue none */
  readonly key?: string | undefined;
  /** Milliseconds for an answer, retries and their waits included. @defaultValue 10000 */
  readonly timeoutMs?: number | undefined;
  /** Tries after the first, where the server can't be reached or is busy (429, 502, 503, 504). @defaultValue 2 */
  readonly retries?: number | undefined;
  /** Whether tensors are sent as octets instead of JSON. @defaultValue whether the server announces support */
  readonly binary?: boolean | undefined;
  /** In place of the global one. @defaultValue `fetch` */
  readonly fetch?: Fetch | undefined;
  /** Uniform in [0, 1), for the waits before retries. @defaultValue Math.random: clients must not wait alike */
  readonly random?: (() => number) | undefined;
  /** Supplies waits and the time; tests pass their own. @defaultValue the process's own */
  readonly timer?: Timer | undefined;
}

const KNOWN = ['headers', 'key', 'timeoutMs', 'retries', 'binary', 'fetch', 'random', 'timer'];

/** @throws OptionError */
export function checkClient(url: unknown, options: InferenceClientOptions): void {
  if (typeof url !== 'string' || !/^https?:\/\//.test(url)) {
    throw new OptionError('url', `expected http:// or https:// and a server, got ${show(url)}`);
  }
  checkKeys(options, KNOWN);
  const { key, timeoutMs, retries, binary, fetch, random } = options;
  // Never shown: it is a secret.
  if (key !== undefined && (typeof key !== 'string' || !/^[\x21-\x7e]+$/.test(key))) {
    throw new OptionError('key', 'expected text of visible ASCII characters');
  }
  if (timeoutMs !== undefined) checkPositive('timeoutMs', timeoutMs, 'milliseconds above 0');
  if (retries !== undefined) checkWhole('retries', retries, 0);
  if (binary !== undefined) checkFlag('binary', binary);
  if (fetch !== undefined) checkFunction('fetch', fetch);
  if (random !== undefined) checkFunction('random', random);
}

/** What calls have in common. */
interface Common {
  readonly model?: unknown;
  readonly version?: unknown;
  readonly timeoutMs?: unknown;
  readonly deadlineMs?: unknown;
  readonly signal?: unknown;
}

/** @throws OptionError */
export function checkCall(call: object & Common, known: readonly string[]): void {
  // A name by itself, where one is given without types.
  if (typeof call !== 'object' || call === null) {
    const example = typeof call === 'string' ? `{ model: ${show(call)} }` : "{ model: 'mail' }";
    throw new OptionError('call', `expected an object such as ${example}, got ${show(call)}`);
  }
  checkKeys(call, known);
  const { model, version, timeoutMs, deadlineMs, signal } = call;
  const isNeeded = known.includes('model');
  if (isNeeded && 'model' in call && (typeof model !== 'string' || model === '')) {
    throw new OptionError('model', `expected the model's name at the server, got ${show(model)}`);
  }
  if (version !== undefined && (typeof version !== 'string' || version === '')) {
    throw new OptionError('version', `expected text such as '3', got ${show(version)}`);
  }
  if (timeoutMs !== undefined) checkPositive('timeoutMs', timeoutMs, 'milliseconds above 0');
  if (deadlineMs !== undefined) checkPositive('deadlineMs', deadlineMs, 'milliseconds above 0');
  checkSignal(signal);
}
