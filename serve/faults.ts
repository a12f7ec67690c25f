import { REQUEST_FAULTS, RequestError, type RequestFault } from '../lib/protocol/messages/index.js';
import { errorText } from '../lib/util/errorText.js';
import type { Timer } from '../lib/util/timer.js';

/** What hears of failures. */
export interface FaultPorts {
  /** Of those that are the server's own. */
  onFault(error: unknown): void;
  /** Of each request that has no answer. */
  onRefusal?: ((reason: RequestFault) => void) | undefined;
}

/**
 * A failure as its client sees it. What is no RequestError is reported to the operator and stays there: its text may
 * name files or data of others.
 */
export function asRequestError(error: unknown, { onFault, onRefusal }: FaultPorts): RequestError {
  const known = error instanceof RequestError;
  if (!known || error.reason === 'internal') onFault(error);
  const failure = known
    ? error
    : new RequestError('internal', 'the server failed; its log says why', undefined, { cause: error });
  onRefusal?.(failure.reason);
  return failure;
}

/** Reports what failed inside of the server to standard error. */
export function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : String(error));
}

/** Faults that are reported one by one within a period, and its milliseconds. */
const MOST = 10;
const PERIOD_MS = 10_000;

/**
 * Reports at most 10 faults in 10 seconds, and at their end how many were left out: requests that fail again and
 * again must not fill a log.
 */
export class FaultLog {
  /** All faults, those included that were left out. */
  count = 0;
  private until = Number.NEGATIVE_INFINITY;
  private reported = 0;
  private leftOut = 0;
  private last: unknown;
  private callOff = () => {};

  constructor(
    private readonly onFault: (error: unknown) => void,
    private readonly timer: Timer,
  ) {}

  readonly report = (error: unknown): void => {
    this.count++;
    const now = this.timer.now();
    if (now >= this.until) {
      this.conclude();
      this.until = now + PERIOD_MS;
      this.reported = 0;
    }
    if (this.reported < MOST) {
      this.reported++;
      this.onFault(error);
      return;
    }
    if (this.leftOut === 0) this.callOff = this.timer.after(this.until - now, () => this.conclude());
    this.leftOut++;
    this.last = error;
  };

  /** Says how many were left out, if any were. */
  conclude(): void {
    this.callOff();
    const { leftOut, last } = this;
    if (leftOut === 0) return;
    this.leftOut = 0;
    this.last = undefined;
    const text = errorText(last);
    const message = `${leftOut} more failures within ${PERIOD_MS / 1_000} s were left out, the last: ${text}`;
    this.onFault(new Error(message, { cause: last }));
  }
}

/** The protocols over which requests come. */
export type Protocol = 'http' | 'grpc';

/** Requests that had no answer, by protocol and reason: also those that reached no model. */
export class Refusals {
  private readonly protocols = new Map<Protocol, Map<RequestFault, number>>();

  /** Counts those of a protocol, whose reasons have a number from now on. */
  of(protocol: Protocol): (reason: RequestFault) => void {
    const counts =
      this.protocols.get(protocol) ??
      new Map(REQUEST_FAULTS.map((reason): [RequestFault, number] => [reason, 0]));
    this.protocols.set(protocol, counts);
    return (reason) => counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }

  get all(): readonly RefusalCount[] {
    return Array.from(this.protocols, ([protocol, counts]) =>
      Array.from(counts, ([reason, count]) => ({ protocol, reason, count })),
    ).flat();
  }
}

/** How many requests of a protocol had no answer for a reason. */
export interface RefusalCount {
  readonly protocol: Protocol;
  readonly reason: RequestFault;
  readonly count: number;
}
