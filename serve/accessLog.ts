import type { InferRequest, InferResponse } from '../lib/protocol/messages/index.js';
import type { Timer } from '../lib/util/timer.js';
import type { AnnouncedRequest, Backend, Call, FoundModel } from './backend.js';
import type { Protocol } from './faults.js';
import { ForwardingBackend, foundBehind } from './forwarding.js';

/** A request that is over. */
export interface AccessEntry {
  /** `http` or `grpc`. */
  readonly protocol: Protocol;
  /** HTTP's, such as POST. */
  readonly method: string;
  /** As it was sent, without a query: at most 1,000 characters. */
  readonly path: string;
  /** The model that it names, and who asked; undefined where that isn't known. */
  readonly model: string | undefined;
  readonly tenant: string | undefined;
  /** Of HTTP, 499 where the client left before; of gRPC its code. */
  readonly status: number;
  /** Octets of the answer's body as sent. */
  readonly octets: number;
  /** Milliseconds from its headers to the end of its answer. */
  readonly ms: number;
  /** Its own id, or the header `x-request-id`: at most 200 characters. */
  readonly id: string | undefined;
}

/** Characters of a path and of an id. */
const [PATH, ID] = [1_000, 200];
/** The client left before there was an answer, as nginx has it. */
const LEFT = 499;

/** What is known of a request that isn't over. */
export class AccessNote {
  model: string | undefined;
  tenant: string | undefined;
  id: string | undefined;
  status: number = LEFT;
  octets = 0;
  private isOver = false;

  constructor(
    private readonly log: { readonly timer: Timer; onAccess(entry: AccessEntry): void },
    private readonly protocol: Protocol,
    private readonly method: string,
    private readonly path: string,
    private readonly begun: number,
  ) {}

  answered(status: number, octets: number): void {
    this.status = status;
    this.octets = octets;
  }

  /** A backend for this request alone, which notes what the request turns out to be. */
  noting(backend: Backend): Backend {
    return new NotingBackend(backend, this);
  }

  /** Nothing more comes of it: it is logged, once. */
  over(): void {
    if (this.isOver) return;
    this.isOver = true;
    const { log, protocol, method, path, model, tenant, status, octets, begun, id } = this;
    const ms = log.timer.now() - begun;
    log.onAccess({ protocol, method, path, model, tenant, status, octets, ms, id: id?.slice(0, ID) });
  }
}

/** Requests that are under way, each by what its protocol has of it, and what hears of them once they are over. */
export class AccessLog {
  private readonly notes = new WeakMap<object, AccessNote>();

  constructor(
    readonly onAccess: (entry: AccessEntry) => void,
    readonly timer: Timer,
  ) {}

  begin(protocol: Protocol, method: string, path: string): AccessNote {
    return new AccessNote(this, protocol, method, path.slice(0, PATH), this.timer.now());
  }

  /** Finds a note by a request from now on. */
  keep(request: object, note: AccessNote): void {
    this.notes.set(request, note);
  }

  of(request: object): AccessNote | undefined {
    return this.notes.get(request);
  }
}

class NotingBackend extends ForwardingBackend {
  constructor(
    backend: Backend,
    private readonly note: AccessNote,
  ) {
    super(backend);
  }

  override screen(request: AnnouncedRequest): FoundModel {
    this.note.model = request.model;
    const found = this.backend.screen(request);
    return foundBehind(found, {
      screen: (announced) => found.screen(announced),
      infer: (read, call) => {
        this.identify(read);
        return found.infer(read, call);
      },
    });
  }

  override infer(request: InferRequest, call: Call): InferResponse | Promise<InferResponse> {
    this.identify(request);
    return this.backend.infer(request, call);
  }

  private identify({ model, id }: InferRequest): void {
    this.note.model = model;
    // What the client has called it, before what a proxy has.
    if (id !== undefined && id !== '') this.note.id = id;
  }
}
