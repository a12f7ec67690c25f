import { isObject } from './json.js';

/** Texts of errors that are no longer than this are shown whole. */
const LONGEST = 500;

/** An error as the body of an HTTP response: `{"error": text}`. */
export function writeError({ message }: { readonly message: string }): string {
  return JSON.stringify({ error: message });
}

/**
 * The text of an error from the body of an HTTP response: the protocol's `error`, other frameworks' `message` or
 * `detail`, or the body.
 */
export function readError(body: Uint8Array): string {
  const text = new TextDecoder().decode(body.subarray(0, 64 * LONGEST));
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return text.slice(0, LONGEST);
  }
  const { error, message, detail } = isObject(value) ? value : {};
  const found = [error, message, detail].find((each) => typeof each === 'string');
  return typeof found === 'string' ? found.slice(0, LONGEST) : text.slice(0, LONGEST);
}
