import { RequestError } from '../../lib/inference/index.js';
import { type Caller, LOCAL_CALLER, requireRight } from '../access/index.js';
import type { Method } from './methods.js';
import type { GrpcSettings } from './options.js';
import type { Grpc, GrpcMetadata, GrpcStatus, InterceptedCall } from './package.js';

/** A call that may be answered. */
export interface Admitted {
  readonly caller: Caller;
  readonly arrived: number;
}

/**
 * Decides by its headers whether a call is admitted, before its message is read, and ends calls whose message doesn't come.
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
    return this.admitted.get(metadata) ?? { caller: LOCAL_CALLER, arrived: this.settings.timer.now() };
  }

  /** An interceptor of `@grpc/grpc-js`. */
  readonly intercept = ({ path }: { readonly path: string }, call: InterceptedCall): unknown => {
    const { grpc, settings } = this;
    return new grpc.ServerInterceptingCall(call, {
      start: (next) => {
        const late = setTimeout(() => call.sendStatus(this.statusOf(tooSlow())), settings.limits.requestMs);
        next({
          onReceiveMetadata: (metadata, resume) => this.admit(path, metadata, call, resume),
          onReceiveHalfClose(resume) {
            clearTimeout(late);
            resume();
          },
          onCancel: () => clearTimeout(late),
        });
      },
    });
  };

  private admit(
    path: string,
    metadata: GrpcMetadata,
    call: InterceptedCall,
    resume: (metadata: GrpcMetadata) => void,
  ): void {
    const arrived = this.settings.timer.now();
    const enter = (caller: Caller) => {
      const right = this.methods.get(path)?.right;
      this.admitted.set(metadata, {
        caller: right === undefined ? caller : requireRight(caller, right),
        arrived,
      });
      resume(metadata);
    };
    const refuse = (error: unknown) => call.sendStatus(this.statusOf(error));
    try {
      const caller = this.callerOf(path, metadata);
      if (caller instanceof Promise) caller.then(enter).catch(refuse);
      else enter(caller);
    } catch (error) {
      refuse(error);
    }
  }

  private callerOf(path: string, metadata: GrpcMetadata): Caller | Promise<Caller> {
    const { access } = this.settings;
    if (access === undefined || this.methods.get(path)?.right === undefined) return LOCAL_CALLER;
    return access.identify(textOf(metadata, 'authorization'), textOf(metadata, 'x-api-key'));
  }
}

function textOf(metadata: GrpcMetadata, name: string): string | undefined {
  const [value] = metadata.get(name);
  return typeof value === 'string' ? value : undefined;
}

function tooSlow(): RequestError {
  return new RequestError('deadline', 'the request took too long to arrive');
}
