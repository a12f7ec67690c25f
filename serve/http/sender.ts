import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { constants, deflate, gzip } from 'node:zlib';
import { writeError } from '../../lib/protocol/messages/index.js';
import { asRequestError } from '../faults.js';
import { httpStatus } from '../protocol/index.js';
import { asksFirst, declaredOctets } from './body.js';
import { acceptedOf } from './encodings.js';
import { failureHeaders, rawFailure } from './failure.js';
import { endWith } from './lastWords.js';
import type { HttpSettings } from './options.js';

export const JSON_TYPE = 'application/json';

const NONE: readonly string[] = [];
const PACKERS = { gzip: promisify(gzip), deflate: promisify(deflate) };
/** Most of the gain at a fraction of the time. */
const FAST = { level: constants.Z_BEST_SPEED };

/** Octets of a body that are read and dropped so that a connection can be kept; above that a new one costs less. */
const DROPPED = 2 ** 20;
/** Milliseconds for a client to read why its body isn't wanted. */
const LINGER_MS = 5000;

/** Content of an answer. */
export interface ResponseContent {
  /** A status that says it all: such content isn't packed. @defaultValue 200, and it may be packed */
  readonly status?: number;
  readonly type: string;
  readonly body: string | Uint8Array;
  /** Names and values, one after the other. */
  readonly headers?: readonly string[];
}

/** Writes answers. */
export class Sender {
  /** Whether each answer ends its connection. */
  endsConnections = false;

  constructor(private readonly settings: HttpSettings) {}

  send(response: ServerResponse, status: number, { type, body, headers = NONE }: ResponseContent): void {
    // The client has left, or a failure came after its answer.
    if (response.destroyed || response.headersSent) return;
    const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length;
    // HEAD is told the length of what GET has, and sent nothing.
    const sent = response.req.method === 'HEAD' ? 0 : length;
    this.settings.accessLog?.of(response)?.answered(status, sent);
    const all = ['Content-Type', type, 'Content-Length', String(length), ...headers];
    // A client that asked first may send its body now, or another request: nobody could tell them apart.
    const isLast = this.endsConnections || (asksFirst(response.req) && !response.req.complete);
    if (isLast) all.push('Connection', 'close');
    response.writeHead(status, all);
    // Latin-1 is copied as it is; of ASCII it has the same octets.
    response.end(body, length === body.length ? 'latin1' : 'utf8');
  }

  /** Packs an answer where its client accepts that, and it is worth it. @returns a promise where it does so */
  answer(response: ServerResponse, content: ResponseContent): Promise<void> | undefined {
    const accepted = response.req.headers['accept-encoding'];
    const { status, type, body, headers = NONE } = content;
    const isShort = status !== undefined || body.length < this.settings.packFrom;
    const encoding = accepted === undefined || isShort ? undefined : acceptedOf(accepted);
    if (encoding === undefined) {
      this.send(response, status ?? 200, content);
      return undefined;
    }
    return PACKERS[encoding](body, FAST).then((packed) =>
      this.send(response, 200, { type, body: packed, headers: [...headers, 'Content-Encoding', encoding] }),
    );
  }

  /** Answers with a failure; never packed, since clients don't unpack it. */
  refuse(response: ServerResponse, error: unknown): void {
    const failure = asRequestError(error, this.settings);
    const status = httpStatus(failure.reason, this.settings.overloadStatus);
    const headers = failureHeaders(failure);
    const { req: request, socket } = response;
    if (muchFollows(request) && socket !== null && !response.headersSent) {
      request.resume();
      this.settings.accessLog?.of(response)?.answered(status, writeError(failure).length);
      endWith(socket, rawFailure(status, failure.message, [...headersOf(response), ...headers]), LINGER_MS);
      return;
    }
    // A small body is read and dropped, and the connection goes on.
    this.send(response, status, { type: JSON_TYPE, body: writeError(failure), headers });
  }
}

/** Headers that were set before the answer is known: names and values, one after the other. */
function headersOf(response: ServerResponse): readonly string[] {
  return Object.entries(response.getHeaders()).flatMap(([name, value]) => [name, String(value)]);
}

/** Whether much of a request's body is still to come. */
function muchFollows(request: IncomingMessage): boolean {
  return !request.complete && !asksFirst(request) && (declaredOctets(request) ?? 0) > DROPPED;
}
