/** Time as it passes, in milliseconds: passed in, so that tests can tell it. */
export interface Timer {
  /** From any start. */
  now(): number;
  /**
   * Runs a callback once, later; 0: at the end of this turn of the event loop, when all that is
   * ready has run.
   *
   * @returns what calls it off
   */
  after(milliseconds: number, run: () => void): () => void;
}

/** Sources of event-loop tasks. Only timers exist everywhere. */
export interface TaskSources {
  readonly setImmediate?: (run: () => void) => unknown;
  readonly MessageChannel?: new () => Channel;
  readonly setTimeout: (run: () => void, milliseconds: number) => unknown;
}

interface Channel {
  readonly port1: { onmessage?: ((event: never) => void) | null; close(): void };
  readonly port2: { postMessage(message: null): void };
}

/**
 * The quickest way to a new task that an engine has: Node's `setImmediate`; in browsers and their
 * workers a message, since hidden pages slow timers to one a second, and nested timers wait 4 ms;
 * otherwise a timer.
 */
export function nextTask(engine: TaskSources): (run: () => void) => void {
  const { setImmediate, MessageChannel, setTimeout } = engine;
  if (setImmediate !== undefined) return (run) => void setImmediate(run);
  if (MessageChannel === undefined) return (run) => void setTimeout(run, 0);
  return (run) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      run();
    };
    port2.postMessage(null);
  };
}

const startTask = nextTask(globalThis);

/** Fulfilled at the end of this turn of the event loop. */
export function endOfTurn(): Promise<void> {
  return new Promise(startTask);
}

export const systemTimer: Timer = {
  now: () => performance.now(),
  after(milliseconds, run) {
    if (milliseconds > 0) {
      const timeout = setTimeout(run, milliseconds);
      return () => clearTimeout(timeout);
    }
    let isOff = false;
    startTask(() => {
      if (!isOff) run();
    });
    return () => {
      isOff = true;
    };
  },
};
