/** The source of measured time: passed in, so that tests can set it. */
export interface Clock {
  /** Milliseconds from any start. */
  now(): number;
  /** Milliseconds of processor time that this process has used, where that is known. */
  cpu?(): number;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  cpu() {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  },
};
