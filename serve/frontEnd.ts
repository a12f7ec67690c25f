import { checkFunction, checkKeys, checkWhole, show } from '../lib/check.js';
import { OptionError } from '../lib/errors.js';
import { DEFAULT_LIMITS, type MessageLimits, type RequestFault } from '../lib/protocol/messages/index.js';
import { systemTimer, type Timer } from '../lib/util/timer.js';
import { type Access, type Allows, checkHost, hostRule } from './access/index.js';
import type { AccessLog } from './accessLog.js';
import { warn } from './faults.js';
import { Intake } from './intake/index.js';

/** What the servers of both protocols, HTTP and gRPC, can be told. */
export interface FrontEndOptions<Limits> {
  /** @defaultValue '127.0.0.1'. Others need `access`. */
  readonly host?: string;
  /** 0: any free one. @defaultValue 8000 for HTTP, 8001 for gRPC */
  readonly port?: number;
  /** Who may call. @defaultValue everybody on this machine, with all rights, as tenant 'anonymous' */
  readonly access?: Access;
  /** Hosts by which a server without `access` is called, beside those of this machine. @defaultValue none */
  readonly allowHosts?: readonly string[];
  readonly limits?: Partial<Limits>;
  /**
   * What requests may hold, once they are unpacked. Over gRPC `octets` is the largest message, packed or not: 64 MiB,
   * where gRPC's own default is 4 MB.
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
  /** Hears of each request, once it is over. @defaultValue none */
  readonly accessLog?: AccessLog;
}

/** The same with defaults. */
export interface FrontEndSettings<Limits> {
  readonly host: string;
  readonly port: number;
  readonly access: Access | undefined;
  /** Whether a server without `access` may be called by a host's name. */
  readonly allowsHost: Allows;
  readonly limits: Limits;
  readonly message: MessageLimits;
  readonly intake: Intake;
  readonly timer: Timer;
  readonly onFault: (error: unknown) => void;
  readonly onRefusal: ((reason: RequestFault) => void) | undefined;
  readonly accessLog: AccessLog | undefined;
}

const KNOWN = [
  'host',
  'port',
  'access',
  'allowHosts',
  'limits',
  'message',
  'intake',
  'timer',
  'onFault',
  'onRefusal',
  'accessLog',
];

/**
 * @param more names of a protocol's own options
 * @param octetsOf the limits that an intake of its own has
 * @throws OptionError
 */
export function frontEndSettings<Limits extends object>(
  options: FrontEndOptions<Limits>,
  defaults: { readonly port: number; readonly limits: Limits },
  more: readonly string[] = [],
  octetsOf: (limits: Limits) => { readonly octets?: number } = () => ({}),
): FrontEndSettings<Limits> {
  checkKeys(options, [...KNOWN, ...more]);
  const { host = '127.0.0.1', port = defaults.port, access, timer = systemTimer, onFault = warn } = options;
  if (typeof host !== 'string' || host === '')
    throw new OptionError('host', `expected a name, got ${show(host)}`);
  checkHost(host, access !== undefined);
  checkWhole('port', port, 0, 65_535);
  checkFunction('onFault', onFault);
  const limits = withDefaults('limits', options.limits, defaults.limits);
  return {
    host,
    port,
    access,
    allowsHost: hostRule(options.allowHosts),
    limits,
    message: withDefaults('message', options.message, DEFAULT_LIMITS),
    intake: options.intake ?? new Intake({ timer, ...octetsOf(limits) }),
    timer,
    onFault,
    onRefusal: options.onRefusal,
    accessLog: options.accessLog,
  };
}

/** @throws OptionError for what is no whole number above 0 */
function withDefaults<Limits extends object>(
  name: string,
  given: Partial<Limits> = {},
  defaults: Limits,
): Limits {
  checkKeys(given, Object.keys(defaults), `${name}.`);
  for (const [key, value] of Object.entries(given)) checkWhole(`${name}.${key}`, value, 1);
  return { ...defaults, ...given };
}
