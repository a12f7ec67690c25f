import { AsyncError } from '../../errors.js';

/**
 * Work that may wait: a generator that yields a promise only if it needs one. One piece of code
 * thus serves both `predict`, which waits, and `predictSync`, which refuses to.
 */
export type Work<Result> = Generator<PromiseLike<unknown>, Result, void>;

export async function runAsync<Result>(work: Work<Result>): Promise<Result> {
  return runSoon(work);
}

/** The result, or a promise of it where the work waits. */
export function runSoon<Result>(work: Work<Result>): Result | Promise<Result> {
  const step = work.next();
  return step.done ? step.value : resume(work, step);
}

async function resume<Result>(
  work: Work<Result>,
  first: IteratorResult<PromiseLike<unknown>, Result>,
): Promise<Result> {
  let step = first;
  while (!step.done) {
    try {
      await step.value;
    } catch (error) {
      step = work.throw(error);
      continue;
    }
    step = work.next();
  }
  return step.value;
}

/** @throws AsyncError at the first promise, with the part that is asynchronous. */
export function runSync<Result>(work: Work<Result>, what: string): Result {
  const step = work.next();
  if (step.done) return step.value;
  // Nothing will await this promise: its rejection must not end the process.
  step.value.then(undefined, () => {});
  close(work);
  throw new AsyncError(what);
}

/** Releases its resources, as if it had ended there. */
function close(work: Generator<unknown, unknown, void>): void {
  work.return(undefined);
}
