import type { AccessLog } from '../accessLog.js';
import { type Grpc, type GrpcMetadata, type InterceptedCall, textOf } from './package.js';

/** An interceptor that has calls logged: it stands before all others, so that it sees how they end them. */
export function callLog(grpc: Grpc, log: AccessLog) {
  return ({ path }: { readonly path: string }, call: InterceptedCall): unknown => {
    // Until its headers are there nothing else is known of it.
    const note = log.begin('grpc', 'POST', path);
    note.status = CANCELLED;
    const logged = new grpc.ServerInterceptingCall(call, {
      start: (next) =>
        next({
          onReceiveMetadata: (metadata: GrpcMetadata, resume) => {
            note.id = textOf(metadata, 'x-request-id');
            log.keep(metadata, note);
            resume(metadata);
          },
          // Also when the call has been answered, and is logged.
          onCancel: () => note.over(),
        }),
      sendMessage: (message, next) => {
        note.octets = message.length;
        next(message);
      },
      sendStatus: (status, next) => {
        note.status = status.code;
        next(status);
        note.over();
      },
    });
    // Those that come after count what arrives on it.
    return Object.assign(logged, { stream: call.stream });
  };
}

const CANCELLED = 1;
