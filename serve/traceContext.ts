import type { SpanContext } from '../lib/run/telemetry/index.js';

/** Version, trace, parent, flags; later versions may have more after that. */
const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const ZEROS = /^0+$/;

/**
 * The span that a request's header `traceparent` names. It isn't left to a propagator of OpenTelemetry: without one that
 * is registered it would be lost.
 *
 * @returns undefined for a header that is missing or invalid: a new trace begins, as the standard has it
 * @see W3C, "Trace Context", section 3.2
 */
export function parentOf(traceparent: string | undefined): SpanContext | undefined {
  const found = traceparent === undefined ? null : TRACEPARENT.exec(traceparent);
  if (found === null) return undefined;
  const [, version, traceId, spanId, flags, more] = found;
  if (version === 'ff' || (version === '00' && more !== undefined)) return undefined;
  if (ZEROS.test(traceId) || ZEROS.test(spanId)) return undefined;
  // Of the flags only `sampled` is known.
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & 1, isRemote: true };
}
