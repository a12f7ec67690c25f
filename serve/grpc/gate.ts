import { RequestError } from '../../lib/protocol/messages/index.js';
import { type Caller, LOCAL_CALLER, refuseForeignHost, requireRight } from '../access/index.js';
import type { IntakePlace } from '../intake/index.js';
import { holdArriving } from './arriving.js';
import type { Method } from './methods.js';
import type { GrpcSettings } from './options.js';
import { type Grpc, type GrpcMetadata, type GrpcStatus, type InterceptedCall, textOf } from './package.js';

/** No tenant's name: calls that need no right, whatever other calls there are. */
const HEALTH = '';
/** Octets of the messages of calls that need no right: nobody knows who sends them, and they name a service at most. */
const HEALTH_OCTETS = 4 * 1024;
/** Octets of all other messages but requests for inference, as over HTTP. */
const SMALL_OCTETS = 64 * 1024;

/** A call that may be answered. */
export interface Admitted {
  readonly caller: Caller;
  readonly arrived: number;
  readonly place: IntakePlace;
}

/**
 * Decides by its headers whether a call is admitted, before its message is read, and ends calls whose message doesn't
 * come.
 */
export class Gate {
  private readonly admitted = new WeakMap<GrpcMetadata, Admitted>();

  constructor(
    private readonly grpc: Grpc,
    private readonly settings: GrpcSettings,
    private readonly methods: ReadonlyMap<string, Method>,
    private readonly statusOf: (error: unknown) => GrpcStatus,
  ) {}

  /** The call with these headers, which was admitted. */
  of(metadata: GrpcMetadata): Admitted {
    return (
      this.admitted.get(metadata) ??
      this.admittedAs(LOCAL_CALLER, LOCAL_CALLER.tenant, this.settings.timer.now())
    );
  }

  /** @param tenant whose place among requests on their way in it takes */
  private admittedAs(caller: Caller, tenant: string, arrived: number): Admitted {
    return { caller, arrived, place: this.settings.intake.enter(tenant) };
  }

  /** An interceptor of `@grpc/grpc-js`. */
  readonly intercept = ({ path }: { readonly path: string }, call: InterceptedCall): unknown => {
    const { grpc, settings } = this;
    return new grpc.ServerInterceptingCall(call, {
      start: (next) => {
        const late = setTimeout(() => call.sendStatus(this.statusOf(tooSlow())), settings.limits.requestMs);
        let place: IntakePlace | undefined;
        let isThere: ((octets: number) => void) | undefined;
        next({
          onReceiveMetadata: (metadata, resume) =>
            this.admit(path, metadata, call, (admitted) => {
              place = admitted.place;
              isThere = this.hold(path, call, place);
              // Its message isn't read before.
              void place.turn(() => resume(metadata));
            }),
          onReceiveMessage(message, resume) {
            isThere?.(message.length);
            resume(message);
          },
          onReceiveHalfClose(resume) {
            clearTimeout(late);
            resume();
          },
          // Also when the call has been answered.
          onCancel: () => {
            clearTimeout(late);
            place?.leave();
          },
        });
      },
    });
  };

  /** @throws Error for a package that hides what arrives */
  private hold(path: string, call: InterceptedCall, place: IntakePlace): (octets: number) => void {
    const { stream } = call;
    if (stream === undefined)
      throw new Error('this version of @grpc/grpc-js hides how much of a message is there: install 1.14');
    return holdArriving(stream, place, this.mostOf(path), (error) => call.sendStatus(this.statusOf(error)));
  }

  /** Octets of a message to a method. */
  private mostOf(path: string): number {
    const method = this.methods.get(path);
    if (method?.hasLargeMessage === true) return this.settings.message.octets;
    return Math.min(this.settings.message.octets, method?.right === undefined ? HEALTH_OCTETS : SMALL_OCTETS);
  }

  private admit(
    path: string,
    metadata: GrpcMetadata,
    call: InterceptedCall,
    enter: (admitted: Admitted) => void,
  ): void {
    const arrived = this.settings.timer.now();
    const admit = (caller: Caller) => {
      const right = this.methods.get(path)?.right;
      const admitted =
        right === undefined
          ? this.admittedAs(caller, HEALTH, arrived)
          : this.admittedAs(requireRight(caller, right), caller.tenant, arrived);
      this.admitted.set(metadata, admitted);
      enter(admitted);
    };
    const refuse = (error: unknown) => call.sendStatus(this.statusOf(error));
    try {
      const caller = this.callerOf(path, metadata, call.getHost() || undefined);
      if (caller instanceof Promise) caller.then(admit).catch(refuse);
      else admit(caller);
    } catch (error) {
      refuse(error);
    }
  }

  private callerOf(path: string, metadata: GrpcMetadata, host: string | undefined): Caller | Promise<Caller> {
    const { access, allowsHost } = this.settings;
    if (this.methods.get(path)?.right === undefined) return LOCAL_CALLER;
    if (access === undefined) {
      refuseForeignHost(host, allowsHost);
      return LOCAL_CALLER;
    }
    return access.identify(textOf(metadata, 'authorization'), textOf(metadata, 'x-api-key'));
  }
}

function tooSlow(): RequestError {
  return new RequestError('deadline', 'the request took too long to arrive');
}
