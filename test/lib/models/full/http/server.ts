import type { IncomingMessage, ServerResponse } from 'node:http';
import { LoopbackServer } from '../../../../support/loopbackServer.js';

/** What goes wrong with a request for answers. */
export type Fault =
  | 'none'
  | 'busy'
  | 'later'
  | 'broken'
  | 'refuse'
  | 'slow'
  | 'cut'
  | 'torn'
  | 'shape'
  | 'garbage'
  | 'null'
  | 'absent';

export interface Seen {
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly rows: number;
}

/**
 * A small server of the Open Inference Protocol, version 2, of one model `half`: from x, FP32 of 2 columns, y: FP32, 2
 * columns, the probabilities x0 and 1 - x0. It speaks JSON, and bytes where it says so.
 */
export class ProtocolServer extends LoopbackServer {
  readonly seen: Seen[] = [];
  /** Of the next requests for answers, in turn. */
  faults: Fault[] = [];

  constructor(private readonly binary: boolean) {
    super();
  }

  protected async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    const { url = '' } = request;
    const json = (value: unknown, status = 200) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    };
    if (request.method === 'GET') {
      if (url === '/v2')
        return json({ name: 'small', version: '1', extensions: this.binary ? ['binary_tensor_data'] : [] });
      if (/^\/v2\/models\/half(\/versions\/\d+)?$/.test(url)) return json(METADATA);
      return json({ error: `unknown: ${url}` }, 404);
    }
    if (!/^\/v2\/models\/half\/versions\/\d+\/infer$/.test(url))
      return json({ error: `unknown: ${url}` }, 404);
    const body = Buffer.concat(parts);
    const requested = this.binary ? readBytes(request, body) : readJson(body);
    this.seen.push({ url, headers: request.headers, rows: requested.length / 2 });
    const fault = this.faults.shift() ?? 'none';
    response.on('close', () => {
      if (!response.writableFinished) this.givenUp++;
    });
    if (fault === 'busy') return json({ error: 'come again' }, 503);
    if (fault === 'later') return void response.writeHead(503, { 'retry-after': '7' }).end();
    if (fault === 'broken') return json({ error: 'it broke' }, 500);
    if (fault === 'refuse') return json({ error: 'bad input' }, 400);
    if (fault === 'slow') return;
    if (fault === 'cut') return void request.socket.destroy();
    if (fault === 'torn') {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('{"outputs":');
      setImmediate(() => request.socket.destroy());
      return;
    }
    if (fault === 'garbage') return void response.writeHead(200).end('<html>');
    const numbers = Array.from(requested, (_, i) => (i % 2 === 0 ? requested[i] : 1 - requested[i - 1]));
    const rows = numbers.length / 2;
    const shape = fault === 'shape' ? [rows, 1] : [rows, 2];
    const given = fault === 'shape' ? numbers.slice(0, rows) : numbers;
    const name = fault === 'absent' ? 'z' : 'y';
    if (this.binary) return writeBytes(response, name, shape, given);
    const data = fault === 'null' ? given.map((number, i) => (i === 0 ? null : number)) : given;
    json({ model_name: 'half', outputs: [{ name, shape, datatype: 'FP32', data }] });
  }
}

const METADATA = {
  name: 'half',
  versions: ['9', '10', '2'],
  platform: 'test_platform',
  inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 2] }],
  outputs: [{ name: 'y', datatype: 'FP32', shape: [-1, 2] }],
};

function readJson(body: Buffer): number[] {
  const { inputs, outputs } = JSON.parse(body.toString());
  const [{ name, datatype, shape, data }] = inputs;
  if (name !== 'x' || datatype !== 'FP32' || shape[1] !== 2 || data.length !== 2 * shape[0])
    throw new Error('bad input');
  if (outputs[0].name !== 'y') throw new Error('bad output');
  return data;
}

function readBytes(request: IncomingMessage, body: Buffer): Float32Array {
  const length = Number(request.headers['inference-header-content-length']);
  const { inputs, outputs } = JSON.parse(body.subarray(0, length).toString());
  const [{ shape, parameters }] = inputs;
  if (parameters.binary_data_size !== 8 * shape[0] || body.length !== length + 8 * shape[0])
    throw new Error('bad size');
  if (outputs[0].parameters.binary_data !== true) throw new Error('bad output');
  return new Float32Array(Uint8Array.from(body.subarray(length)).buffer);
}

/** Another output comes first: its bytes have to be passed over. */
function writeBytes(
  response: ServerResponse,
  name: string,
  shape: number[],
  numbers: readonly number[],
): void {
  const raw = Buffer.from(Float32Array.from(numbers).buffer);
  const other = Buffer.from([1, 2, 3]);
  const header = Buffer.from(
    JSON.stringify({
      outputs: [
        { name: 'other', shape: [3], datatype: 'INT8', parameters: { binary_data_size: other.length } },
        { name, shape, datatype: 'FP32', parameters: { binary_data_size: raw.length } },
      ],
    }),
  );
  response.writeHead(200, { 'inference-header-content-length': String(header.length) });
  response.end(Buffer.concat([header, other, raw]));
}
