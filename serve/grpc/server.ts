import { createServer, type Server, type Socket } from 'node:net';
import type { BinaryWriter } from '@bufbuild/protobuf/wire';
import { closable } from '../../lib/util/closable.js';
import type { Load } from '../../lib/util/packages.js';
import type { Backend } from '../backend.js';
import { ClientCall } from '../call.js';
import { asRequestError } from '../faults.js';
import { type Listening, listen, portOf } from '../listening.js';
import { grpcStatus } from '../protocol/index.js';
import { callLog } from './callLog.js';
import { Gate } from './gate.js';
import { GrpcHealth } from './health.js';
import { METHODS, type Method } from './methods.js';
import { type GrpcOptions, type GrpcSettings, grpcSettings } from './options.js';
import {
  type Grpc,
  type GrpcServer,
  type GrpcStatus,
  type Handler,
  loadGrpc,
  octetMethod,
  type StreamHandler,
  textOf,
  type UnaryCall,
} from './package.js';

const SERVICE = '/inference.GRPCInferenceService/';
const HEALTH_SERVICE = '/grpc.health.v1.Health/';

/** Characters of an error's text: it travels in trailers, which have a limit. */
const LONGEST = 2000;

/**
 * Serves models by the Open Inference Protocol, version 2, over gRPC: KServe's methods, Triton's for statistics,
 * configuration and the model repository, and `grpc.health.v1`. Needs `@grpc/grpc-js`.
 *
 * @param load how packages are imported; only tests have a reason to give it
 * @returns once it listens
 * @throws MissingPackage; OptionError, also for a host that other machines reach without `access`; ListenError
 *   where it can't listen
 * @example
 * const server = await grpcServer(backend, { port: 8001 });
 */
export async function grpcServer(
  backend: Backend,
  options: GrpcOptions = {},
  load?: Load,
): Promise<Listening> {
  const settings = grpcSettings(options);
  const grpc = await loadGrpc(load);
  const service = new InferenceService(backend, settings, grpc);
  const server = new grpc.Server({
    'grpc.max_receive_message_length': settings.message.octets,
    'grpc.max_send_message_length': -1,
    'grpc.max_concurrent_streams': settings.limits.streams,
    'grpc.max_connection_idle_ms': settings.limits.idleMs,
    'grpc.enable_channelz': 0,
    interceptors: [
      ...(settings.accessLog === undefined ? [] : [callLog(grpc, settings.accessLog)]),
      service.gate.intercept,
    ],
  });
  server.addService(service.definitions(), service.handlers());
  server.addService(service.healthDefinitions(), service.healthHandlers());
  // A server of our own accepts connections, since the package's has no limit of them.
  const injector = server.createConnectionInjector(grpc.ServerCredentials.createInsecure());
  const sockets = new Set<Socket>();
  const door = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    injector.injectConnection(socket);
  });
  door.maxConnections = settings.limits.connections;
  await listen(door, settings.host, settings.port);
  door.on('error', settings.onFault);
  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= drain(door, sockets, server, service, settings);
    return closing;
  };
  const leave = () => {
    service.isOpen = false;
  };
  return { host: settings.host, port: portOf(door), leave, ...closable(close) };
}

async function drain(
  door: Server,
  sockets: ReadonlySet<Socket>,
  server: GrpcServer,
  service: InferenceService,
  { timer, limits }: GrpcSettings,
): Promise<void> {
  service.isOpen = false;
  service.health.close();
  const closed = [
    new Promise<void>((resolve) => {
      door.close(() => resolve());
    }),
    new Promise<void>((resolve) => {
      server.tryShutdown(() => resolve());
    }),
  ];
  const callOff = timer.after(limits.drainMs, () => {
    for (const socket of sockets) socket.destroy();
  });
  await Promise.all(closed);
  callOff();
}

/** The methods as `@grpc/grpc-js` calls them. */
class InferenceService {
  isOpen = true;
  readonly gate: Gate;
  readonly health: GrpcHealth;
  private readonly check: Method = { right: undefined, answer: (message) => this.health.check(message) };

  constructor(
    private readonly backend: Backend,
    private readonly settings: GrpcSettings,
    private readonly grpc: Grpc,
  ) {
    const methods = Object.entries(METHODS).map(([name, method]): [string, Method] => [
      SERVICE + name,
      method,
    ]);
    for (const name of ['Check', 'Watch']) methods.push([HEALTH_SERVICE + name, this.check]);
    const statusOf = (error: unknown) => this.statusOf(error);
    this.gate = new Gate(grpc, settings, new Map(methods), statusOf);
    this.health = new GrpcHealth({ backend, timer: settings.timer, isOpen: () => this.isOpen, statusOf });
  }

  definitions() {
    return Object.fromEntries(Object.keys(METHODS).map((name) => [name, octetMethod(SERVICE + name)]));
  }

  healthDefinitions() {
    return {
      Check: octetMethod(`${HEALTH_SERVICE}Check`),
      Watch: octetMethod(`${HEALTH_SERVICE}Watch`, true),
    };
  }

  healthHandlers() {
    const watch: StreamHandler = (call) => {
      // Watchers have a limit of their own: they stay for as long as they like.
      this.gate.of(call.metadata).place.leave();
      this.health.watch(call);
    };
    return { Check: this.handlerOf(this.check), Watch: watch };
  }

  handlers(): Readonly<Record<string, Handler>> {
    return Object.fromEntries(
      Object.entries(METHODS).map(([name, method]) => [name, this.handlerOf(method)]),
    );
  }

  private handlerOf(method: Method): Handler {
    return (call, done) => {
      const failed = (error: unknown) => done(this.statusOf(error));
      let answer: Buffer | Promise<Buffer>;
      try {
        answer = this.answer(method, call);
      } catch (error) {
        failed(error);
        return;
      }
      if (answer instanceof Promise) answer.then((octets) => done(null, octets), failed);
      else done(null, answer);
    };
  }

  /** At once where nothing waits. */
  private answer(method: Method, call: UnaryCall): Buffer | Promise<Buffer> {
    const { settings, isOpen } = this;
    let leave: (() => void) | undefined;
    const { caller, arrived, place } = this.gate.of(call.metadata);
    const backend = this.backendFor(call, caller.tenant);
    const begin = (octets: number, deadline: (arrived: number) => number | undefined) => {
      const until = sooner(deadline(arrived), this.deadlineOf(call));
      const begun = new ClientCall(caller.tenant, arrived, until, octets);
      leave = () => begun.leave();
      if (call.cancelled) leave();
      else call.on('cancelled', leave);
      return begun;
    };
    const over = () => {
      // The package calls every call cancelled once it is over.
      if (leave !== undefined) call.off('cancelled', leave);
      place.leave();
    };
    let out: BinaryWriter | Promise<BinaryWriter> | undefined;
    try {
      const limits = settings.message;
      out = method.answer(call.request, { backend, isOpen, limits, place, begin });
      return out instanceof Promise ? out.then(finished).finally(over) : finished(out);
    } finally {
      if (!(out instanceof Promise)) over();
    }
  }

  /** The backend, which knows the call's trace and notes what is logged of it, where that is wanted. */
  private backendFor({ metadata }: UnaryCall, tenant: string): Backend {
    const { backend, settings } = this;
    const traced =
      backend.under?.({
        traceparent: textOf(metadata, 'traceparent'),
        tracestate: textOf(metadata, 'tracestate'),
      }) ?? backend;
    const note = settings.accessLog?.of(metadata);
    if (note === undefined) return traced;
    note.tenant = tenant;
    return note.noting(traced);
  }

  /** In milliseconds of the timer. */
  private deadlineOf(call: UnaryCall): number | undefined {
    const deadline = Number(call.getDeadline());
    return Number.isFinite(deadline) ? this.settings.timer.now() + deadline - Date.now() : undefined;
  }

  private statusOf(error: unknown): GrpcStatus {
    const { reason, message, retryAfterMs } = asRequestError(error, this.settings);
    const status = { code: grpcStatus(reason), details: wellFormed(message.slice(0, LONGEST)) };
    if (retryAfterMs === undefined) return status;
    const metadata = new this.grpc.Metadata();
    metadata.set('grpc-retry-pushback-ms', String(Math.ceil(retryAfterMs)));
    return { ...status, metadata };
  }
}

function finished(out: BinaryWriter): Buffer {
  const octets = out.finish();
  return Buffer.from(octets.buffer, octets.byteOffset, octets.length);
}

function sooner(one: number | undefined, other: number | undefined): number | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return Math.min(one, other);
}

/** Halves of surrogate pairs can't be percent-encoded. */
function wellFormed(text: string): string {
  return Buffer.from(text).toString();
}
