import { mkdir, rm, writeFile } from 'node:fs/promises';
import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { status } from '@grpc/grpc-js';
import test, { type ExecutionContext } from 'ava';
import { type Serving, serve } from '../../serve/index.js';
import { featuresText, servingFolder, textModel } from '../support/servedModels.js';
import { askerOf } from './grpc/served.js';

/**
 * Wrong requests of every kind that the protocol allows, to a server with a real model. Each is answered with a typed
 * error that says what was expected; none reaches the model, is the server's own fault, or waits.
 */

let folder: string;
let serving: Serving;
const faults: unknown[] = [];

test.before(async () => {
  const made = await servingFolder();
  ({ folder } = made);
  const version = join(folder, 'models/mails/1');
  await mkdir(version, { recursive: true });
  const { cascade } = await textModel();
  await cascade.save(join(version, 'model.cascade'), { reference: 'rows' });
  const library = JSON.stringify(join(folder, 'library.mjs'));
  await writeFile(join(version, 'features.js'), featuresText().replace("'../../library.mjs'", library));
  await writeFile(join(version, 'model.json'), '{"maxBatchRows":4}');
  serving = await serve({
    directory: join(folder, 'models'),
    port: 0,
    grpcPort: 0,
    workers: 1,
    program: made.program,
    limits: { message: { octets: 2 ** 20, strings: 1000 } },
    onFault: (error) => void faults.push(error),
  });
});
test.after.always(async () => {
  await serving?.close();
  await rm(folder, { recursive: true, force: true });
});

const INFER = '/v2/models/mails/infer';

interface Wrong {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** All octets of a request, which is the last of its connection. */
function requestOf({ method = 'POST', path = INFER, headers = {}, body }: Wrong): Buffer {
  const all: Record<string, string> = { Host: 'localhost', Connection: 'close' };
  if (body !== undefined) all['Content-Length'] = String(Buffer.byteLength(body));
  const lines = Object.entries({ ...all, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([
    Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`, 'latin1'),
    Buffer.from(body ?? ''),
  ]);
}

/** What comes back until the server ends the connection. */
function exchange(octets: Uint8Array): Promise<string> {
  const { hostname, port } = new URL(serving.url);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port) });
    let text = '';
    socket.setEncoding('utf8');
    socket.on('data', (part) => (text += part));
    socket.on('error', () => {});
    socket.on('close', () => resolve(text));
    socket.write(octets);
  });
}

async function refused(
  t: ExecutionContext,
  what: string,
  octets: Uint8Array,
  code: number,
  text: RegExp,
): Promise<void> {
  const answer = await exchange(octets);
  const [head, body] = answer.split('\r\n\r\n');
  t.is(head.slice(0, 12), `HTTP/1.1 ${code}`, `${what}: ${answer.slice(0, 500)}`);
  t.regex(head, /\r\ncontent-type: application\/json\r\n/i, what);
  const { error } = JSON.parse(body);
  t.regex(error, text, what);
  t.true(error.length < 1000, what);
}

const texts = (name: string, more: object = {}) => ({
  name,
  datatype: 'BYTES',
  shape: [1],
  data: ['hello'],
  ...more,
});
const asking = (more: object = {}) => JSON.stringify({ inputs: [texts('title'), texts('body')], ...more });
/** A request whose first input is as it is given. */
const titled = (more: object) => JSON.stringify({ inputs: [texts('title', more), texts('body')] });
/** The same with a text in place of the value of `data`: JSON that no object has. */
const spelt = (datatype: string, data: string) =>
  `{"inputs":[{"name":"title","datatype":"${datatype}","shape":[1],"data":[${data}]}]}`;

test('what is right is answered', async (t) => {
  const answer = await exchange(requestOf({ body: asking() }));
  t.regex(answer, /^HTTP\/1.1 200 .*"model_name":"mails"/s);
});

test('HTTP: methods, paths and headers', async (t) => {
  const cases: readonly [string, Wrong, number, RegExp][] = [
    ['another method', { method: 'PUT', body: asking() }, 405, /takes POST, and not PUT/],
    ['a method that is none', { method: 'BREW' }, 400, /malformed HTTP/],
    ['a method in small letters', { method: 'post' }, 400, /malformed HTTP/],
    ['TRACE', { method: 'TRACE' }, 405, /takes POST/],
    ['CONNECT', { method: 'CONNECT', path: 'localhost:80' }, 405, /no proxy/],
    ['no path', { path: '*', method: 'GET' }, 404, /nothing at/],
    ['another path', { path: '/v2/models/mails/generate' }, 404, /nothing at/],
    ['a slash at the end', { path: `${INFER}/` }, 404, /nothing at/],
    ['dots', { path: '/v2/models/../../etc/passwd', method: 'GET' }, 404, /nothing at/],
    ['no name', { path: '/v2/models//infer', body: asking() }, 404, /no model/],
    ['another name', { path: '/v2/models/m%00ails/infer', body: asking() }, 404, /no model/],
    ['__proto__', { path: '/v2/models/__proto__/infer', body: asking() }, 404, /no model/],
    ['a name that isn’t UTF-8', { path: '/v2/models/%ff/infer' }, 400, /percent-encoded/],
    ['half an escape', { path: '/v2/models/a%2/infer' }, 400, /percent-encoded/],
    ['octets beyond ASCII', { path: '/v2/models/m\xe4ils/infer' }, 400, /malformed HTTP/],
    ['a long path', { path: `/v2/models/${'x'.repeat(20_000)}/infer` }, 431, /headers are too large/],
    ['a long header', { headers: { 'X-Own': 'x'.repeat(20_000) } }, 431, /headers are too large/],
    ['a header that is none', { headers: { 'X Own': 'x' } }, 400, /malformed HTTP/],
    ['a foreign host', { headers: { Host: 'evil.example' }, body: asking() }, 403, /not as 'evil/],
    ['a foreign page', { headers: { Origin: 'https://evil.example' }, body: asking() }, 403, /no page/],
    ['a length that is none', { headers: { 'Content-Length': 'ten' } }, 400, /malformed HTTP/],
    ['a negative length', { headers: { 'Content-Length': '-5' } }, 400, /malformed HTTP/],
    ['two lengths', { headers: { 'Content-Length': '5, 6' } }, 400, /malformed HTTP/],
    ['a length beyond the limit', { headers: { 'Content-Length': '999999999999' } }, 413, /larger than/],
    ['a length beyond 2^64', { headers: { 'Content-Length': '9'.repeat(30) } }, 400, /malformed HTTP/],
    [
      'length and chunks',
      { headers: { 'Transfer-Encoding': 'chunked' }, body: '0\r\n\r\n' },
      400,
      /malformed HTTP/,
    ],
    ['another expectation', { headers: { Expect: 'a miracle' }, body: asking() }, 417, /100-continue/],
    ...['1', '01', '-1', '1.0', 'latest', '', '9'.repeat(40), '1%2F..']
      .filter((version) => version !== '1')
      .map((version): [string, Wrong, number, RegExp] => [
        `version '${version}'`,
        { path: `/v2/models/mails/versions/${version}/infer`, body: asking() },
        404,
        /no version|nothing at/,
      ]),
    ...['br', 'zstd', 'gzip, deflate', 'gzip;q=1', 'none'].map(
      (encoding): [string, Wrong, number, RegExp] => [
        `encoding ${encoding}`,
        { headers: { 'Content-Encoding': encoding }, body: asking() },
        415,
        /expected gzip, deflate/,
      ],
    ),
    ['not packed as it says', { headers: { 'Content-Encoding': 'gzip' }, body: asking() }, 400, /isn't gzip/],
    [
      'packed, and cut',
      { headers: { 'Content-Encoding': 'gzip' }, body: gzipSync(asking()).subarray(0, 30) },
      400,
      /isn't gzip/,
    ],
    ['packed nothing', { headers: { 'Content-Encoding': 'gzip' }, body: gzipSync('') }, 400, /no JSON/],
    [
      'a bomb',
      { headers: { 'Content-Encoding': 'gzip' }, body: gzipSync(Buffer.alloc(2 ** 24)) },
      413,
      /larger than/,
    ],
    ...['-1', '1.5', '1e2', '0x10', '9'.repeat(30), '5, 5', 'x', String(2 ** 19)].map(
      (length): [string, Wrong, number, RegExp] => [
        `JSON of ${length.slice(0, 10)} octets`,
        { headers: { 'Inference-Header-Content-Length': length }, body: asking() },
        400,
        /Inference-Header-Content-Length is/,
      ],
    ),
    [
      'JSON that ends early',
      { headers: { 'Inference-Header-Content-Length': '5' }, body: asking() },
      400,
      /no JSON/,
    ],
    [
      'a bare tensor for two inputs',
      { headers: { 'Inference-Header-Content-Length': '0' }, body: 'hello' },
      400,
      /the model has 2 inputs/,
    ],
  ];
  for (const [what, wrong, code, text] of cases) await refused(t, what, requestOf(wrong), code, text);
  for (const octets of [
    `POST ${INFER} HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nten\r\n`,
    'hello\r\n\r\n',
    'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  ])
    await refused(t, octets, Buffer.from(octets), 400, /malformed HTTP/);
  const unnamed = 'GET /v2 HTTP/1.1\r\nConnection: close\r\n\r\n';
  await refused(t, 'no host', Buffer.from(unnamed), 400, /lacks the header Host/);
  t.deepEqual(faults, []);
});

test('HTTP: documents', async (t) => {
  const deep = '['.repeat(10_000) + ']'.repeat(10_000);
  const cases: readonly [string, string | Uint8Array, number, RegExp][] = [
    ...['', ' ', '{', 'null', '[]', '"x"', '1', 'true', 'NaN', '{"inputs":NaN}', `${asking()}x`].map(
      (body): [string, string, number, RegExp] => [
        body.slice(0, 20),
        body,
        400,
        /no JSON|expected an object/,
      ],
    ),
    ['UTF-16', Buffer.from(asking(), 'utf16le'), 400, /no JSON/],
    ['not UTF-8', Buffer.from('{"inputs":"\xff"}', 'latin1'), 400, /isn't UTF-8/],
    ['deep', `{"inputs":${deep}}`, 413, /nested deeper/],
    ['deep parameters', `{"parameters":${deep}}`, 413, /nested deeper/],
    [
      'many keys',
      JSON.stringify({ inputs: [], own: Array.from({ length: 30_000 }, () => ({ a: 1 })) }),
      413,
      /keys/,
    ],
    ['too large', JSON.stringify({ id: 'x'.repeat(2 ** 20), inputs: [] }), 413, /larger than/],
    ...[undefined, null, {}, 'x', 5].map((inputs): [string, string, number, RegExp] => [
      `inputs ${inputs}`,
      asking({ inputs }),
      400,
      /'inputs' is .*expected an array/,
    ]),
    ...[null, [], 5, 'x'].map((input): [string, string, number, RegExp] => [
      `an input ${input}`,
      asking({ inputs: [input] }),
      400,
      /inputs\[0\] is .*expected an object/,
    ]),
    ['no inputs', asking({ inputs: [] }), 400, /"title" is missing/],
    ['one input', asking({ inputs: [texts('title')] }), 400, /"body" is missing/],
    ['an input twice', asking({ inputs: [texts('title'), texts('title')] }), 400, /given more than once/],
    ['another input', asking({ inputs: [texts('title'), texts('body'), texts('x')] }), 400, /no input "x"/],
    [
      '300 inputs',
      asking({ inputs: Array.from({ length: 300 }, (_, i) => texts(`${i}`)) }),
      413,
      /300 items/,
    ],
    ...[5, [], {}, true].map((id): [string, string, number, RegExp] => [
      `id ${JSON.stringify(id)}`,
      asking({ id }),
      400,
      /'id' is .*expected text/,
    ]),
    ...[5, [], 'x'].map((parameters): [string, string, number, RegExp] => [
      `parameters ${JSON.stringify(parameters)}`,
      asking({ parameters }),
      400,
      /'parameters' is .*expected an object/,
    ]),
    ['a parameter', asking({ parameters: { own: {} } }), 400, /"own" is an object/],
    ['a parameter of lists', asking({ parameters: { own: [1] } }), 400, /"own" is an array/],
    ...[-1, 0.5, '5', true, '1e3', -0.1].map((timeout): [string, string, number, RegExp] => [
      `timeout ${timeout}`,
      asking({ parameters: { timeout } }),
      400,
      /'timeout'.*expected whole microseconds/,
    ]),
    ['priority', asking({ parameters: { priority: 3 } }), 501, /'priority' isn't supported/],
    ['a sequence', asking({ parameters: { sequence_id: 'a' } }), 501, /'sequence_id' isn't supported/],
    ['binary', asking({ parameters: { binary_data_output: 1 } }), 400, /'binary_data_output' is 1/],
    ...[5, {}, 'label'].map((outputs): [string, string, number, RegExp] => [
      `outputs ${JSON.stringify(outputs)}`,
      asking({ outputs }),
      400,
      /'outputs' is .*expected an array/,
    ]),
    ...[null, 5, 'label', []].map((output): [string, string, number, RegExp] => [
      `an output ${JSON.stringify(output)}`,
      asking({ outputs: [output] }),
      400,
      /outputs\[0\] is .*expected an object/,
    ]),
    ...[undefined, null, 5, ''].map((name): [string, string, number, RegExp] => [
      `an output named ${name}`,
      asking({ outputs: [{ name }] }),
      400,
      /the name of outputs\[0\]/,
    ]),
    ['an output twice', asking({ outputs: [{ name: 'label' }, { name: 'label' }] }), 400, /more than once/],
    ['another output', asking({ outputs: [{ name: '__proto__' }] }), 400, /no output "__proto__"/],
    [
      'class_count',
      asking({ outputs: [{ name: 'scores', parameters: { classification: 2 } }] }),
      501,
      /'classification'/,
    ],
    [
      'shared memory',
      asking({ outputs: [{ name: 'label', parameters: { shared_memory_region: 'a' } }] }),
      501,
      /shared memory/,
    ],
  ];
  for (const [what, body, code, text] of cases) await refused(t, what, requestOf({ body }), code, text);
  t.deepEqual(faults, []);
});

test('HTTP: tensors in JSON', async (t) => {
  const cases: readonly [string, string, number, RegExp][] = [
    ...[undefined, null, '', 5, {}].map((name): [string, string, number, RegExp] => [
      `name ${name}`,
      titled({ name }),
      400,
      /the name of inputs\[0\]/,
    ]),
    ...[undefined, null, 5, 'bytes', 'BYTES ', 'BF16', '__proto__'].map(
      (datatype): [string, string, number, RegExp] => [
        `datatype ${datatype}`,
        titled({ datatype }),
        400,
        /"title": its datatype is/,
      ],
    ),
    ...[undefined, null, 5, '[1]', {}, [1.5], [-1], ['1'], [null], [1e300], [2 ** 53]].map(
      (shape): [string, string, number, RegExp] => [
        `shape ${JSON.stringify(shape)}`,
        titled({ shape }),
        400,
        /"title": its shape is/,
      ],
    ),
    ['a shape of 4e18', titled({ shape: [2 ** 31, 2 ** 31] }), 413, /"title".*exceeds/],
    ['a shape of 2^64', titled({ shape: [2 ** 32, 2 ** 32] }), 413, /"title".*exceeds/],
    ['33 sizes', titled({ shape: Array.from({ length: 33 }, () => 1) }), 413, /33 sizes/],
    ['no sizes', titled({ shape: [], data: 'x' }), 400, /"title"/],
    ['more sizes', titled({ shape: [1, 1] }), 400, /"title" has the shape \[1, 1\]/],
    ['other rows', titled({ shape: [2], data: ['a', 'b'] }), 400, /rows, and an input before it has/],
    [
      'too many rows',
      asking({
        inputs: ['title', 'body'].map((name) => texts(name, { shape: [5], data: Array(5).fill('a') })),
      }),
      413,
      /at most 4/,
    ],
    ...[undefined, null, 5, {}, 'hello', [], ['a', 'b'], [['a'], ['b']], [[[['a', 'b']]]]].map(
      (data): [string, string, number, RegExp] => [
        `data ${JSON.stringify(data)}`,
        titled({ data }),
        400,
        /"title"/,
      ],
    ),
    ...[5, null, true, {}, []].map((element): [string, string, number, RegExp] => [
      `a text ${JSON.stringify(element)}`,
      titled({ data: [element] }),
      400,
      /"title"/,
    ]),
    ['half a pair', spelt('BYTES', '"\\ud800"'), 400, /"title"/],
    [
      'another datatype',
      titled({ datatype: 'FP32', data: [1] }),
      400,
      /"title" is of FP32; the model takes BYTES/,
    ],
    ...[
      ['BOOL', '2'],
      ['BOOL', '"true"'],
      ['INT8', '128'],
      ['INT8', '1.5'],
      ['INT8', '-129'],
      ['UINT8', '-1'],
      ['INT16', '32768'],
      ['UINT16', '65536'],
      ['INT32', '2147483648'],
      ['UINT32', '-1'],
      ['INT64', '9223372036854775808'],
      ['INT64', '-9223372036854775809'],
      ['INT64', '1e19'],
      ['INT64', '0.5'],
      ['INT64', '"5"'],
      ['INT64', '1'.repeat(100_000)],
      ['INT64', `1e${'9'.repeat(50_000)}`],
      ['UINT64', '18446744073709551616'],
      ['UINT64', '-1'],
      ['FP16', '65520'],
      ['FP32', '1e39'],
      ['FP32', '"NaN"'],
      ['FP64', '1e999'],
      ['FP64', 'null'],
      ['FP64', '-1e999'],
    ].map(([datatype, text]): [string, string, number, RegExp] => [
      `${datatype} ${text.slice(0, 30)}`,
      spelt(datatype, text),
      400,
      /"title": (?!.*the model takes)/,
    ]),
    ['NaN', spelt('FP64', 'NaN'), 400, /no JSON/],
    ['parameters', titled({ parameters: 5 }), 400, /"title"/],
    ['a parameter of an input', titled({ parameters: { own: [] } }), 400, /"title"/],
    ['shared memory', titled({ parameters: { shared_memory_region: 'a' } }), 501, /shared memory/],
    ['base64', titled({ parameters: { content_type: 'base64' } }), 501, /base64/],
  ];
  for (const [what, body, code, text] of cases) await refused(t, what, requestOf({ body }), code, text);
  t.deepEqual(faults, []);
});

test('HTTP: tensors in octets', async (t) => {
  const binary = (octets: Uint8Array, size: unknown = octets.length, more: object = {}) => {
    const input = {
      name: 'title',
      datatype: 'BYTES',
      shape: [1],
      parameters: { binary_data_size: size },
      ...more,
    };
    const json = Buffer.from(JSON.stringify({ inputs: [input, texts('body')] }));
    const headers = { 'Inference-Header-Content-Length': String(json.length) };
    return { headers, body: Buffer.concat([json, octets]) };
  };
  const text = (length: number, ...octets: number[]) => {
    const out = Buffer.alloc(4 + octets.length);
    out.writeUInt32LE(length);
    out.set(octets, 4);
    return out;
  };
  const whole = text(1, 97);
  const right = await exchange(requestOf(binary(whole)));
  t.regex(right, /^HTTP\/1.1 200 /);
  const cases: readonly [string, Wrong, number, RegExp][] = [
    ...[-1, 1.5, '5', 1e300, true].map((size): [string, Wrong, number, RegExp] => [
      `a size of ${size}`,
      binary(whole, size),
      400,
      /'binary_data_size' is/,
    ]),
    ['a size beyond the body', binary(whole, 6), 400, /only 5 octets follow/],
    ['a size short of the body', binary(text(0), 0), 400, /"title"|octets follow the JSON/],
    ['octets after all tensors', binary(Buffer.concat([whole, whole]), 5), 400, /10 octets follow/],
    ['data as well', binary(whole, 5, { data: ['a'] }), 400, /both 'data' and/],
    [
      'no header',
      { body: binary(whole).body.subarray(0, -5) },
      400,
      /Inference-Header-Content-Length is missing/,
    ],
    ['a text longer than its tensor', binary(text(2, 97)), 400, /"title"/],
    ['a text of 4 GiB', binary(text(2 ** 32 - 1, 97)), 400, /"title"/],
    ['half a length', binary(Buffer.alloc(2)), 400, /"title"/],
    ['more texts than it says', binary(Buffer.concat([whole, whole])), 400, /"title"/],
    ['fewer texts than it says', binary(whole, 5, { shape: [2] }), 400, /"title"/],
    ['no UTF-8', binary(text(1, 0xff)), 400, /UTF-8/],
    ['a flag of 7', binary(Buffer.of(7), 1, { datatype: 'BOOL' }), 400, /"title"/],
    ['three octets of FP32', binary(Buffer.alloc(3), 3, { datatype: 'FP32' }), 400, /"title"/],
    ['five octets of FP32', binary(Buffer.alloc(5), 5, { datatype: 'FP32' }), 400, /"title"/],
    [
      'a shape beyond its octets',
      binary(Buffer.alloc(8), 8, { datatype: 'FP64', shape: [2 ** 20] }),
      400,
      /"title"/,
    ],
    [
      'a shape beyond limits',
      binary(Buffer.alloc(8), 8, { datatype: 'FP64', shape: [2 ** 40] }),
      413,
      /exceeds/,
    ],
  ];
  for (const [what, wrong, code, pattern] of cases) await refused(t, what, requestOf(wrong), code, pattern);
  t.deepEqual(faults, []);
});

test('HTTP: the repository', async (t) => {
  const load = '/v2/repository/models/mails/load';
  const cases: readonly [string, Wrong, number, RegExp][] = [
    ['no JSON', { path: load, body: '{' }, 400, /no JSON/],
    ['not UTF-8', { path: load, body: Buffer.of(0xff) }, 400, /no JSON/],
    ['an array', { path: load, body: '[]' }, 400, /expected an object/],
    ['parameters', { path: load, body: '{"parameters":5}' }, 400, /'parameters': expected an object/],
    ['an override', { path: load, body: '{"parameters":{"config":"{}"}}' }, 501, /"config"/],
    ['large', { path: load, body: 'x'.repeat(70_000) }, 413, /larger than/],
    ['no model', { path: '/v2/repository/models/none/load' }, 404, /no model|none/],
    ['no model to unload', { path: '/v2/repository/models/none/unload' }, 404, /none/],
    ['a flag', { path: '/v2/repository/index', body: '{"ready":5}' }, 400, /'ready' is 5/],
    ['an index of', { path: '/v2/repository/index', body: 'null' }, 400, /expected an object/],
    ['GET', { path: load, method: 'GET' }, 405, /takes POST/],
  ];
  for (const [what, wrong, code, text] of cases) await refused(t, what, requestOf(wrong), code, text);
  t.deepEqual(faults, []);
});

test('gRPC', async (t) => {
  const { ask, send } = askerOf(t, serving.grpc ?? '');
  const input = (name: string, more: object = {}) => ({
    name,
    datatype: 'BYTES',
    shape: [1],
    contents: { bytes_contents: [Buffer.from('hello')] },
    ...more,
  });
  const request = (more: object = {}) => ({
    model_name: 'mails',
    inputs: [input('title'), input('body')],
    ...more,
  });
  const first = (more: object) => request({ inputs: [input('title', more), input('body')] });
  const raw = (...octets: Uint8Array[]) =>
    request({
      inputs: [input('title', { contents: undefined }), input('body', { contents: undefined })],
      raw_input_contents: octets,
    });
  t.is((await ask('ModelInfer', request())).model_name, 'mails');
  const word = Buffer.from('\x01\0\0\0a');
  t.is((await ask('ModelInfer', raw(word, word))).model_name, 'mails');
  const { INVALID_ARGUMENT, NOT_FOUND, RESOURCE_EXHAUSTED, UNIMPLEMENTED } = status;
  const many = <Item>(count: number, make: (i: number) => Item) =>
    Array.from({ length: count }, (_, i) => make(i));
  const parameter = (name: string, value: object) => request({ parameters: { [name]: value } });
  const cases: readonly [string, object, number, RegExp][] = [
    ['no model', request({ model_name: '' }), NOT_FOUND, /no model/],
    ['another model', request({ model_name: '__proto__' }), NOT_FOUND, /no model/],
    ...['01', '-1', 'latest', '9'.repeat(40)].map((model_version): [string, object, number, RegExp] => [
      `version ${model_version}`,
      request({ model_version }),
      NOT_FOUND,
      /no version/,
    ]),
    ['no inputs', request({ inputs: [] }), INVALID_ARGUMENT, /"title" is missing/],
    ['one input', request({ inputs: [input('title')] }), INVALID_ARGUMENT, /"body" is missing/],
    [
      'an input twice',
      request({ inputs: [input('title'), input('title')] }),
      INVALID_ARGUMENT,
      /more than once/,
    ],
    [
      'another input',
      request({ inputs: [input('title'), input('body'), input('x')] }),
      INVALID_ARGUMENT,
      /no input/,
    ],
    ['no name', first({ name: '' }), INVALID_ARGUMENT, /""/],
    ['300 inputs', request({ inputs: many(300, (i) => input(`${i}`)) }), RESOURCE_EXHAUSTED, /256 inputs/],
    [
      '300 outputs',
      request({ outputs: many(300, (i) => ({ name: `${i}` })) }),
      RESOURCE_EXHAUSTED,
      /256 outputs/,
    ],
    [
      'an output twice',
      request({ outputs: [{ name: 'label' }, { name: 'label' }] }),
      INVALID_ARGUMENT,
      /more than once/,
    ],
    ['another output', request({ outputs: [{ name: 'x' }] }), INVALID_ARGUMENT, /no output "x"/],
    ['an output without a name', request({ outputs: [{}] }), INVALID_ARGUMENT, /no output ""/],
    ...['', 'bytes', 'BF16', '__proto__'].map((datatype): [string, object, number, RegExp] => [
      `datatype ${datatype}`,
      first({ datatype }),
      INVALID_ARGUMENT,
      /"title": its datatype is/,
    ]),
    ['a negative size', first({ shape: [-1] }), INVALID_ARGUMENT, /"title": its shape/],
    ['a huge size', first({ shape: ['9223372036854775807'] }), INVALID_ARGUMENT, /"title": its shape/],
    ['a huge shape', first({ shape: [2 ** 32, 2 ** 32] }), RESOURCE_EXHAUSTED, /exceeds/],
    ['33 sizes', first({ shape: many(33, () => 1) }), RESOURCE_EXHAUSTED, /sizes/],
    ['no sizes', first({ shape: [] }), INVALID_ARGUMENT, /"title" has the shape \[\]/],
    [
      'other rows',
      first({ shape: [2], contents: { bytes_contents: [word, word] } }),
      INVALID_ARGUMENT,
      /rows/,
    ],
    [
      'too many rows',
      request({
        inputs: ['title', 'body'].map((name) =>
          input(name, { shape: [5], contents: { bytes_contents: many(5, () => word) } }),
        ),
      }),
      RESOURCE_EXHAUSTED,
      /at most 4/,
    ],
    ['too few values', first({ shape: [2] }), INVALID_ARGUMENT, /"title"/],
    ['no values', first({ contents: undefined }), INVALID_ARGUMENT, /"title"/],
    ['values of another kind', first({ contents: { fp32_contents: [1] } }), INVALID_ARGUMENT, /field 6/],
    ['no UTF-8', first({ contents: { bytes_contents: [Buffer.of(0xff)] } }), INVALID_ARGUMENT, /UTF-8/],
    [
      'too large a number',
      first({ datatype: 'INT8', contents: { int_contents: [128] } }),
      INVALID_ARGUMENT,
      /"title".*128/,
    ],
    [
      'FP16',
      first({ datatype: 'FP16', contents: { fp32_contents: [1] } }),
      UNIMPLEMENTED,
      /raw_input_contents/,
    ],
    [
      'another datatype',
      first({ datatype: 'FP64', contents: { fp64_contents: [NaN] } }),
      INVALID_ARGUMENT,
      /takes BYTES/,
    ],
    [
      'shared memory',
      first({ parameters: { shared_memory_region: { string_param: 'a' } } }),
      UNIMPLEMENTED,
      /shared/,
    ],
    ['one raw content', raw(word), INVALID_ARGUMENT, /2 inputs and 1 raw/],
    ['three raw contents', raw(word, word, word), INVALID_ARGUMENT, /2 inputs and 3 raw/],
    ['a raw text beyond its tensor', raw(Buffer.from('\x02\0\0\0a'), word), INVALID_ARGUMENT, /"title"/],
    ['a raw text of 4 GiB', raw(Buffer.from([255, 255, 255, 255, 97]), word), INVALID_ARGUMENT, /"title"/],
    ['two raw texts', raw(Buffer.concat([word, word]), word), INVALID_ARGUMENT, /"title"/],
    [
      'contents beside raw ones',
      request({ raw_input_contents: [word, word] }),
      INVALID_ARGUMENT,
      /beside raw/,
    ],
    ['timeout as text', parameter('timeout', { string_param: '5' }), INVALID_ARGUMENT, /'timeout'/],
    ['timeout below 0', parameter('timeout', { int64_param: -5 }), INVALID_ARGUMENT, /'timeout'/],
    ['timeout of NaN', parameter('timeout', { double_param: NaN }), INVALID_ARGUMENT, /'timeout'/],
    [
      'timeout beyond 2^53',
      parameter('timeout', { int64_param: '9007199254740993' }),
      INVALID_ARGUMENT,
      /2\^53/,
    ],
    ['priority', parameter('priority', { uint64_param: 1 }), UNIMPLEMENTED, /'priority'/],
    ['a sequence', parameter('sequence_id', { int64_param: 1 }), UNIMPLEMENTED, /'sequence_id'/],
    [
      'class_count',
      request({ outputs: [{ name: 'scores', parameters: { classification: { int64_param: 2 } } }] }),
      UNIMPLEMENTED,
      /'classification'/,
    ],
    [
      '300 parameters',
      request({ parameters: Object.fromEntries(many(300, (i) => [`p${i}`, { bool_param: true }])) }),
      RESOURCE_EXHAUSTED,
      /256 parameters/,
    ],
    ['too large', request({ id: 'x'.repeat(2 ** 20) }), RESOURCE_EXHAUSTED, /more than 1048576 octets/],
  ];
  const check = async (what: string, answer: Promise<unknown>, code: number, text: RegExp) => {
    const error = await t.throwsAsync(answer, { message: text }, what);
    t.is(error !== undefined && 'code' in error ? error.code : undefined, code, what);
  };
  for (const [what, message, code, text] of cases)
    await check(what, ask('ModelInfer', { ...message }), code, text);
  for (const [what, octets] of [
    ['cut', [0x0a, 5, 97]],
    ['a group', [0x0b]],
    ['field 0', [0, 0]],
    ['a name as a number', [8, 1]],
    ['a length of 4 GiB', [0x0a, 255, 255, 255, 255, 15]],
    ['a length below 0', [0x0a, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1]],
  ] as const)
    await check(what, send('ModelInfer', Uint8Array.from(octets)), INVALID_ARGUMENT, /no ModelInferRequest/);
  await check(
    'a name that isn’t UTF-8',
    send('ModelInfer', Uint8Array.of(0x0a, 1, 0xff)),
    NOT_FOUND,
    /no model/,
  );
  await check('metadata of none', ask('ModelMetadata', { name: 'none' }), NOT_FOUND, /no model/);
  await check(
    'configuration of none',
    ask('ModelConfig', { name: 'mails', version: '2' }),
    NOT_FOUND,
    /version/,
  );
  await check(
    'a repository',
    ask('RepositoryIndex', { repository_name: 'x' }),
    UNIMPLEMENTED,
    /one repository/,
  );
  await check('no model to load', ask('RepositoryModelLoad', { model_name: 'none' }), NOT_FOUND, /none/);
  await check('no such method', ask('TraceSetting'), UNIMPLEMENTED, /TraceSetting/);
  t.deepEqual(faults, []);
});

test('gRPC: what is no call of gRPC ends at once', async (t) => {
  const session = connectHttp2(`http://${serving.grpc}`);
  t.teardown(() => session.close());
  const path = '/inference.GRPCInferenceService/ModelInfer';
  const asked = (headers: Record<string, string>, body = Buffer.alloc(5)) =>
    new Promise<string>((resolve) => {
      const stream = session.request({ ':method': 'POST', ':path': path, te: 'trailers', ...headers });
      let seen = '';
      const note = (more: Record<string, unknown>) => {
        seen += ` ${more[':status'] ?? ''}/${more['grpc-status'] ?? ''}`;
      };
      stream.on('response', note).on('trailers', note);
      stream.on('error', () => {});
      stream.on('close', () => resolve(seen));
      stream.resume().end(body);
    });
  const grpc = { 'content-type': 'application/grpc' };
  t.regex(await asked(grpc), /\/3|\/5/, 'an empty message names no model');
  t.regex(await asked({ ...grpc, 'grpc-encoding': 'br' }, Buffer.of(1, 0, 0, 0, 1, 0)), /\/12/);
  t.regex(await asked({ 'content-type': 'application/json' }), / 415\//);
  t.regex(await asked({ ...grpc, ':path': '/none' }), /\/12/);
  t.regex(await asked({ ...grpc, 'grpc-timeout': 'soon' }), /\/\d+/);
  t.regex(await asked(grpc, Buffer.of(0, 255, 255, 255, 255)), /\/8/, 'a message of 4 GiB');
  t.regex(await asked(grpc, Buffer.of(0, 0, 0, 0, 9, 1)), /\/\d+/, 'a message that is cut');
  t.regex(await asked(grpc, Buffer.alloc(0)), /\/\d+/, 'no message');
  t.deepEqual(faults, []);
});
