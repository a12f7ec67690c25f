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

/** How long a run took, and how much of that this processor was busy. Milliseconds. */
export interface TimedRun {
  readonly took: number;
  readonly busy: number;
}

/** Runs something, and waits for it where it is to be waited for. */
export async function timed(clock: Clock, run: () => unknown): Promise<TimedRun> {
  const cpu = clock.cpu?.() ?? 0;
  const start = clock.now();
  const waiting = run();
  const waits = waiting instanceof Promise;
  if (waits) await waiting;
  const took = clock.now() - start;
  return { took, busy: waits && clock.cpu !== undefined ? Math.min(took, clock.cpu() - cpu) : took };
}

/** Times of runs in microseconds. */
export function microseconds(times: readonly TimedRun[]): number[] {
  return times.map(({ took }) => took * 1000);
}

/** The share of the measured time that was spent waiting, 0 … 1; negligible shares count as 0. */
export function waitOf(took: number, busy: number): number {
  const wait = took > 0 ? Math.max(0, 1 - busy / took) : 0;
  return wait < 0.05 ? 0 : wait;
}
