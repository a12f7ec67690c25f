import type { InferRequest, InferResponse } from '../lib/protocol/messages/index.js';
import { endSpan, type OpenTelemetry } from '../lib/run/telemetry/index.js';
import type { AnnouncedRequest, Backend, Call, FoundModel, TraceHeaders } from './backend.js';
import { ForwardingBackend, foundBehind } from './forwarding.js';
import { parentOf } from './traceContext.js';

/**
 * A backend with a span of OpenTelemetry for each request, `spillway.infer`, under the span that is active where it
 * arrives, or else the one that its header `traceparent` names. It says model, version, tenant and rows, and of an answer
 * what it promises.
 */
export class TracedBackend extends ForwardingBackend {
  /** @param headers of the request that it is for */
  constructor(
    backend: Backend,
    private readonly api: OpenTelemetry,
    private readonly headers?: TraceHeaders,
  ) {
    super(backend);
  }

  under(headers: TraceHeaders): Backend {
    return new TracedBackend(this.backend, this.api, headers);
  }

  override screen(request: AnnouncedRequest): FoundModel {
    const { model, tenant } = request;
    const found = this.refusing(model, tenant, () => this.backend.screen(request));
    return foundBehind(found, {
      screen: (announced) => this.refusing(model, tenant, () => found.screen(announced)),
      infer: (request, call) => this.answering(request, call, found),
    });
  }

  override infer(request: InferRequest, call: Call): Promise<InferResponse> {
    return this.answering(request, call, this.backend);
  }

  /** A request that is refused before it is read has a short span, which says why. */
  private refusing<Value>(model: string, tenant: string, screen: () => Value): Value {
    try {
      return screen();
    } catch (error) {
      endSpan(this.spanOf(model, tenant), error, performance.now());
      throw error;
    }
  }

  private async answering(
    request: InferRequest,
    call: Call,
    by: Pick<FoundModel, 'infer'>,
  ): Promise<InferResponse> {
    const span = this.spanOf(request.model, call.tenant);
    span.setAttribute('spillway.rows', request.inputs[0]?.shape[0] ?? 0);
    try {
      const response = await by.infer(request, call);
      span.setAttribute('spillway.version', response.version);
      for (const [name, value] of Object.entries(response.parameters))
        if (typeof value !== 'boolean') span.setAttribute(`spillway.${name}`, value);
      endSpan(span, undefined, performance.now());
      return response;
    } catch (error) {
      endSpan(span, error, performance.now());
      throw error;
    }
  }

  private spanOf(model: string, tenant: string) {
    const attributes = { 'spillway.model': model, 'spillway.tenant': tenant };
    const startTime = performance.timeOrigin + performance.now();
    const { parent, isRemote } = this.parent;
    return this.api.trace
      .getTracer('spillway')
      .startSpan('spillway.infer', { kind: isRemote ? 1 : 0, startTime, attributes }, parent);
  }

  /** A span that is active comes of an instrumentation, which has read the header itself. */
  private get parent(): { readonly parent: object; readonly isRemote: boolean } {
    const { trace, context, createTraceState } = this.api;
    const active = context.active();
    const remote = trace.getSpan(active) === undefined ? parentOf(this.headers?.traceparent) : undefined;
    if (remote === undefined) return { parent: active, isRemote: false };
    const state = this.headers?.tracestate;
    const named = state === undefined ? remote : { ...remote, traceState: createTraceState(state) };
    return { parent: trace.setSpanContext(active, named), isRemote: true };
  }
}
