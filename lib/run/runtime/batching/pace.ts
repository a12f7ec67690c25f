/** When a batch goes, and how large it is. */
export interface Pace {
  /** The most rows that calls are joined to. */
  readonly rows: number;
  /** Milliseconds that the first call waits for others. */
  readonly waitMs: number;
  /** Rows that recently came together: a running mean. */
  readonly usual: number;
}

/** Limits that a pace stays within. */
export interface Limits {
  readonly maxRows: number;
  readonly maxWaitMs: number;
  /** Milliseconds from call to answer that 99 of 100 calls are to stay under; undefined: none is aimed at. */
  readonly p99Ms: number | undefined;
}

/** A batch that was answered. */
export interface Ran {
  readonly rows: number;
  /** Rows that it had no room for. */
  readonly left: number;
  /** Milliseconds from the first of its calls to its answer, the longest of all. */
  readonly slowestMs: number;
}

/** The first batch size under an objective: how long a batch takes isn't known yet. */
const FIRST_ROWS = 16;
/** The share of the objective that a batch may take. The rest allows for variance. */
const SHARE = 0.8;
const SHRINK = 0.75;
/** Steps from nothing to the limit. */
const STEPS = 32;

export function firstPace({ maxRows, maxWaitMs, p99Ms }: Limits): Pace {
  const rows = p99Ms === undefined ? maxRows : Math.min(FIRST_ROWS, maxRows);
  return { rows, waitMs: maxWaitMs, usual: 1 };
}

/**
 * Whether to send a batch now: it is full, the usual number of rows have come, or the first has
 * waited long enough.
 */
export function isReady(pace: Pace, queued: number, waitedMs: number): boolean {
  return queued >= Math.min(pace.rows, Math.floor(pace.usual)) || waitedMs >= pace.waitMs;
}

/**
 * The pace after a batch. Rows and wait grow by a step while batches are full and in time, and shrink by a quarter when
 * one is late: additive increase, multiplicative decrease. They don't shrink while more waits than a batch takes:
 * smaller batches would only make that queue longer.
 *
 * @see Crankshaw et al., "Clipper: A Low-Latency Online Prediction Serving System", NSDI 2017, section 4.3
 */
export function paceAfter(pace: Pace, { rows, left, slowestMs }: Ran, limits: Limits): Pace {
  const { maxRows, maxWaitMs, p99Ms } = limits;
  const usual = (pace.usual + rows) / 2;
  if (p99Ms === undefined) return { ...pace, usual };
  const isLate = slowestMs > SHARE * p99Ms;
  if (isLate && left === 0) {
    return { rows: Math.max(1, Math.floor(pace.rows * SHRINK)), waitMs: pace.waitMs * SHRINK, usual };
  }
  const isFull = left > 0 || rows >= pace.rows;
  return {
    rows: isFull ? Math.min(maxRows, pace.rows + Math.ceil(maxRows / STEPS)) : pace.rows,
    waitMs: isLate ? pace.waitMs : Math.min(maxWaitMs, pace.waitMs + maxWaitMs / STEPS),
    usual,
  };
}
