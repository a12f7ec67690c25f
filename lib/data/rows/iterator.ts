import { show } from '../../check.js';
import { OptionError } from '../../errors.js';
import { RowReader } from './reader.js';

type AnyIterator<Value> = AsyncIterator<Value, unknown> | Iterator<Value, unknown>;

/** @throws OptionError naming the option for what gives no iterator; what the iterable throws */
export function iteratorOf<Value>(
  option: string,
  values: AsyncIterable<Value> | Iterable<Value>,
): AnyIterator<Value> {
  const begin: unknown =
    Symbol.asyncIterator in values ? values[Symbol.asyncIterator] : values[Symbol.iterator];
  if (typeof begin !== 'function') {
    throw new OptionError(option, `expected an iterable, got one whose Symbol.iterator is ${show(begin)}`);
  }
  const iterator = begin.call(values);
  if (typeof iterator?.next === 'function') return iterator;
  throw new OptionError(
    option,
    `its iterator has no next(): expected { next() { … } }, got ${show(iterator)}`,
  );
}

/** What an iterator gave. @throws OptionError naming the option for what is none */
export function resultOf<Value>(
  option: string,
  result: IteratorResult<Value, unknown>,
): IteratorResult<Value, unknown> {
  if (typeof result === 'object' && result !== null) return result;
  throw new OptionError(option, `its iterator gave ${show(result)}; expected { done, value }`);
}

/**
 * All values, one after the other. @throws OptionError naming the option for a broken iterator; what the iterable
 * throws
 */
export async function* eachOf<Value>(
  option: string,
  values: AsyncIterable<Value> | Iterable<Value>,
): AsyncGenerator<Value, void, void> {
  const iterator = iteratorOf(option, values);
  let isOver = false;
  try {
    for (;;) {
      isOver = true;
      const { done, value } = resultOf(option, await iterator.next());
      if (done) return;
      isOver = false;
      yield value;
    }
  } finally {
    if (!isOver) await iterator.return?.();
  }
}

/** So many objects are remembered. */
const REMEMBERED = 2_048;

/**
 * Notices an iterable that gives one object again and again with other content, so that all of its rows are the last
 * one.
 */
export class ReusedObjects {
  private readonly reader = new RowReader();
  private readonly keys = new Map<object, number | undefined>();

  /** Whether a row that just came is an object that came before, and has changed. It takes three times to see that. */
  has(row: unknown): boolean {
    if (typeof row !== 'object' || row === null) return false;
    const { keys } = this;
    if (!keys.has(row)) {
      if (keys.size < REMEMBERED) keys.set(row, undefined);
      return false;
    }
    const before = keys.get(row);
    const [now] = this.reader.keysOf([row]).keys;
    keys.set(row, now);
    return before !== undefined && before !== now;
  }
}

export const REUSED =
  'is an object that came before, with other content: the iterable gives the same object again and again. ' +
  'Give a new object for each row';
