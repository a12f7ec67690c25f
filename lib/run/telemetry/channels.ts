import { channel } from '#diagnostics';

/** The part of a channel of `node:diagnostics_channel` that is used; its own type is Node's. */
export interface TelemetryChannel {
  readonly hasSubscribers: boolean;
  publish(message: unknown): void;
  subscribe(listener: (message: unknown, name: string | symbol) => void): void;
  unsubscribe(listener: (message: unknown, name: string | symbol) => void): void;
}

/**
 * Messages on `node:diagnostics_channel`, sent as things happen. They are built only if there are listeners.
 *
 * A call sends the same object twice, as it begins and as it ends. Messages about work for the call have that object
 * as their `call`. Times are those of `performance.now()`, in milliseconds.
 */
export const channels: Readonly<Record<'begin' | 'end' | 'feature' | 'stage', TelemetryChannel>> = {
  begin: channel('spillway:call:begin'),
  end: channel('spillway:call:end'),
  feature: channel('spillway:feature'),
  stage: channel('spillway:stage'),
};

/** Sent on `spillway:call:begin` and, complete, on `spillway:call:end`: the rows of one call. */
export interface CallMessage {
  /** Rows of the call. */
  readonly rows: number;
  /** When it began, in milliseconds of `performance.now()`. */
  readonly begun: number;
  /** Milliseconds; NaN until the end. */
  tookMs: number;
  /** Rows whose answer is degraded. */
  degraded: number;
  /**
   * Whether all answers are outside the promise because something fails, possibly in other calls:
   * verdict `degraded`.
   */
  impaired: boolean;
  error: unknown;
}

/** Sent on `spillway:feature` and `spillway:stage` after a feature was computed, or a stage's model run. */
export interface WorkMessage {
  /** The feature or the model. */
  readonly name: string;
  /** Position of the stage, the full model's last; -1 of features, which may serve several. */
  readonly stage: number;
  /** Rows of the run. */
  readonly rows: number;
  /** When it began, in milliseconds of `performance.now()`. */
  readonly begun: number;
  /** Until it returned, on this processor. */
  readonly busyMs: number;
  /** From then on until its promise settled; 0 without one. */
  readonly waitMs: number;
  readonly error: unknown;
  readonly call: CallMessage | undefined;
}

/** Tells that a call begins, where anybody wants to know of anything. */
export function beginCall(rows: number): CallMessage | undefined {
  const { begin, end, feature, stage } = channels;
  if (!(begin.hasSubscribers || end.hasSubscribers || feature.hasSubscribers || stage.hasSubscribers)) return;
  const call = {
    rows,
    begun: performance.now(),
    tookMs: Number.NaN,
    degraded: 0,
    impaired: false,
    error: undefined,
  };
  begin.publish(call);
  return call;
}

export function endCall(
  call: CallMessage | undefined,
  degraded: number,
  impaired: boolean,
  error?: unknown,
): void {
  if (call === undefined) return;
  call.tookMs = performance.now() - call.begun;
  call.degraded = degraded;
  call.impaired = impaired;
  call.error = error;
  channels.end.publish(call);
}
