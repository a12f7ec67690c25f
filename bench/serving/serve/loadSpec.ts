/** A request of a load, as HTTP. */
export interface LoadRequest {
  readonly path: string;
  readonly body: string;
  readonly rows: number;
}

/** How requests are sent. */
export interface LoadSpec {
  readonly port: number;
  readonly requests: readonly LoadRequest[];
  /** The key of the tenant that sends them. */
  readonly key?: string;
  /** Which request comes next: each in turn, or by Zipf's law with this exponent; 0 is uniform. */
  readonly pick: 'each' | number;
  /**
   * Open: Poisson arrivals, whatever becomes of earlier ones. Closed: so many at a time, until a
   * count of requests or a time is over.
   */
  readonly arrivals:
    | { readonly kind: 'open'; readonly rate: number; readonly seconds: number }
    | {
        readonly kind: 'closed';
        readonly at: number;
        readonly count?: number;
        readonly seconds?: number;
      };
  /** Milliseconds within which an answer is worth something. */
  readonly withinMs?: number;
  readonly seed: number;
  /**
   * From when latencies count: the intended time, or when a request was written, where the generator can't write as
   * many as are intended.
   * @defaultValue 'intended'
   */
  readonly since?: 'intended' | 'written';
  /** Whether answers are returned. */
  readonly keep?: boolean;
}

/** The answer to a request of a load. */
export interface LoadAnswer {
  readonly request: number;
  readonly body: string;
}

export interface LoadResult {
  readonly sent: number;
  /** Answers by status; 0: none came. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Failures that aren't errors of the protocol. */
  readonly untyped: number;
  /** Rows that were answered, and those of them that were answered in time. */
  readonly rows: number;
  readonly rowsInTime: number;
  readonly elapsedMs: number;
  /** Processor time of the generator. */
  readonly cpuMs: number;
  /** Milliseconds from the intended time, or `since`, in the order of answers; of a failure null. */
  readonly latencies: readonly (number | null)[];
  /** Milliseconds from the intended time to sending, p99. */
  readonly lateMs: number;
  readonly answers: readonly LoadAnswer[];
}

export type LoadCommands = {
  readonly run: { readonly given: LoadSpec; readonly result: LoadResult };
};

/** A share of the latencies is at most that; failures count as endless. */
export function latency({ latencies }: Pick<LoadResult, 'latencies'>, share: number): number {
  const sorted = latencies.map((ms) => ms ?? Number.POSITIVE_INFINITY).sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** Requests in turn, so many at a time. */
export function closedLoad(
  port: number,
  requests: readonly LoadRequest[],
  { at = 1, count }: { readonly at?: number; readonly count: number },
): LoadSpec {
  return { port, requests, pick: 'each', arrivals: { kind: 'closed', at, count }, seed: 1 };
}
