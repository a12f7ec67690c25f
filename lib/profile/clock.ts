/** Where measured time comes from: passed in, so that tests can tell it. */
export interface Clock {
  /** Milliseconds from any start. */
  now(): number;
  /** Milliseconds of processor time that this process has used, where that can be told. */
  cpu?(): number;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  cpu() {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  },
};
