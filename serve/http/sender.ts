import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { constants, deflate, gzip } from 'node:zlib';
import { httpStatus, writeError } from '../../lib/inference/index.js';
import { asRequestError } from '../faults.js';
import { acceptedOf } from './encodings.js';
import type { HttpSettings } from './options.js';
import { failureHeaders } from './status.js';

export const JSON_TYPE = 'application/json';

const NONE: readonly string[] = [];
const PACKERS = { gzip: promisify(gzip), deflate: promisify(deflate) };
/** Most of the gain at a fraction of the time. */
const FAST = { level: constants.Z_BEST_SPEED };

/** Content of an answer. */
export interface Content {
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

  send(response: ServerResponse, status: number, { type, body, headers = NONE }: Content): void {
    // The client has left, or a failure came after its answer.
    if (response.destroyed || response.headersSent) return;
    const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length;
    const all = ['Content-Type', type, 'Content-Length', String(length), ...headers];
    if (this.endsConnections) all.push('Connection', 'close');
    response.writeHead(status, all);
    // Latin-1 is copied as it is; of ASCII it has the same octets.
    response.end(body, length === body.length ? 'latin1' : 'utf8');
  }

  /** Packs an answer where its client accepts that, and it is worth it. */
  async sendPacked(request: IncomingMessage, response: ServerResponse, content: Content): Promise<void> {
    const accepted = request.headers['accept-encoding'];
    const { type, body, headers = NONE } = content;
    const encoding =
      accepted === undefined || body.length < this.settings.packFrom ? undefined : acceptedOf(accepted);
    if (encoding === undefined) {
      this.send(response, 200, content);
      return;
    }
    const packed = await PACKERS[encoding](body, FAST);
    this.send(response, 200, { type, body: packed, headers: [...headers, 'Content-Encoding', encoding] });
  }

  /** Answers with a failure; never packed, since clients don't unpack it. */
  refuse(response: ServerResponse, error: unknown): void {
    const failure = asRequestError(error, this.settings.onFault);
    const status = httpStatus(failure.reason, this.settings.overloadStatus);
    const headers = failureHeaders(failure);
    this.send(response, status, { type: JSON_TYPE, body: writeError(failure), headers });
  }
}
