import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  type InferRequest,
  type InferResponse,
  JSON_LENGTH,
  type Message,
  readInferRequest,
  type Tensor,
  writeInferResponse,
} from '../../../../lib/protocol/messages/index.js';
import { LoopbackServer } from '../../../support/loopbackServer.js';

/** A request as it arrived. */
export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
  /** Of requests for inference. */
  readonly request: InferRequest | undefined;
}

/** How a request fails: with a status, a text and headers; or the connection is cut, or nothing is answered. */
export type Fault =
  | { readonly status: number; readonly body?: string; readonly headers?: Record<string, string> }
  | 'cut'
  | 'silent';

/**
 * A server of one model `mail` that answers each text by its length: `label` is `long` above 4 characters, else `short`. It reads and
 * writes by lib/protocol/messages, whose own tests compare it with messages written by hand.
 */
export class MailServer extends LoopbackServer {
  readonly seen: Seen[] = [];
  /** Of the next requests, in turn; undefined: none. */
  faults: (Fault | undefined)[] = [];
  /** In place of the usual answers to inference. */
  answer: ((request: InferRequest) => InferResponse) | undefined;
  readonly extensions: string[] = ['binary_tensor_data'];

  protected async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    const { url = '', method = '', headers } = request;
    const body = Buffer.concat(parts);
    const isInfer = url.endsWith('/infer');
    const read = () =>
      readInferRequest(body, { model: 'mail', jsonLength: headers[JSON_LENGTH]?.toString() });
    const requested = isInfer ? read() : undefined;
    this.seen.push({ method, url, headers, body, request: requested });
    response.on('close', () => {
      if (!response.writableFinished) this.givenUp++;
    });
    const fault = this.faults.shift();
    if (fault === 'silent') return;
    if (fault === 'cut') return void request.socket.destroy();
    if (fault !== undefined) return void response.writeHead(fault.status, fault.headers).end(fault.body);
    if (requested !== undefined) {
      const message: Message = writeInferResponse((this.answer ?? byLength)(requested), requested);
      return void response.writeHead(200, message.headers).end(message.body);
    }
    const known = this.known(`${method} ${url}`);
    if (known === undefined) return void response.writeHead(404).end('{"error":"unknown model or path"}');
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(known));
  }

  private known(request: string): unknown {
    const metadata = { name: 'mail', versions: ['1'], platform: 'test', inputs: [], outputs: [] };
    const statistics = { name: 'mail', version: '1', inference_count: 3 };
    const answers: Readonly<Record<string, unknown>> = {
      'GET /v2': { name: 'test', version: '1', extensions: this.extensions },
      'GET /v2/health/live': { live: true },
      'GET /v2/health/ready': { ready: true },
      'GET /v2/models/mail': metadata,
      'GET /v2/models/mail/versions/1': metadata,
      'GET /v2/models/a%2F..%2Fb': { ...metadata, name: 'a/../b' },
      'GET /v2/models/mail/ready': { ready: true },
      'GET /v2/models/mail/stats': { model_stats: [statistics] },
      'GET /v2/models/stats': { model_stats: [statistics, { ...statistics, name: 'other' }] },
      'POST /v2/repository/index': [{ name: 'mail', version: '1', state: 'READY', reason: '' }],
      'POST /v2/repository/models/mail/load': {},
      'POST /v2/repository/models/mail/unload': {},
    };
    return Object.hasOwn(answers, request) ? answers[request] : undefined;
  }
}

const LABELS = ['short', 'long'].map((label) => new TextEncoder().encode(label));

function byLength({ model, id, inputs: [{ elements }] }: InferRequest): InferResponse {
  const long = Array.from<unknown, number>(elements, (text) =>
    Number(text instanceof Uint8Array && text.length > 4),
  );
  const outputs: Tensor[] = [
    { name: 'label', datatype: 'BYTES', shape: [long.length], elements: long.map((i) => LABELS[i]) },
    {
      name: 'scores',
      datatype: 'FP64',
      shape: [long.length, 2],
      elements: Float64Array.from(long.flatMap((i) => [1 - i, i])),
    },
    { name: 'exit', datatype: 'INT32', shape: [long.length], elements: Int32Array.from(long) },
  ];
  return { model, version: '1', id, parameters: { verdict: 'certified', epsilon: 0.01 }, outputs };
}
