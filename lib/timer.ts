/** Time as it passes, in milliseconds: passed in, so that tests can tell it. */
export interface Timer {
  /** From any start. */
  now(): number;
  /**
   * Runs something once, later; 0: at the end of this turn of the event loop, when all that is ready has run.
   *
   * @returns what calls it off
   */
  after(milliseconds: number, run: () => void): () => void;
}

export const systemTimer: Timer = {
  now: () => performance.now(),
  after(milliseconds, run) {
    if (milliseconds <= 0) {
      const turn = setImmediate(run);
      return () => clearImmediate(turn);
    }
    const timeout = setTimeout(run, milliseconds);
    return () => clearTimeout(timeout);
  },
};
