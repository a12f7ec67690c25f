import { fileURLToPath } from 'node:url';
import { Client, type ClientUnaryCall, credentials, Metadata, type ServiceError } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import type { ExecutionContext } from 'ava';
import { type GrpcOptions, grpcServer } from '../../../serve/grpc/index.js';
import { FakeBackend } from '../fakeBackend.js';

const service = loadSync(fileURLToPath(new URL('service.proto', import.meta.url)), {
  keepCase: true,
  longs: Number,
  oneofs: true,
})['inference.GRPCInferenceService'];

type Content = Readonly<Record<string, unknown>>;

interface Asking {
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds from now. */
  readonly within?: number;
  readonly started?: (call: ClientUnaryCall) => void;
}

/** A client that protobufjs writes and reads messages for. */
export interface Asker {
  readonly client: Client;
  /** Rejects with the status. */
  ask(method: string, message?: Content, asking?: Asking): Promise<Content>;
  /** Sends octets as they are. */
  send(method: string, octets: Uint8Array): Promise<Content>;
}

/** A gRPC server of the fake backend, and its client. */
export interface Served extends Asker {
  readonly backend: FakeBackend;
  readonly port: number;
  readonly faults: unknown[];
  leave(): void;
  close(): Promise<void>;
}

export async function serve(
  t: ExecutionContext,
  options: GrpcOptions = {},
  backend = new FakeBackend(),
): Promise<Served> {
  const faults: unknown[] = [];
  const server = await grpcServer(backend, { port: 0, onFault: (error) => faults.push(error), ...options });
  t.teardown(() => server.close());
  const asker = askerOf(t, `127.0.0.1:${server.port}`);
  const { port } = server;
  return { ...asker, backend, port, faults, leave: () => server.leave(), close: () => server.close() };
}

export function askerOf(t: ExecutionContext, address: string): Asker {
  const client = new Client(address, credentials.createInsecure(), {
    'grpc.max_receive_message_length': -1,
  });
  t.teardown(() => client.close());
  const call = (method: string, octets: Buffer, { headers = {}, within, started }: Asking = {}) => {
    const { path, responseDeserialize } = definitionOf(method);
    const metadata = new Metadata();
    for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
    return new Promise<Content>((resolve, reject) => {
      const done = (error: ServiceError | null, answer?: object) => {
        if (error === null) resolve({ ...answer });
        else reject(error);
      };
      const deadline = within === undefined ? {} : { deadline: Date.now() + within };
      const begun = client.makeUnaryRequest(
        path,
        (same: Buffer) => same,
        responseDeserialize,
        octets,
        metadata,
        deadline,
        done,
      );
      started?.(begun);
    });
  };
  return {
    client,
    ask: (method, message = {}, asking) =>
      call(method, definitionOf(method).requestSerialize(message), asking),
    send: (method, octets) => call(method, Buffer.from(octets)),
  };
}

function definitionOf(name: string) {
  if ('format' in service) throw new Error('the service is a message');
  return service[name];
}

/** A request for sums, with its input as it is given. */
export function asking(input: Content, more: Content = {}): Content {
  return {
    model_name: 'adder',
    inputs: [{ name: 'x', datatype: 'FP32', shape: [1, 2], ...input }],
    ...more,
  };
}

/** Little-endian octets of numbers. */
export function floats(...numbers: number[]): Buffer {
  return Buffer.from(Float32Array.from(numbers).buffer);
}
