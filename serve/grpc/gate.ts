import { RequestError } from '../../lib/protocol/messages/index.js';
import { type Caller, LOCAL_CALLER, refuseForeignHost, requireRight } from '../access/index.js';
import type { IntakePlace } from '../intake/index.js';
import type { Method } from './methods.js';
import type { GrpcSettings } from './options.js';
import { type Grpc, type GrpcMetadata, type GrpcStatus, type InterceptedCall, textOf } from './package.js';

/** No tenant's name: calls that need no right, whatever other calls there are. */
const HEALTH = '';

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
        next({
          onReceiveMetadata: (metadata, resume) =>
            this.admit(path, metadata, call, (admitted) => {
              place = admitted.place;
              // Its message isn't read before.
              void place.turn(() => resume(metadata));
            }),
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
