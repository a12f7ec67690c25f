import type { InferRequest, InferResponse } from '../lib/protocol/messages/index.js';
import { endSpan, type OpenTelemetry } from '../lib/run/telemetry/index.js';
import type { AnnouncedRequest, Backend, Call, FoundModel } from './backend.js';

/**
 * A backend with a span of OpenTelemetry for each request, `spillway.infer`, under the span that is active where it
 * arrives. It says model, version, tenant and rows, and of an answer what it promises.
 */
export class TracedBackend implements Backend {
  constructor(
    private readonly backend: Backend,
    private readonly api: OpenTelemetry,
  ) {}

  get isReady(): boolean {
    return this.backend.isReady;
  }

  isModelReady(...model: Parameters<Backend['isModelReady']>) {
    return this.backend.isModelReady(...model);
  }

  metadata(...model: Parameters<Backend['metadata']>) {
    return this.backend.metadata(...model);
  }

  statistics(...model: Parameters<Backend['statistics']>) {
    return this.backend.statistics(...model);
  }

  index() {
    return this.backend.index();
  }

  load(name: string) {
    return this.backend.load(name);
  }

  unload(name: string) {
    return this.backend.unload(name);
  }

  screen(request: AnnouncedRequest): FoundModel {
    const { model, tenant } = request;
    const found = this.refusing(model, tenant, () => this.backend.screen(request));
    return {
      get inputs() {
        return found.inputs;
      },
      screen: (announced) => this.refusing(model, tenant, () => found.screen(announced)),
      infer: (request, call) => this.answering(request, call, found),
    };
  }

  infer(request: InferRequest, call: Call): Promise<InferResponse> {
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
    const { trace, context } = this.api;
    const attributes = { 'spillway.model': model, 'spillway.tenant': tenant };
    const startTime = performance.timeOrigin + performance.now();
    return trace
      .getTracer('spillway')
      .startSpan('spillway.infer', { startTime, attributes }, context.active());
  }
}
