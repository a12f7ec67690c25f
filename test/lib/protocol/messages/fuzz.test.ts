import test from 'ava';
import {
  DEFAULT_LIMITS,
  JSON_LENGTH,
  type Message,
  RequestError,
  readIndex,
  readInferRequest,
  readInferResponse,
  readModelMetadata,
  readServerMetadata,
  readStatistics,
  type Tensor,
  writeIndex,
  writeInferRequest,
  writeInferResponse,
  writeModelMetadata,
  writeStatistics,
} from '../../../../lib/protocol/messages/index.js';
import { type Random, random } from '../../../../lib/stats/index.js';
import { octetsOfJson } from './messages.js';

const TENSORS: readonly Tensor[] = [
  { name: 'x', datatype: 'FP32', shape: [2, 2], elements: Float32Array.of(0.5, -1, 2, 3) },
  { name: 'ids', datatype: 'INT64', shape: [2], elements: BigInt64Array.of(9007199254740993n, -1n) },
  { name: 'text', datatype: 'BYTES', shape: [2], elements: [octetsOfJson('ham"\\'), octetsOfJson('ü')] },
  { name: 'on', datatype: 'BOOL', shape: [1], elements: Uint8Array.of(1) },
  { name: 'half', datatype: 'FP16', shape: [1], elements: Float32Array.of(0.25) },
];
/** What mutations insert: parts of messages that mean something. */
const PIECES = [
  ...[
    '[',
    ']',
    '{',
    '}',
    ',',
    ':',
    '"',
    '\\',
    '\\ud800',
    'null',
    'true',
    '-',
    '0',
    'e999',
    '.5',
    '1e20',
    '\u0000',
  ],
  ...[
    '"inputs":[',
    '"data":',
    '"shape":[9007199254740993]',
    '"shape":[4294967296,4294967296]',
    '"__proto__":{',
    '{"name":"x"},',
  ],
  ...[
    '"binary_data_size":',
    '4294967295',
    '-1',
    '"datatype":"BYTES"',
    '[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[',
    '18446744073709551616',
  ],
].map((piece) => octetsOfJson(piece));

/** One or two changes: octets flipped, removed, repeated, or a piece inserted. */
function mutate(octets: Uint8Array, draw: Random): Uint8Array {
  let mutated = Array.from(octets);
  const changes = 1 + draw.integer(2);
  for (let change = 0; change < changes; change++) {
    const at = draw.integer(mutated.length + 1);
    const end = Math.min(mutated.length, at + 1 + draw.integer(12));
    const kind = draw.integer(8);
    if (kind < 3 && at < mutated.length) mutated[at] ^= 1 << draw.integer(8);
    else if (kind === 3) mutated.splice(at, end - at);
    else if (kind === 4) mutated.splice(at, 0, ...mutated.slice(at, end));
    else if (kind < 7) mutated.splice(at, 0, ...PIECES[draw.integer(PIECES.length)]);
    else mutated = mutated.slice(0, at);
  }
  return Uint8Array.from(mutated);
}

const LIMITS = { ...DEFAULT_LIMITS, elements: 1000, strings: 100 };
const declared = () => [{ name: 'x', datatype: 'FP32', shape: [-1, 2] } as const];

/** Counts what is read and what is refused; anything else than RequestError is thrown. */
function count(read: () => unknown, counts: { read: number; refused: number }): void {
  try {
    read();
    counts.read++;
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    counts.refused++;
  }
}

function sourceOf({ headers, body }: Message) {
  return { octets: typeof body === 'string' ? octetsOfJson(body) : body, jsonLength: headers[JSON_LENGTH] };
}

test('10,000 mutations of requests and answers are read, or refused by a typed error', (t) => {
  const draw = random('mutations');
  const answer = { model: 'm', version: '1', id: 'i', parameters: { epsilon: 0.01 }, outputs: TENSORS };
  const outputs = [{ name: 'y', parameters: { binary_data: true } }];
  for (const isRequest of [true, false]) {
    const requested = (binary_data_output: boolean) => ({
      parameters: { binary_data_output },
      outputs: undefined,
    });
    const written = [false, true].map((binary) =>
      isRequest
        ? writeInferRequest({ inputs: TENSORS, id: 'i', parameters: { timeout: 5 }, outputs }, binary)
        : writeInferResponse(answer, requested(binary)),
    );
    const counts = { read: 0, refused: 0 };
    for (let run = 0; run < 5_000; run++) {
      const { octets, jsonLength } = sourceOf(written[run % 2]);
      const body = mutate(octets, draw);
      const lengths = [jsonLength, '0', String(draw.integer(body.length + 20)), '-1', undefined];
      const context = {
        jsonLength: draw.integer(4) > 0 ? jsonLength : lengths[draw.integer(5)],
        limits: LIMITS,
      };
      if (isRequest) count(() => readInferRequest(body, { ...context, model: 'm', declared }), counts);
      else count(() => readInferResponse(body, context), counts);
    }
    // Changes within names and numbers leave messages that can be read.
    t.true(counts.read > 200 && counts.refused > 2_000, JSON.stringify(counts));
  }
});

test('mutations of the other messages', (t) => {
  const draw = random('others');
  const duration = { count: 1, nanoseconds: 5 };
  const messages = [
    [
      readModelMetadata,
      writeModelMetadata({
        name: 'm',
        versions: ['1'],
        platform: 'p',
        inputs: declared(),
        outputs: declared(),
      }),
    ],
    [readServerMetadata, JSON.stringify({ name: 's', version: '1', extensions: ['binary_tensor_data'] })],
    [readIndex, writeIndex([{ name: 'm', version: '1', state: 'READY', reason: '' }])],
    [
      readStatistics,
      writeStatistics([
        {
          ...{ name: 'm', version: '1', lastInference: 0, rows: 1, executions: 1 },
          ...{ success: duration, fail: duration, queue: duration, compute: duration },
        },
      ]),
    ],
  ] as const;
  for (const [read, written] of messages) {
    const counts = { read: 0, refused: 0 };
    for (let run = 0; run < 500; run++) count(() => read(mutate(octetsOfJson(written), draw)), counts);
    t.true(counts.read > 10 && counts.refused > 100, JSON.stringify(counts));
  }
});
