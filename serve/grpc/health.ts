import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { show } from '../../lib/check.js';
import { RequestError } from '../../lib/protocol/messages/index.js';
import type { Timer } from '../../lib/util/timer.js';
import type { Backend } from '../backend.js';
import { readMessage } from './messages/index.js';
import type { GrpcStatus, StreamCall } from './package.js';

/** What health is asked of. */
export interface HealthPorts {
  readonly backend: Pick<Backend, 'isReady' | 'isModelReady'>;
  readonly timer: Timer;
  /** Whether new work is welcome. */
  isOpen(): boolean;
  statusOf(error: unknown): GrpcStatus;
}

/** `HealthCheckResponse.ServingStatus`. */
const [SERVING, NOT_SERVING, SERVICE_UNKNOWN] = [1, 2, 3];

/** By custom the server answers for a service of gRPC by the service's name, too. */
const OF_SERVER: readonly string[] = ['', 'inference.GRPCInferenceService'];
/** Octets of a request, which is a name: nobody needs a key to send one. */
const MOST_OCTETS = 1024;
/** Watchers at a time, for the same reason. */
const MOST_WATCHERS = 1024;
/** Milliseconds between two looks at what is watched. */
const LOOK_MS = 1000;

/**
 * `grpc.health.v1.Health`: whether the server is ready (service `''`), or a model, which is named as the service.
 *
 * @see gRPC, "Health Checking Protocol"
 */
export class GrpcHealth {
  /** Watched services, and what was said last, by call. */
  private readonly watchers = new Map<StreamCall, { readonly service: string; told: number }>();
  private callOff = () => {};
  private isClosed = false;

  constructor(private readonly ports: HealthPorts) {}

  /** @throws RequestError `not-found` for no model; `too-large`; `invalid` for what is no request */
  check(message: Uint8Array): BinaryWriter {
    const service = serviceOf(message);
    const status = this.statusOf(service);
    if (status === SERVICE_UNKNOWN) throw new RequestError('not-found', `no model ${show(service)}`);
    return written(status);
  }

  /** Says at once how a service is, and again whenever that has changed, until its client leaves. */
  watch(call: StreamCall): void {
    let service: string;
    try {
      service = serviceOf(call.request);
      if (this.watchers.size >= MOST_WATCHERS) {
        throw new RequestError(
          'overloaded',
          `${MOST_WATCHERS} watch the server's health: ask by Check`,
          LOOK_MS,
        );
      }
    } catch (error) {
      call.emit('error', this.ports.statusOf(error));
      return;
    }
    const told = this.statusOf(service);
    call.write(octetsOf(told));
    if (this.isClosed) {
      call.end();
      return;
    }
    if (this.watchers.size === 0) this.lookLater();
    this.watchers.set(call, { service, told });
    call.on('cancelled', () => {
      this.watchers.delete(call);
      if (this.watchers.size === 0) this.callOff();
    });
  }

  /** The server goes away: watchers are told, and their calls end. */
  close(): void {
    this.isClosed = true;
    this.callOff();
    this.look();
    for (const call of this.watchers.keys()) call.end();
    this.watchers.clear();
  }

  private lookLater(): void {
    this.callOff = this.ports.timer.after(LOOK_MS, () => {
      this.look();
      this.lookLater();
    });
  }

  private look(): void {
    for (const [call, watched] of this.watchers) {
      const status = this.statusOf(watched.service);
      if (status === watched.told) continue;
      watched.told = status;
      call.write(octetsOf(status));
    }
  }

  private statusOf(service: string): number {
    const { backend } = this.ports;
    try {
      const isReady = OF_SERVER.includes(service)
        ? backend.isReady
        : backend.isModelReady(service, undefined);
      return isReady && this.ports.isOpen() ? SERVING : NOT_SERVING;
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      return error.reason === 'not-found' ? SERVICE_UNKNOWN : NOT_SERVING;
    }
  }
}

/** `HealthCheckRequest`. */
function serviceOf(message: Uint8Array): string {
  if (message.length > MOST_OCTETS) {
    throw new RequestError(
      'too-large',
      `the request has ${message.length} octets, and the limit is ${MOST_OCTETS}`,
    );
  }
  let service = '';
  readMessage('HealthCheckRequest', message, (reader, field) => {
    if (field !== 1) return false;
    service = reader.string();
    return true;
  });
  return service;
}

/** `HealthCheckResponse`. */
function written(status: number): BinaryWriter {
  return new BinaryWriter().tag(1, WireType.Varint).int32(status);
}

function octetsOf(status: number): Buffer {
  return Buffer.from(written(status).finish());
}
