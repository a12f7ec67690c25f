import { checkWhole, show } from '../../lib/check.js';
import { OptionError } from '../../lib/errors.js';
import type { Right } from '../access/index.js';
import { type FrontEndOptions, type FrontEndSettings, frontEndSettings } from '../frontEnd.js';
import type { OverloadedStatus } from '../protocol/index.js';
import { Cors } from './cors.js';

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
export interface ServerPage {
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

/** Options of an HTTP server. */
export interface HttpServerOptions extends FrontEndOptions<HttpLimits> {
  /** Status of requests that are refused before any work. @defaultValue 429 */
  readonly overloadStatus?: OverloadedStatus;
  /** Origins of pages that may call it; `*` stands for all. @defaultValue none beside its own */
  readonly cors?: readonly string[];
  /** Answers from so many octets on are packed, where the client accepts that. @defaultValue 1024 */
  readonly packFrom?: number;
  /** Pages by their paths, such as `/metrics`. */
  readonly pages?: Readonly<Record<string, ServerPage>>;
}

/** Options with their defaults. */
export interface HttpSettings extends FrontEndSettings<HttpLimits> {
  readonly overloadStatus: OverloadedStatus;
  readonly cors: Cors | undefined;
  readonly packFrom: number;
  readonly pages: ReadonlyMap<string, ServerPage>;
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

/** @throws OptionError */
export function httpSettings(options: HttpServerOptions): HttpSettings {
  const defaults = { port: 8000, limits: LIMITS };
  const own = ['overloadStatus', 'cors', 'packFrom', 'pages'];
  const common = frontEndSettings(options, defaults, own, ({ heldOctets: octets }) => ({ octets }));
  const { overloadStatus = 429, cors, packFrom = 1024, pages = {} } = options;
  checkWhole('packFrom', packFrom, 0);
  if (overloadStatus !== 429 && overloadStatus !== 503) {
    throw new OptionError('overloadStatus', `expected 429 or 503, got ${show(overloadStatus)}`);
  }
  const { requestMs, headersMs } = common.limits;
  if (requestMs < headersMs)
    throw new OptionError('limits.requestMs', `expected headersMs, which is ${headersMs}, or more`);
  return {
    ...common,
    overloadStatus,
    cors: cors === undefined ? undefined : new Cors(cors),
    packFrom,
    pages: new Map(Object.entries(pages)),
  };
}
