import test from 'ava';
import fc from 'fast-check';
import {
  type Datatype,
  type Elements,
  type InferResponse,
  JSON_LENGTH,
  type Message,
  readInferRequest,
  readInferResponse,
  type Tensor,
  writeInferRequest,
  writeInferResponse,
} from '../../../../lib/protocol/messages/index.js';
import { fromHalfBits } from '../../../../lib/util/half.js';
import { octetsOfJson, refusal } from './messages.js';

const octets = ({ body }: Message) => (typeof body === 'string' ? octetsOfJson(body) : body);
const tensor = (name: string, datatype: Datatype, shape: number[], elements: Elements): Tensor => ({
  name,
  datatype,
  shape,
  elements,
});
const response = (...outputs: Tensor[]): InferResponse => ({
  model: 'm',
  version: '1',
  id: undefined,
  parameters: {},
  outputs,
});
const inJson = { parameters: {}, outputs: undefined };
const inBinary = { parameters: { binary_data_output: true }, outputs: undefined };

test('an answer in JSON', (t) => {
  const { headers, body } = writeInferResponse(
    {
      model: 'mäil',
      version: '2',
      id: 'a"b',
      parameters: { verdict: 'certified', epsilon: 0.01 },
      outputs: [
        tensor('label', 'BYTES', [2], [octetsOfJson('ham'), octetsOfJson('ü"')]),
        tensor('scores', 'FP64', [2, 2], Float64Array.of(0.1, -0, 1e21, 5e-324)),
        tensor('exit', 'INT32', [2], Int32Array.of(0, -1)),
        tensor('id', 'INT64', [2], BigInt64Array.of(9007199254740993n, -1n)),
        tensor('yes', 'BOOL', [2], Uint8Array.of(1, 0)),
        tensor('none', 'FP32', [0, 3], new Float32Array()),
      ],
    },
    inJson,
  );
  t.deepEqual(headers, { 'content-type': 'application/json' });
  t.is(
    body,
    '{"model_name":"mäil","model_version":"2","id":"a\\"b","parameters":{"verdict":"certified","epsilon":0.01},"outputs":[' +
      '{"name":"label","shape":[2],"datatype":"BYTES","data":["ham","ü\\""]},' +
      '{"name":"scores","shape":[2,2],"datatype":"FP64","data":[0.1,-0,1e+21,5e-324]},' +
      '{"name":"exit","shape":[2],"datatype":"INT32","data":[0,-1]},' +
      '{"name":"id","shape":[2],"datatype":"INT64","data":[9007199254740993,-1]},' +
      '{"name":"yes","shape":[2],"datatype":"BOOL","data":[true,false]},' +
      '{"name":"none","shape":[0,3],"datatype":"FP32","data":[]}]}',
  );
});

test('an answer in octets', (t) => {
  const message = writeInferResponse(
    response(
      tensor('label', 'BYTES', [2], [octetsOfJson('hi'), Uint8Array.of()]),
      tensor('half', 'FP16', [2], Float32Array.of(1, Number.NEGATIVE_INFINITY)),
      tensor('wide', 'UINT16', [1], Uint16Array.of(0x0102)),
    ),
    inBinary,
  );
  const json =
    '{"model_name":"m","model_version":"1","outputs":[' +
    '{"name":"label","shape":[2],"datatype":"BYTES","parameters":{"binary_data_size":10}},' +
    '{"name":"half","shape":[2],"datatype":"FP16","parameters":{"binary_data_size":4}},' +
    '{"name":"wide","shape":[1],"datatype":"UINT16","parameters":{"binary_data_size":2}}]}';
  t.deepEqual(message.headers, {
    'content-type': 'application/octet-stream',
    [JSON_LENGTH]: String(json.length),
  });
  const after = [2, 0, 0, 0, 0x68, 0x69, 0, 0, 0, 0, 0x00, 0x3c, 0x00, 0xfc, 2, 1];
  t.deepEqual(octets(message), Uint8Array.from([...octetsOfJson(json), ...after]));
});

test('an output’s own wish counts before the request’s', (t) => {
  const answer = response(
    tensor('a', 'INT8', [1], Int8Array.of(1)),
    tensor('b', 'INT8', [1], Int8Array.of(2)),
  );
  const sizes = (requested: Parameters<typeof writeInferResponse>[1]) => {
    const { body, headers } = writeInferResponse(answer, requested);
    const json = new TextDecoder().decode(
      octets({ body, headers }).subarray(0, Number(headers[JSON_LENGTH] ?? 1e9)),
    );
    return JSON.parse(json).outputs.map((output: { data?: unknown }) => output.data === undefined);
  };
  const named = (binary_data: boolean) => [{ name: 'a', parameters: { binary_data } }, { name: 'b' }];
  t.deepEqual(sizes(inJson), [false, false]);
  t.deepEqual(sizes(inBinary), [true, true]);
  t.deepEqual(sizes({ ...inJson, outputs: named(true) }), [true, false]);
  t.deepEqual(sizes({ ...inBinary, outputs: named(false) }), [false, true]);
});

test('what JSON doesn’t have is refused, never changed', (t) => {
  const refused = (each: Tensor) => refusal(() => writeInferResponse(response(each), inJson));
  const scores = tensor('scores', 'FP64', [2, 2], Float64Array.of(1, 2, 3, Number.NaN));
  t.regex(
    refused(scores),
    /^invalid: output "scores": element \[1\]\[1\] is NaN, which JSON doesn't have: request binary tensors, .*'binary_data_output': true/,
  );
  t.regex(refused(tensor('y', 'FP32', [1], Float32Array.of(Number.NEGATIVE_INFINITY))), /is -Infinity/);
  t.regex(refused(tensor('y', 'BYTES', [1], [Uint8Array.of(0xff)])), /octets that aren't UTF-8/);
  t.notThrows(() => writeInferResponse(response(scores), inBinary));
  const input = [tensor('x', 'FP32', [1], Float32Array.of(Number.NaN))];
  t.regex(
    refusal(() => writeInferRequest({ inputs: input }, false)),
    /^invalid: input "x": element \[0\] is NaN, which JSON doesn't have: send binary tensors \(binary: true\)/,
  );
  const epsilon = { ...response(), parameters: { epsilon: Number.NaN } };
  t.regex(
    refusal(() => writeInferResponse(epsilon, inJson)),
    /the parameter "epsilon" is NaN/,
  );
});

test('a request wants its outputs in the form of its inputs', (t) => {
  const inputs = [tensor('x', 'FP32', [1], Float32Array.of(0.5))];
  t.deepEqual(
    JSON.parse(String(writeInferRequest({ inputs, id: 'i', parameters: { timeout: 5 } }, false).body)),
    {
      id: 'i',
      parameters: { timeout: 5 },
      inputs: [{ name: 'x', shape: [1], datatype: 'FP32', data: [0.5] }],
    },
  );
  const read = (outputs?: { name: string; parameters?: { own: number } }[]) => {
    const message = writeInferRequest({ inputs, ...(outputs === undefined ? {} : { outputs }) }, true);
    return readInferRequest(octets(message), { model: 'm', jsonLength: message.headers[JSON_LENGTH] });
  };
  t.deepEqual(read().parameters, { binary_data_output: true });
  t.deepEqual(read([]).parameters, { binary_data_output: true }, 'none named are all');
  t.deepEqual(read([{ name: 'y', parameters: { own: 1 } }]).outputs, [
    { name: 'y', parameters: { own: 1, binary_data: true } },
  ]);
});

/** Elements of each datatype: all bits of numbers, but of NaN one. */
const ELEMENTS: Readonly<Record<Datatype, fc.Arbitrary<Elements>>> = {
  BOOL: fc.array(fc.boolean()).map((flags) => Uint8Array.from(flags, Number)),
  UINT8: fc.uint8Array(),
  UINT16: fc.uint16Array(),
  UINT32: fc.uint32Array(),
  UINT64: fc.bigUint64Array(),
  INT8: fc.int8Array(),
  INT16: fc.int16Array(),
  INT32: fc.int32Array(),
  INT64: fc.bigInt64Array(),
  FP16: fc.uint16Array().map((bits) => Float32Array.from(bits, fromHalfBits)),
  FP32: fc.float32Array(),
  FP64: fc.float64Array(),
  BYTES: fc.array(fc.uint8Array({ maxLength: 6 })),
};

/** Elements that JSON has: finite numbers, and text. */
const inText: Readonly<Record<Datatype, fc.Arbitrary<Elements>>> = {
  ...ELEMENTS,
  FP16: ELEMENTS.FP16.map((elements) =>
    Float32Array.from(elements as Float32Array, (x) => (Number.isFinite(x) ? x : -0)),
  ),
  FP32: fc.float32Array({ noDefaultInfinity: true, noNaN: true }),
  FP64: fc.float64Array({ noDefaultInfinity: true, noNaN: true }),
  BYTES: fc.array(fc.string({ unit: 'binary', maxLength: 5 }).map((text) => new TextEncoder().encode(text))),
};

const tensorsOf = (kinds: typeof ELEMENTS) =>
  fc.uniqueArray(
    fc
      .record({
        name: fc.string({ minLength: 1 }),
        datatype: fc.constantFrom(...(Object.keys(kinds) as Datatype[])),
      })
      .chain(({ name, datatype }) =>
        kinds[datatype].map((elements) => tensor(name, datatype, [elements.length, 1], elements)),
      ),
    { selector: ({ name }) => name, maxLength: 4 },
  );

test('answers are read as they were written, in octets and in JSON', (t) => {
  const same = (outputs: Tensor[], requested: Parameters<typeof writeInferResponse>[1]) => {
    const answer = { ...response(...outputs), id: 'ü', parameters: { a: 'b', c: -0.5, d: false } };
    const message = writeInferResponse(answer, requested);
    t.deepEqual(readInferResponse(octets(message), { jsonLength: message.headers[JSON_LENGTH] }), answer);
  };
  fc.assert(fc.property(tensorsOf(ELEMENTS), (outputs) => same(outputs, inBinary)));
  fc.assert(fc.property(tensorsOf(inText), (outputs) => same(outputs, inJson)));
});

test('requests are read as they were written, in octets and in JSON', (t) => {
  const same = (inputs: Tensor[], binary: boolean) => {
    const message = writeInferRequest({ inputs, outputs: [] }, binary);
    const read = readInferRequest(octets(message), { model: 'm', jsonLength: message.headers[JSON_LENGTH] });
    t.deepEqual(read.inputs, inputs);
  };
  fc.assert(fc.property(tensorsOf(ELEMENTS), (inputs) => same(inputs, true)));
  fc.assert(fc.property(tensorsOf(inText), (inputs) => same(inputs, false)));
});
