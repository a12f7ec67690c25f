import { serveJobs } from '../../../../lib/util/workers/index.js';

/** Units to be counted, and threads to be lost before. */
export interface CountJob {
  /** Shared: how many threads end at once instead. */
  readonly deaths: Int32Array;
  /** Shared: one entry a unit, how often it was taken. */
  readonly taken: Int32Array;
  readonly throws?: boolean;
  /** Milliseconds that a unit takes. */
  readonly each?: number;
}

serveJobs<CountJob>(({ deaths, taken, throws, each = 0 }, claim, thread) => {
  if (throws) throw new RangeError('no such unit');
  const units: number[] = [thread];
  for (let unit = claim(); unit !== undefined; unit = claim()) {
    if (Atomics.sub(deaths, 0, 1) > 0) process.exit(1);
    Atomics.add(taken, unit, 1);
    units.push(unit);
    for (const end = performance.now() + each; performance.now() < end; );
  }
  return Float64Array.from(units);
});
