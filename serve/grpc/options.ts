import { type FrontEndOptions, type FrontEndSettings, frontEndSettings } from '../frontEnd.js';

/** What clients may take of a server. Times are in milliseconds. */
export interface GrpcLimits {
  /** Open connections. Others are refused. @defaultValue 4,096 */
  readonly connections: number;
  /** Calls at a time over one connection. @defaultValue 256 */
  readonly streams: number;
  /** Until all of a request is there. @defaultValue 60,000 */
  readonly requestMs: number;
  /** Until a connection without calls is ended. @defaultValue 300,000 */
  readonly idleMs: number;
  /** Until what is unfinished is cut, once the server closes. @defaultValue 30,000 */
  readonly drainMs: number;
}

/** Options of a gRPC server. */
export type GrpcOptions = FrontEndOptions<GrpcLimits>;

/** Options with their defaults. */
export type GrpcSettings = FrontEndSettings<GrpcLimits>;

const LIMITS: GrpcLimits = {
  connections: 4096,
  streams: 256,
  requestMs: 60_000,
  idleMs: 300_000,
  drainMs: 30_000,
};

/** @throws OptionError */
export function grpcSettings(options: GrpcOptions): GrpcSettings {
  return frontEndSettings(options, { port: 8001, limits: LIMITS });
}
