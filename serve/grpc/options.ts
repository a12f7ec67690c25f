import { checkFunction, checkKeys, checkWhole, show } from '../../lib/check.js';
import { OptionError } from '../../lib/errors.js';
import { DEFAULT_LIMITS, type MessageLimits, type RequestFault } from '../../lib/protocol/messages/index.js';
import { systemTimer, type Timer } from '../../lib/util/timer.js';
import { type Access, checkHost } from '../access/index.js';
import { warn } from '../faults.js';
import { Intake } from '../intake/index.js';
import { withDefaults } from '../limits.js';

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
export interface GrpcOptions {
  /** @defaultValue '127.0.0.1'. Others need `access`. */
  readonly host?: string;
  /** 0: any free one. @defaultValue 8001 */
  readonly port?: number;
  /** Who may call. @defaultValue everybody on this machine, with all rights, as tenant 'anonymous' */
  readonly access?: Access;
  readonly limits?: Partial<GrpcLimits>;
  /**
   * What requests may hold. `octets` is the largest message, packed or not: 64 MiB, where gRPC's own default is 4 MB.
   */
  readonly message?: Partial<MessageLimits>;
  /** Requests on their way in, which several servers can share. @defaultValue one of its own */
  readonly intake?: Intake;
  /** Of `Call.arrived` and `Call.deadline`. */
  readonly timer?: Timer;
  /** Hears of failures that are the server's own. @defaultValue a warning of the process */
  readonly onFault?: (error: unknown) => void;
  /** Hears why a request had no answer. */
  readonly onRefusal?: (reason: RequestFault) => void;
}

/** Options with their defaults. */
export interface GrpcSettings {
  readonly host: string;
  readonly port: number;
  readonly access: Access | undefined;
  readonly limits: GrpcLimits;
  readonly message: MessageLimits;
  readonly intake: Intake;
  readonly timer: Timer;
  readonly onFault: (error: unknown) => void;
  readonly onRefusal: ((reason: RequestFault) => void) | undefined;
}

const LIMITS: GrpcLimits = {
  connections: 4096,
  streams: 256,
  requestMs: 60_000,
  idleMs: 300_000,
  drainMs: 30_000,
};

const KNOWN = [
  'host',
  'port',
  'access',
  'limits',
  'message',
  'intake',
  'timer',
  'onFault',
  'onRefusal',
] as const;

/** @throws OptionError */
export function settingsOf(options: GrpcOptions): GrpcSettings {
  checkKeys(options, KNOWN);
  const { host = '127.0.0.1', port = 8001, access, timer = systemTimer, onFault = warn } = options;
  if (typeof host !== 'string' || host === '') {
    throw new OptionError('host', `expected a name, got ${show(host)}`);
  }
  checkHost(host, access !== undefined);
  checkWhole('port', port, 0, 65_535);
  checkFunction('onFault', onFault);
  return {
    host,
    port,
    access,
    limits: withDefaults('limits', options.limits, LIMITS),
    message: withDefaults('message', options.message, DEFAULT_LIMITS),
    intake: options.intake ?? new Intake({ timer }),
    timer,
    onFault,
    onRefusal: options.onRefusal,
  };
}
