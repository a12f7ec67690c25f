import test from 'ava';
import fc from 'fast-check';
import { ServerError } from '../../../../lib/errors.js';
import {
  JSON_LENGTH,
  readAnswer,
  readMetadata,
  readsBinary,
  writeBinary,
  writeJson,
} from '../../../../lib/full/http/protocol.js';
import type { Fed } from '../../../../lib/full/inputs.js';

const fed: Fed[] = [
  { name: 'x', type: 'float32', shape: [2, 1], elements: Float32Array.of(0.5, -1) },
  { name: 'ids', type: 'int64', shape: [2, 2], elements: BigInt64Array.of(1n, 2n, 3n, 4n) },
  { name: 'on', type: 'bool', shape: [2], elements: Uint8Array.of(1, 0) },
];
const encode = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const none = new Headers();

test('tensors as JSON', (t) => {
  const { headers, body } = writeJson(fed, 'y');
  t.is(headers['content-type'], 'application/json');
  t.deepEqual(JSON.parse(String(body)), {
    inputs: [
      { name: 'x', shape: [2, 1], datatype: 'FP32', data: [0.5, -1] },
      { name: 'ids', shape: [2, 2], datatype: 'INT64', data: [1, 2, 3, 4] },
      { name: 'on', shape: [2], datatype: 'BOOL', data: [true, false] },
    ],
    outputs: [{ name: 'y' }],
  });
});

test('tensors as bytes after their header', (t) => {
  const { headers, body } = writeBinary(fed, 'y');
  if (typeof body === 'string') return t.fail();
  const length = Number(headers[JSON_LENGTH]);
  const { inputs, outputs } = JSON.parse(new TextDecoder().decode(body.subarray(0, length)));
  t.deepEqual(
    inputs.map((input: { parameters: unknown }) => input.parameters),
    [8, 32, 2].map((binary_data_size) => ({ binary_data_size })),
  );
  t.deepEqual(outputs, [{ name: 'y', parameters: { binary_data: true } }]);
  t.is(body.length, length + 42);
  t.deepEqual(new Float32Array(body.slice(length, length + 8).buffer), Float32Array.of(0.5, -1));
  t.deepEqual([...body.subarray(-2)], [1, 0]);
});

test('numbers may be nested, and null is NaN', (t) => {
  const bytes = encode({
    outputs: [
      {
        name: 'y',
        datatype: 'FP64',
        shape: [2, 2],
        data: [
          [1, null],
          [0.5, 2],
        ],
      },
    ],
  });
  t.deepEqual(readAnswer('m', none, bytes, 'y'), { shape: [2, 2], numbers: [1, Number.NaN, 0.5, 2] });
});

test('raw numbers of every kind, after those of another output', (t) => {
  const raw = [Uint8Array.of(9, 9, 9), new Uint8Array(Uint16Array.of(0x3c00, 0xc000).buffer)];
  const header = encode({
    outputs: [
      { name: 'z', datatype: 'UINT8', shape: [3], parameters: { binary_data_size: 3 } },
      { name: 'y', datatype: 'FP16', shape: [2, 1], parameters: { binary_data_size: 4 } },
    ],
  });
  const bytes = Uint8Array.from([...header, ...raw[0], ...raw[1]]);
  const { shape, numbers } = readAnswer(
    'm',
    new Headers({ [JSON_LENGTH]: String(header.length) }),
    bytes,
    'y',
  );
  t.deepEqual(
    [shape, [...Array.from(numbers)]],
    [
      [2, 1],
      [1, -2],
    ],
  );
});

test('what can’t be read is named by its place', (t) => {
  const refused = (read: () => unknown, message: RegExp) => {
    const error = t.throws(read, { instanceOf: ServerError });
    t.is(error?.reason, 'malformed');
    t.regex(error?.message ?? '', message);
  };
  const input = (shape: unknown, datatype = 'FP32') => ({
    inputs: [{ name: 'x', datatype, shape }],
    outputs: [],
  });
  refused(() => readMetadata('m', new TextEncoder().encode('<html>')), /'m'.* no JSON/);
  refused(() => readMetadata('m', encode({})), /answer\.inputs is undefined; expected an array/);
  refused(
    () => readMetadata('m', encode(input(['n']))),
    /answer\.inputs\[0\]\.shape\[0\] is "n"; expected a number/,
  );
  refused(() => readMetadata('m', encode(input([1], 'BYTES'))), /datatype 'BYTES'/);
  const output = (more: object) =>
    encode({ outputs: [{ name: 'y', datatype: 'FP32', shape: [1], ...more }] });
  const answered = (more: object) => () => readAnswer('m', none, output(more), 'y');
  refused(answered({}), /no data of output 'y'/);
  refused(answered({ name: 'z' }), /no output 'y'/);
  refused(answered({ data: ['1'] }), /something else than numbers/);
  refused(
    answered({ parameters: { binary_data_size: -1 } }),
    /binary_data_size is -1; expected a whole number/,
  );
});

test('an extension, dimensions of any size, and versions are read', (t) => {
  t.true(readsBinary('m', encode({ extensions: ['other', 'binary_tensor_data'] })));
  t.false(readsBinary('m', encode({})));
  const bytes = encode({
    versions: [1, '2'],
    inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 3] }],
    outputs: [{ name: 'y', datatype: 'INT64', shape: [] }],
  });
  t.deepEqual(readMetadata('m', bytes), {
    versions: ['1', '2'],
    platform: '',
    inputs: [{ name: 'x', type: 'float32', shape: [undefined, 3] }],
    outputs: [{ name: 'y', type: 'int64', shape: undefined }],
  });
});

/** Whether it ends as it should. */
function endsWell(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch (error) {
    return error instanceof ServerError && error.reason === 'malformed';
  }
}

test('whatever a server says, it is read or refused', (t) => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      for (const wrapped of [
        value,
        { outputs: value },
        { outputs: [value] },
        { inputs: [value], outputs: [] },
      ]) {
        if (!endsWell(() => readAnswer('m', none, encode(wrapped), 'y'))) return false;
        if (!endsWell(() => readMetadata('m', encode(wrapped)))) return false;
      }
      return true;
    }),
  );
  const header = encode({
    outputs: [{ name: 'y', datatype: 'FP32', shape: [2], parameters: { binary_data_size: 8 } }],
  });
  const sound = Uint8Array.from([...header, ...new Uint8Array(8)]);
  const changes = fc.record({
    at: fc.nat(sound.length - 1),
    byte: fc.nat(255),
    end: fc.nat(sound.length),
    text: fc.nat(200),
  });
  fc.assert(
    fc.property(changes, ({ at, byte, end, text }) => {
      const bytes = sound.slice(0, end);
      if (at < end) bytes[at] = byte;
      return [String(text), String(header.length), 'x', '-1'].every((length) =>
        endsWell(() => readAnswer('m', new Headers({ [JSON_LENGTH]: length }), bytes, 'y')),
      );
    }),
  );
  t.pass();
});
