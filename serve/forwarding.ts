import type { InferRequest, InferResponse } from '../lib/protocol/messages/index.js';
import type { AnnouncedRequest, Backend, Call, FoundModel } from './backend.js';

/**
 * A model that was found, as something before it has it.
 *
 * @param own what is done in place of the model's own
 */
export function foundBehind(found: FoundModel, own: Pick<FoundModel, 'screen' | 'infer'>): FoundModel {
  return {
    get inputs() {
      return found.inputs;
    },
    get mostOctets() {
      return found.mostOctets;
    },
    get mostText() {
      return found.mostText;
    },
    screen: own.screen,
    infer: own.infer,
  };
}

/** A backend before another: what it doesn't do itself is the other's. */
export class ForwardingBackend implements Backend {
  constructor(protected readonly backend: Backend) {}

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
    return this.backend.screen(request);
  }

  infer(request: InferRequest, call: Call): InferResponse | Promise<InferResponse> {
    return this.backend.infer(request, call);
  }
}
