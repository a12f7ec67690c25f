import { OptionError } from '../../errors.js';
import { errorText } from '../../util/errorText.js';
import { type Load, optionalPackage } from '../../util/packages.js';
import { type CallMessage, channels, type WorkMessage } from './channels.js';

/** The part of `@opentelemetry/api` that is used. */
export interface OpenTelemetry {
  readonly trace: {
    getTracer(name: string): Tracer;
    setSpan(context: object, span: Span): object;
    getSpan(context: object): Span | undefined;
    setSpanContext(context: object, spanContext: SpanContext): object;
  };
  readonly context: { active(): object };
  createTraceState(text: string): object;
}

/** What identifies a span of another process. */
export interface SpanContext {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceFlags: number;
  readonly isRemote: true;
  readonly traceState?: object;
}

export interface Tracer {
  startSpan(name: string, options: SpanOptions, context?: object): Span;
}

interface SpanOptions {
  /** 1: of a server, which answers another process. @defaultValue 0: within this one */
  readonly kind?: 0 | 1;
  /** Milliseconds since 1970. */
  readonly startTime: number;
  readonly attributes: Readonly<Record<string, string | number>>;
}

export interface Span {
  setAttribute(name: string, value: string | number): unknown;
  recordException(error: Error | string): void;
  setStatus(status: { readonly code: 2; readonly message: string }): unknown;
  end(time: number): void;
}

/**
 * Spans of OpenTelemetry for everything that cascades do from now on: `spillway.call` for each call, under the span
 * that is active where it is made, and under it `spillway.feature` and `spillway.stage`. They come from the messages
 * on `node:diagnostics_channel`.
 *
 * @param load how packages are imported; only tests have a reason to give it
 * @returns a function that ends it
 * @throws MissingPackage without `@opentelemetry/api`
 * @throws OptionError if the installed package isn't version 1
 * @example
 * const stop = await openTelemetrySpans();
 */
export async function openTelemetrySpans(load?: Load): Promise<() => void> {
  const { trace, context } = await openTelemetry(load);
  const tracer = trace.getTracer('spillway');
  const open = new WeakMap<object, Span>();
  const begin = (message: unknown) => {
    const call = message as CallMessage; // The only messages on this channel.
    const options = { startTime: epoch(call.begun), attributes: { 'spillway.rows': call.rows } };
    open.set(call, tracer.startSpan('spillway.call', options, context.active()));
  };
  const end = (message: unknown) => {
    const call = message as CallMessage;
    const span = open.get(call);
    if (span === undefined) return;
    span.setAttribute('spillway.degraded', call.degraded);
    span.setAttribute('spillway.impaired', Number(call.impaired));
    endSpan(span, call.error, call.begun + call.tookMs);
  };
  const work = (kind: 'feature' | 'stage') => (message: unknown) => {
    const { name, stage, rows, begun, busyMs, waitMs, error, call } = message as WorkMessage;
    const attributes = {
      [`spillway.${kind === 'feature' ? 'feature' : 'model'}`]: name,
      ...(stage >= 0 && { 'spillway.stage': stage }),
      'spillway.rows': rows,
      'spillway.wait_ms': waitMs,
    };
    const parent = call && open.get(call);
    const active = context.active();
    const options = { startTime: epoch(begun), attributes };
    const within = parent === undefined ? active : trace.setSpan(active, parent);
    endSpan(tracer.startSpan(`spillway.${kind}`, options, within), error, begun + busyMs + waitMs);
  };
  const heard = [
    [channels.begin, begin],
    [channels.end, end],
    [channels.feature, work('feature')],
    [channels.stage, work('stage')],
  ] as const;
  for (const [channel, listener] of heard) channel.subscribe(listener);
  return () => {
    for (const [channel, listener] of heard) channel.unsubscribe(listener);
  };
}

/** @throws MissingPackage without `@opentelemetry/api`; OptionError if the installed package isn't version 1 */
export async function openTelemetry(load?: Load): Promise<OpenTelemetry> {
  const api = await optionalPackage('@opentelemetry/api', 'spans of OpenTelemetry', load);
  if (isOpenTelemetry(api)) return api;
  throw new OptionError('@opentelemetry/api', 'is none of version 1: it has no trace');
}

/** Ends a span. @param at milliseconds since the process began */
export function endSpan(span: Span, error: unknown, at: number): void {
  if (error !== undefined) {
    const message = errorText(error);
    span.recordException(error instanceof Error ? error : message);
    span.setStatus({ code: 2, message });
  }
  span.end(epoch(at));
}

function epoch(milliseconds: number): number {
  return performance.timeOrigin + milliseconds;
}

function isOpenTelemetry(value: unknown): value is OpenTelemetry {
  return typeof value === 'object' && value !== null && 'trace' in value && 'context' in value;
}
