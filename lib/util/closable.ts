import { member } from './member.js';

/**
 * Something that holds what lies outside of this process's memory until it is closed. `await using` closes it, too,
 * where the language has it: in Node from 24 on, or by TypeScript.
 */
export interface Closable extends AsyncDisposable {
  close(): Promise<void>;
}

/** Something that gives back what it holds while nobody needs it, and takes it again at its next use. */
export interface Resting {
  rest(): Promise<void>;
}

export function isResting(value: unknown): value is Resting {
  return typeof member(value, 'rest') === 'function';
}

/** Both ways to close one thing. */
export function closable(close: () => Promise<void>): Closable {
  return { close, [Symbol.asyncDispose]: close };
}
