import type { Duplex } from 'node:stream';
import { OptionError } from '../../lib/errors.js';
import { type Load, optionalPackage } from '../../lib/util/packages.js';

/** The part of `@grpc/grpc-js` that is used. */
export interface Grpc {
  readonly Server: new (options: Readonly<Record<string, unknown>>) => GrpcServer;
  readonly ServerCredentials: { createInsecure(): unknown };
  readonly Metadata: new () => GrpcMetadata;
  readonly ServerInterceptingCall: new (call: InterceptedCall, responder?: Responder) => object;
}

/** A server of `@grpc/grpc-js`. */
export interface GrpcServer {
  addService(
    service: Readonly<Record<string, MethodDefinition>>,
    handlers: Readonly<Record<string, Handler | StreamHandler>>,
  ): void;
  /** Takes connections that another server has accepted. */
  createConnectionInjector(credentials: unknown): { injectConnection(connection: Duplex): void };
  tryShutdown(done: (error?: Error) => void): void;
}

/** Headers of a call, or trailers of its answer. */
export interface GrpcMetadata {
  get(key: string): (string | Buffer)[];
  set(key: string, value: string): void;
}

/** A method whose messages are octets here: handlers read and write them. */
export interface MethodDefinition {
  readonly path: string;
  readonly requestStream: false;
  readonly responseStream: boolean;
  readonly requestSerialize: (octets: Buffer) => Buffer;
  readonly requestDeserialize: (octets: Buffer) => Buffer;
  readonly responseSerialize: (octets: Buffer) => Buffer;
  readonly responseDeserialize: (octets: Buffer) => Buffer;
}

/** A method whose messages stay octets. */
export function octetMethod(path: string, responseStream = false): MethodDefinition {
  const same = (octets: Buffer) => octets;
  return {
    path,
    requestStream: false,
    responseStream,
    requestSerialize: same,
    requestDeserialize: same,
    responseSerialize: same,
    responseDeserialize: same,
  };
}

/** A call of one request and one answer. */
export interface UnaryCall {
  readonly request: Buffer;
  readonly metadata: GrpcMetadata;
  readonly cancelled: boolean;
  /** Milliseconds since the epoch; infinite without a deadline. */
  getDeadline(): number | Date;
  on(event: 'cancelled', listener: () => void): void;
  off(event: 'cancelled', listener: () => void): void;
}

/** A call of one request and any number of answers. */
export interface StreamCall extends Pick<UnaryCall, 'request' | 'metadata' | 'on'> {
  write(answer: Buffer): void;
  end(): void;
  /** Ends it without success. */
  emit(event: 'error', status: GrpcStatus): void;
}

/** How a call ended that has no answer. */
export interface GrpcStatus {
  readonly code: number;
  readonly details: string;
  readonly metadata?: GrpcMetadata;
}

export type Handler = (call: UnaryCall, done: (status: GrpcStatus | null, answer?: Buffer) => void) => void;

export type StreamHandler = (call: StreamCall) => void;

/** A call whose messages an interceptor sees. */
export interface InterceptedCall {
  /** Its `:authority`. */
  getHost(): string;
  sendStatus(status: GrpcStatus): void;
  /** What its message arrives on. Of the package's own: nothing public tells how much it keeps of a message. */
  readonly stream?: ArrivingStream;
}

/** The octets of a call, as they arrive. */
export interface ArrivingStream {
  prependListener(event: 'data', listener: (chunk: Buffer) => void): unknown;
  pause(): unknown;
  resume(): unknown;
}

/** What an interceptor does as a call begins and is answered. */
interface Responder {
  start(next: Start): void;
  sendMessage?(message: Buffer, next: (message: Buffer) => void): void;
  sendStatus?(status: GrpcStatus, next: (status: GrpcStatus) => void): void;
}

type Start = (listener: {
  onReceiveMetadata(metadata: GrpcMetadata, next: (metadata: GrpcMetadata) => void): void;
  onReceiveMessage?(message: Buffer, next: (message: Buffer) => void): void;
  onReceiveHalfClose?(next: () => void): void;
  onCancel(): void;
}) => void;

/** A header's text; undefined without it, or where it has octets. */
export function textOf(metadata: GrpcMetadata, name: string): string | undefined {
  const [value] = metadata.get(name);
  return typeof value === 'string' ? value : undefined;
}

/** @throws MissingPackage without `@grpc/grpc-js` */
export async function loadGrpc(load?: Load): Promise<Grpc> {
  const loaded = await optionalPackage('@grpc/grpc-js', 'serving over gRPC', load);
  if (isGrpc(loaded)) return loaded;
  throw new OptionError('@grpc/grpc-js', 'is older than version 1.14');
}

function isGrpc(value: unknown): value is Grpc {
  return (
    typeof value === 'object' && value !== null && 'Server' in value && 'ServerInterceptingCall' in value
  );
}
