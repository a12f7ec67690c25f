import type { Work } from './syncAsync.js';

/**
 * Overlaps several pieces of work: while some wait, others run. Each starts, in order, when fewer
 * than `most` are waiting. Work that never waits runs one piece after the other.
 *
 * Errors are those of a sequential run: the first failure in that order is thrown. Work before it
 * is finished; work after it is left where it waits.
 *
 * @param works created lazily
 */
export function* overlap(works: Iterable<Work<void>>, most: number): Work<void> {
  const coming = works[Symbol.iterator]();
  let waiting: Waiting[] = [];
  let failure: Failure | undefined;
  for (;;) {
    while (failure === undefined && waiting.length < most) {
      const { done, value } = coming.next();
      if (done) break;
      const state = proceed(value);
      if (state instanceof Waiting) waiting.push(state);
      else failure = state;
    }
    if (waiting.length === 0) break;
    yield waiting.length === 1 ? waiting[0].over : Promise.race(waiting.map(({ over }) => over));
    const before = waiting;
    waiting = [];
    for (const each of before) {
      const state = each.outcome === undefined ? each : proceed(each.work, each.outcome);
      if (state instanceof Waiting) waiting.push(state);
      if (!(state instanceof Failure)) continue;
      failure = state;
      break;
    }
  }
  if (failure !== undefined) throw failure.error;
}

/** Resumes work after its wait, until it waits again, fails, or ends. */
function proceed(work: Work<void>, outcome?: Outcome): Waiting | Failure | undefined {
  try {
    const step = outcome instanceof Failure ? work.throw(outcome.error) : work.next();
    return step.done ? undefined : new Waiting(work, step.value);
  } catch (error) {
    return new Failure(error);
  }
}

class Failure {
  constructor(readonly error: unknown) {}
}

type Outcome = Failure | 'fulfilled';

class Waiting {
  outcome: Outcome | undefined;
  /** Never rejects: it may never be awaited. */
  readonly over: PromiseLike<void>;

  constructor(
    readonly work: Work<void>,
    promise: PromiseLike<unknown>,
  ) {
    this.over = promise.then(
      () => {
        this.outcome = 'fulfilled';
      },
      (error: unknown) => {
        this.outcome = new Failure(error);
      },
    );
  }
}
