import { endOfTurn, type Timer } from './timer.js';

/** Node's own module, if this is Node. */
const events = globalThis.process?.getBuiltinModule?.('events');

/** The signal, that many may listen to: more than ten listeners would be taken for a leak, and warned of. */
export function forMany(signal: AbortSignal): AbortSignal {
  events?.setMaxListeners(0, signal);
  return signal;
}

/**
 * Aborts `stop` when the signal is. Held by hand: signals made of others leave traces in one that lives long.
 *
 * @returns what ends that
 */
export function follow(signal: AbortSignal | undefined, stop: AbortController): () => void {
  const abort = () => stop.abort(signal?.reason);
  if (signal?.aborted) abort();
  else if (signal !== undefined) forMany(signal).addEventListener('abort', abort, { once: true });
  return () => signal?.removeEventListener('abort', abort);
}

/**
 * The promise's outcome, or the signal's reason if that is aborted before: also where the promise never settles.
 *
 * @param then when it is to be left, once the signal is aborted. @defaultValue at once
 */
export function unlessAborted<T>(
  promise: PromiseLike<T>,
  signal: AbortSignal,
  then: (leave: () => void) => void = (leave) => leave(),
): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => then(() => reject(signal.reason));
    const over = () => signal.removeEventListener('abort', stop);
    promise.then(
      (value) => {
        over();
        resolve(value);
      },
      (error: unknown) => {
        over();
        reject(error);
      },
    );
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}

/**
 * The values of an async iterable until the signal is aborted, even if the next value never comes. Aborting closes the
 * iterator, like any early exit, but doesn't wait for it.
 */
export async function* untilAborted<Value>(
  values: AsyncIterable<Value>,
  signal: AbortSignal,
): AsyncGenerator<Value, void, void> {
  const iterator = values[Symbol.asyncIterator]();
  let stop: ((reason: unknown) => void) | undefined;
  const abort = () => stop?.(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  let isOver = false;
  const next = () =>
    new Promise<IteratorResult<Value>>((resolve, reject) => {
      stop = reject;
      iterator.next().then(resolve, (error: unknown) => {
        isOver = true;
        reject(error);
      });
    });
  try {
    for (;;) {
      signal.throwIfAborted();
      const { done, value } = await next();
      if (done) {
        isOver = true;
        return;
      }
      yield value;
    }
  } finally {
    signal.removeEventListener('abort', abort);
    const closed = isOver ? undefined : iterator.return?.();
    if (signal.aborted) closed?.then(undefined, () => undefined);
    else await closed;
  }
}

/** Lets timers and other work run, an abort among them. */
export async function breathe(signal: AbortSignal | undefined): Promise<void> {
  await endOfTurn();
  signal?.throwIfAborted();
}

/** Waits, or rejects with the signal's reason. */
export function sleep(timer: Timer, milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    const stop = () => {
      callOff();
      reject(signal.reason);
    };
    const callOff = timer.after(milliseconds, () => {
      signal.removeEventListener('abort', stop);
      resolve();
    });
    signal.addEventListener('abort', stop, { once: true });
  });
}
