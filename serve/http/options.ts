import { checkFunction, checkKeys, checkWhole, show } from '../../lib/check.js';
import { OptionError } from '../../lib/errors.js';
import {
  DEFAULT_LIMITS,
  type MessageLimits,
  type OverloadedStatus,
  type RequestFault,
} from '../../lib/protocol/messages/index.js';
import { systemTimer, type Timer } from '../../lib/util/timer.js';
import { type Access, checkHost, type Right } from '../access/index.js';
import { warn } from '../faults.js';
import { Intake } from '../intake/index.js';
import { withDefaults } from '../limits.js';

/** What clients may take of a server. Times are in milliseconds. */
export interface HttpLimits {
  /** Octets of a request's body as they are sent. @defaultValue 64 MiB */
  readonly bodyOctets: number;
  /** Octets of all messages that are held at a time; with an `intake`, its own limit counts. @defaultValue 512 MiB */
  readonly heldOctets: number;
  /** Octets of a request's path and headers. @defaultValue 16 KiB */
  readonly headerOctets: number;
  /** Open connections. Others are refused. @defaultValue 16,384 */
  readonly connections: number;
  /** Until the headers of a request are there. @defaultValue 10,000 */
  readonly headersMs: number;
  /** Until all of a request is there. @defaultValue 60,000 */
  readonly requestMs: number;
  /** Until a client reads more of an answer. @defaultValue 60,000 */
  readonly writeMs: number;
  /** Until a connection without requests is ended. @defaultValue 65,000 */
  readonly idleMs: number;
  /** Until what is unfinished is cut, once the server closes. @defaultValue 30,000 */
  readonly drainMs: number;
}

/** A page of another part of the server, at a path of its own. */
export interface Page {
  /** What reading it needs; undefined: nothing. */
  readonly right: Right | undefined;
  answer(query: URLSearchParams): PageAnswer | Promise<PageAnswer>;
}

/** Content of a page. */
export interface PageAnswer {
  readonly contentType: string;
  readonly body: string | Uint8Array;
  /** Names and values, one after the other. */
  readonly headers?: readonly string[];
}

/** Options of a server. */
export interface HttpOptions {
  /** @defaultValue '127.0.0.1'. Others need `access`. */
  readonly host?: string;
  /** 0: any free one. @defaultValue 8000 */
  readonly port?: number;
  /** Who may call. @defaultValue everybody on this machine, with all rights, as tenant 'anonymous' */
  readonly access?: Access;
  readonly limits?: Partial<HttpLimits>;
  /** What requests may hold, once they are unpacked. */
  readonly message?: Partial<MessageLimits>;
  /** Status of requests that are refused before any work. @defaultValue 429 */
  readonly overloadStatus?: OverloadedStatus;
  /** Answers from so many octets on are packed, where the client accepts that. @defaultValue 1024 */
  readonly packFrom?: number;
  /** Pages by their paths, such as `/metrics`. */
  readonly pages?: Readonly<Record<string, Page>>;
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
export interface HttpSettings {
  readonly host: string;
  readonly port: number;
  readonly access: Access | undefined;
  readonly limits: HttpLimits;
  readonly message: MessageLimits;
  readonly overloadStatus: OverloadedStatus;
  readonly packFrom: number;
  readonly pages: ReadonlyMap<string, Page>;
  readonly intake: Intake;
  readonly timer: Timer;
  readonly onFault: (error: unknown) => void;
  readonly onRefusal: ((reason: RequestFault) => void) | undefined;
}

const MIB = 2 ** 20;

const LIMITS: HttpLimits = {
  bodyOctets: 64 * MIB,
  heldOctets: 512 * MIB,
  headerOctets: 16 * 1024,
  connections: 16_384,
  headersMs: 10_000,
  requestMs: 60_000,
  writeMs: 60_000,
  idleMs: 65_000,
  drainMs: 30_000,
};

const KNOWN = [
  'host',
  'port',
  'access',
  'limits',
  'message',
  'overloadStatus',
  'packFrom',
  'pages',
  'intake',
  'timer',
  'onFault',
  'onRefusal',
] as const;

/** @throws OptionError */
export function settingsOf(options: HttpOptions): HttpSettings {
  checkKeys(options, KNOWN);
  const { host = '127.0.0.1', port = 8000, access, overloadStatus = 429, packFrom = 1024 } = options;
  const { pages = {}, timer = systemTimer, onFault = warn } = options;
  if (typeof host !== 'string' || host === '')
    throw new OptionError('host', `expected a name, got ${show(host)}`);
  checkHost(host, access !== undefined);
  checkWhole('port', port, 0, 65_535);
  checkWhole('packFrom', packFrom, 0);
  checkFunction('onFault', onFault);
  if (overloadStatus !== 429 && overloadStatus !== 503) {
    throw new OptionError('overloadStatus', `expected 429 or 503, got ${show(overloadStatus)}`);
  }
  const limits = withDefaults('limits', options.limits, LIMITS);
  if (limits.requestMs < limits.headersMs) {
    throw new OptionError('limits.requestMs', `expected headersMs, which is ${limits.headersMs}, or more`);
  }
  return {
    host,
    port,
    access,
    limits,
    message: withDefaults('message', options.message, DEFAULT_LIMITS),
    overloadStatus,
    packFrom,
    pages: new Map(Object.entries(pages)),
    intake: options.intake ?? new Intake({ octets: limits.heldOctets, timer }),
    timer,
    onFault,
    onRefusal: options.onRefusal,
  };
}
