import test from 'ava';
import {
  DEFAULT_LIMITS,
  type Elements,
  readInferRequest,
  readInferResponse,
  type TensorMetadata,
} from '../../../../lib/protocol/messages/index.js';
import { octetsOfArray, octetsOfJson, refusal, withBinary } from './messages.js';

const context = { model: 'm' };
const input = (
  datatype: string,
  data: unknown,
  shape: unknown = Array.isArray(data) ? [data.length] : [1],
) => ({
  inputs: [{ name: 'x', datatype, shape, data }],
});
const read = (message: unknown) => readInferRequest(octetsOfJson(message), context);
const elements = (datatype: string, data: unknown, shape?: unknown): Elements =>
  read(input(datatype, data, shape)).inputs[0].elements;
const texts = (...words: string[]) => words.map((word) => new TextEncoder().encode(word));

test('elements of every datatype in JSON', (t) => {
  t.deepEqual(elements('BOOL', [true, false, 1, 0]), Uint8Array.of(1, 0, 1, 0));
  t.deepEqual(elements('UINT8', [0, 255]), Uint8Array.of(0, 255));
  t.deepEqual(elements('UINT16', [0, 65_535]), Uint16Array.of(0, 65_535));
  t.deepEqual(elements('UINT32', [0, 2 ** 32 - 1]), Uint32Array.of(0, 2 ** 32 - 1));
  t.deepEqual(elements('INT8', [-128, 127]), Int8Array.of(-128, 127));
  t.deepEqual(elements('INT16', [-32_768, 32_767]), Int16Array.of(-32_768, 32_767));
  t.deepEqual(elements('INT32', [-(2 ** 31), 2 ** 31 - 1]), Int32Array.of(-(2 ** 31), 2 ** 31 - 1));
  t.deepEqual(
    elements('INT64', [-1, 2 ** 40, -(2 ** 40) - 1]),
    BigInt64Array.of(-1n, 2n ** 40n, -(2n ** 40n) - 1n),
  );
  t.deepEqual(elements('UINT64', [1, 2 ** 53 - 1]), BigUint64Array.of(1n, 2n ** 53n - 1n));
  t.deepEqual(elements('FP16', [0.1, -65_504]), Float32Array.of(0.0999755859375, -65_504));
  t.deepEqual(elements('FP32', [0.5, 0.1]), Float32Array.of(0.5, 0.1));
  t.deepEqual(elements('FP64', [0.1, 1e300]), Float64Array.of(0.1, 1e300));
  t.deepEqual(elements('BYTES', ['a', 'ü€😀', '']), texts('a', 'ü€😀', ''));
});

test('data may be nested as the shape says, or flat', (t) => {
  const expected = Float32Array.of(1, 2, 3, 4, 5, 6);
  t.deepEqual(elements('FP32', [[[1, 2, 3]], [[4, 5, 6]]], [2, 1, 3]), expected);
  t.deepEqual(elements('FP32', [1, 2, 3, 4, 5, 6], [2, 1, 3]), expected);
  t.deepEqual(elements('BYTES', [['a'], ['b']], [2, 1]), texts('a', 'b'));
  t.deepEqual(elements('FP32', [7], []), Float32Array.of(7), 'a single number has no sizes');
  t.deepEqual(elements('FP32', [], [0, 3]), new Float32Array());
  t.deepEqual(elements('FP32', [[], []], [2, 0]), new Float32Array());
});

test('minus zero keeps its sign', (t) => {
  const { inputs } = readInferRequest(
    octetsOfJson('{"inputs":[{"name":"x","shape":[1],"datatype":"FP64","data":[-0]}]}'),
    context,
  );
  t.true(Object.is(inputs[0].elements[0], -0));
});

test('whole numbers beyond 2^53 are read digit by digit', (t) => {
  const of = (datatype: string, data: string, shape: string) =>
    readInferRequest(
      octetsOfJson(
        `{ "inputs" : [ 7 ], "id":"[{\\"data\\":1}]", "in\\u0070uts":[ {"name":"a","shape":[2],"datatype":"BYTES","data":["]","9\\"9"]} , ` +
          `{"data":[1,2],"name":"x","parameters":{"data":5},"shape":${shape},"datatype":"${datatype}", "data" :${data}}]}`,
      ),
      context,
    ).inputs[1].elements;
  t.deepEqual(
    of('INT64', '[9007199254740993, -9223372036854775808,9223372036854775807]', '[3]'),
    BigInt64Array.of(9007199254740993n, -(2n ** 63n), 2n ** 63n - 1n),
  );
  t.deepEqual(
    of('UINT64', '[[18446744073709551615],\n[ 1.8e19]]', '[2,1]'),
    BigUint64Array.of(2n ** 64n - 1n, 18_000_000_000_000_000_000n),
  );
  t.regex(
    refusal(() => of('INT64', '[9223372036854775808]', '[1]')),
    /^invalid: input "x": element \[0\] is 9223372036854776000; expected .* \(INT64\)/,
  );
  t.regex(
    refusal(() => of('UINT64', '[9007199254740993, -1]', '[2]')),
    /expected .* \(UINT64\)/,
  );
  t.regex(
    refusal(() => of('INT64', '[9007199254740993.5]', '[1]')),
    /expected .* \(INT64\)/,
  );
  t.regex(
    refusal(() => of('INT64', '[1e400]', '[1]')),
    /expected .* \(INT64\)/,
  );
});

test('elements that a datatype can’t hold are refused by their place', (t) => {
  const cases: [string, unknown, string][] = [
    ['UINT8', 256, 'a whole number from 0 to 255'],
    ['INT8', 1.5, 'a whole number from -128 to 127'],
    ['UINT16', -1, 'a whole number from 0 to 65535'],
    ['INT32', 2 ** 31, 'a whole number from -2^31'],
    ['UINT32', '1', 'a whole number from 0 to 2^32'],
    ['INT64', 0.5, 'a whole number from -2^63'],
    ['INT64', '1', 'a whole number from -2^63'],
    ['UINT64', -1, 'a whole number from 0 to 2^64'],
    ['BOOL', 2, 'true or false'],
    ['FP16', 65_520, 'a number below 65520'],
    ['FP32', 3.5e38, 'a number that 32 bits hold'],
    ['FP32', true, 'a number'],
    ['FP64', 'NaN', 'a number'],
    ['FP64', null, 'a number that 64 bits hold (FP64). JSON has no NaN: send binary tensors'],
    ['BYTES', 1, 'well-formed text'],
    ['BYTES', '\ud800', 'well-formed text'],
  ];
  for (const [datatype, bad, expected] of cases) {
    const good = datatype === 'BYTES' ? 'a' : datatype === 'BOOL' ? true : 1;
    const message = refusal(() =>
      elements(
        datatype,
        [
          [good, good],
          [good, bad],
        ],
        [2, 2],
      ),
    );
    t.regex(message, /^invalid: input "x": element \[1\]\[1\] is /, datatype);
    t.true(message.includes(`; expected ${expected}`), message);
  }
  const beyond = '{"inputs":[{"name":"x","shape":[1],"datatype":"FP64","data":[1e999]}]}';
  t.regex(
    refusal(() => read(beyond)),
    /element \[0\] is Infinity/,
  );
});

test('shapes and data that differ are refused', (t) => {
  const cases: [unknown, unknown, RegExp][] = [
    [[2], [1], /its shape 2 takes 2 elements, and its data have 1/],
    [[2, 2], [1, 2, 3], /its shape 2 x 2 takes 4 elements, and its data have 3/],
    [[2, 2], [[1, 2], [3]], /a list in its data has 1 items instead of 2/],
    [
      [1, 2],
      [
        [1, 2],
        [3, 4],
      ],
      /a list in its data has 2 items instead of 1/,
    ],
    [[2, 2], [[1, 2], 3], /its data are nested, and have 3 where a list of 2 is expected/],
    [[2], [[1], [2]], /element \[0\] is an array of 1/],
    [[1], 5, /its data are 5; expected an array of 1/],
    [[1], undefined, /has no data; expected 'data' with 1 elements/],
    [[-1], [1], /its shape is \[-1\]; expected whole numbers/],
    [[1.5], [1], /its shape is \[1\.5\]/],
    [['2'], [1], /its shape is \["2"\]/],
    [[2 ** 53], [1], /its shape is \[9007199254740992\]/],
    [undefined, [1], /its shape is undefined/],
    ['2', [1], /its shape is "2"/],
  ];
  for (const [shape, data, message] of cases) {
    const refused = refusal(() => read({ inputs: [{ name: 'x', datatype: 'FP32', shape, data }] }));
    t.regex(refused, /^invalid: input "x"/);
    t.regex(refused, message);
  }
});

test('what isn’t a request is refused, and the place is named', (t) => {
  const tensor = { name: 'x', datatype: 'FP32', shape: [1], data: [1] };
  const cases: [unknown, RegExp][] = [
    ['', /the request is no JSON/],
    ['{"inputs":[', /the request is no JSON/],
    ['[]', /the request is an array of 0; expected an object/],
    ['null', /the request is null/],
    [{}, /'inputs' is undefined; expected an array/],
    [{ inputs: {} }, /'inputs' is an object/],
    [{ inputs: [null] }, /inputs\[0\] is null; expected an object/],
    [{ inputs: [{ ...tensor, name: 3 }] }, /the name of inputs\[0\] is 3/],
    [{ inputs: [{ ...tensor, name: '' }] }, /the name of inputs\[0\] is ""/],
    [
      { inputs: [{ ...tensor, datatype: 'FP8' }] },
      /input "x": its datatype is "FP8"; expected one of BOOL, .*BYTES/,
    ],
    [{ inputs: [{ ...tensor, datatype: '__proto__' }] }, /its datatype is "__proto__"/],
    [{ inputs: [tensor, tensor] }, /input "x" is given more than once/],
    [{ inputs: [tensor], id: 7 }, /'id' is 7; expected text/],
    [{ inputs: [tensor], parameters: 7 }, /'parameters' is 7/],
    [
      { inputs: [tensor], parameters: { a: [] } },
      /'parameters': "a" is an array of 0; expected text, a number, true or false/,
    ],
    [{ inputs: [{ ...tensor, parameters: { a: {} } }] }, /the parameters of input "x": "a" is an object/],
    [{ inputs: [tensor], outputs: 'y' }, /'outputs' is "y"/],
    [{ inputs: [tensor], outputs: [{}] }, /the name of outputs\[0\] is undefined/],
    [{ inputs: [tensor], outputs: [{ name: 'y' }, { name: 'y' }] }, /output "y" is named more than once/],
    [
      { inputs: [{ ...tensor, parameters: { binary_data_size: 4 } }] },
      /has both 'data' and 'binary_data_size'/,
    ],
    [
      { inputs: [{ ...tensor, data: undefined, parameters: { binary_data_size: 4 } }] },
      /the header Inference-Header-Content-Length is missing/,
    ],
  ];
  for (const [message, expected] of cases) {
    const refused = refusal(() => read(message));
    t.true(refused.startsWith('invalid: '), refused);
    t.regex(refused, expected);
  }
  t.regex(
    refusal(() => readInferRequest(Uint8Array.of(0x22, 0xff, 0x22), context)),
    /it isn't UTF-8/,
  );
});

test('shared memory is unsupported', (t) => {
  const parameters = { shared_memory_region: 'r', shared_memory_byte_size: 4 };
  const tensor = { name: 'x', datatype: 'FP32', shape: [1] };
  t.regex(
    refusal(() => read({ inputs: [{ ...tensor, parameters }] })),
    /^unsupported: input "x" is in shared memory/,
  );
  const wanted = { inputs: [{ ...tensor, data: [1] }], outputs: [{ name: 'y', parameters }] };
  t.regex(
    refusal(() => read(wanted)),
    /^unsupported: output "y" is wanted in shared memory/,
  );
});

test('unknown keys are passed over, null counts as left out, and names may be any text', (t) => {
  const message =
    '\ufeff{"model_name":"other","extra":{"deep":[[1]]},"id":null,"outputs":null,"__proto__":{"id":"no"},' +
    '"parameters":{"__proto__":1,"constructor":true,"priority":null,"timeout":5},' +
    '"inputs":[{"name":"__proto__","shape":[1],"datatype":"INT8","data":[1],"parameters":null,"more":1}]}';
  const { id, outputs, parameters, inputs } = readInferRequest(octetsOfJson(message), {
    model: 'm',
    version: '3',
  });
  t.deepEqual([id, outputs], [undefined, undefined]);
  t.deepEqual(Object.entries(parameters), [
    ['__proto__', 1],
    ['constructor', true],
    ['timeout', 5],
  ]);
  t.deepEqual(inputs, [{ name: '__proto__', shape: [1], datatype: 'INT8', elements: Int8Array.of(1) }]);
});

test('binary tensors follow the JSON in their order', (t) => {
  const tensor = (name: string, datatype: string, shape: number[], binary_data_size: number) => ({
    name,
    datatype,
    shape,
    parameters: { binary_data_size, own: 1 },
  });
  const json = {
    inputs: [
      tensor('flags', 'BOOL', [3], 3),
      { name: 'here', datatype: 'FP32', shape: [1], data: [0.5] },
      tensor('wide', 'INT64', [1, 2], 16),
      tensor('half', 'FP16', [2], 4),
      tensor('texts', 'BYTES', [2], 11),
      tensor('none', 'FP64', [0], 0),
    ],
    outputs: [{ name: 'y', parameters: { binary_data: true } }],
  };
  const { body, jsonLength } = withBinary(
    json,
    [1, 0, 1],
    octetsOfArray(BigInt64Array.of(-1n, 2n ** 62n)),
    [0x00, 0x3c, 0xff, 0xfb],
    [2, 0, 0, 0, 0x68, 0x69, 1, 0, 0, 0, 0xff],
  );
  // At every alignment.
  for (let offset = 0; offset < 8; offset++) {
    const moved = new Uint8Array(offset + body.length).subarray(offset);
    moved.set(body);
    const { inputs, outputs } = readInferRequest(moved, { model: 'm', jsonLength });
    t.deepEqual(
      inputs.map((each) => each.elements),
      [
        Uint8Array.of(1, 0, 1),
        Float32Array.of(0.5),
        BigInt64Array.of(-1n, 2n ** 62n),
        Float32Array.of(1, -65_504),
        [Uint8Array.of(0x68, 0x69), Uint8Array.of(0xff)],
        new Float64Array(),
      ],
    );
    t.deepEqual(inputs[0].parameters, { own: 1 });
    t.deepEqual(outputs, [{ name: 'y', parameters: { binary_data: true } }]);
  }
});

test('octets that don’t fit are refused', (t) => {
  const of = (datatype: string, shape: number[], size: unknown, octets: number[], jsonLength?: string) => {
    const message = withBinary(
      { inputs: [{ name: 'x', datatype, shape, parameters: { binary_data_size: size } }] },
      octets,
    );
    return refusal(() =>
      readInferRequest(message.body, { model: 'm', jsonLength: jsonLength ?? message.jsonLength }),
    );
  };
  t.regex(of('FP32', [2], 4, [0, 0, 0, 0]), /^invalid: input "x": its shape 2 of FP32 takes 8 octets, got 4/);
  t.regex(of('FP32', [1], 8, [0, 0, 0, 0]), /its 'binary_data_size' is 8, and only 4 octets follow/);
  t.regex(of('FP32', [1], 4, [0, 0, 0, 0, 0]), /5 octets follow the JSON, and the tensors have 4 of them/);
  t.regex(of('FP32', [1], -4, []), /its 'binary_data_size' is -4; expected a whole number/);
  t.regex(of('FP32', [1], '4', []), /its 'binary_data_size' is "4"/);
  t.regex(of('BOOL', [2], 2, [1, 2]), /element \[1\] is the octet 2; expected 0 or 1/);
  t.regex(of('BYTES', [1], 5, [2, 0, 0, 0, 65]), /string 0 of 2 octets has only 1/);
  t.regex(of('BYTES', [2], 8, [4, 0, 0, 0, 65, 65, 65, 65]), /string 1 is missing/);
  t.regex(of('BYTES', [1], 4, [255, 255, 255, 255]), /string 0 of 4294967295 octets has only 0/);
  t.regex(of('BYTES', [1], 5, [0, 0, 0, 0, 7]), /1 octets are left over/);
  t.regex(of('BYTES', [200_000], 4, [0, 0, 0, 0]), /4 octets are too few/);
  for (const length of ['-1', 'x', '', '1e2', '12, 12', '99999', '1.5']) {
    t.regex(
      of('FP32', [1], 4, [0, 0, 0, 0], length),
      /^invalid: Inference-Header-Content-Length is /,
      length,
    );
  }
});

test('parts of a Buffer are plain octets', (t) => {
  const tensor = { name: 'x', datatype: 'BYTES', shape: [1], parameters: { binary_data_size: 5 } };
  const { body, jsonLength } = withBinary({ inputs: [tensor] }, [1, 0, 0, 0, 65]);
  const { inputs } = readInferRequest(Buffer.from(body), { model: 'm', jsonLength });
  t.deepEqual(inputs[0].elements, [Uint8Array.of(65)]);
});

test('a bare tensor has the shape that its octets leave', (t) => {
  const bare = (octets: ArrayLike<number>, ...declared: TensorMetadata[]) =>
    readInferRequest(Uint8Array.from(octets), { model: 'm', jsonLength: '0', declared: () => declared });
  const x = { name: 'x', datatype: 'FP32', shape: [-1, 2] } as const;
  const { inputs, parameters, outputs } = bare(octetsOfArray(Float32Array.of(1, 2, 3, 4)), x);
  t.deepEqual(inputs, [
    { name: 'x', datatype: 'FP32', shape: [2, 2], elements: Float32Array.of(1, 2, 3, 4) },
  ]);
  t.deepEqual([parameters, outputs], [{ binary_data_output: true }, undefined]);
  t.deepEqual(bare([], x).inputs[0].shape, [0, 2]);
  const text = bare([0xff, 65], { name: 't', datatype: 'BYTES', shape: [-1] });
  t.deepEqual(text.inputs[0], {
    name: 't',
    datatype: 'BYTES',
    shape: [1],
    elements: [Uint8Array.of(0xff, 65)],
  });
  t.deepEqual(bare([9], { name: 'u', datatype: 'UINT8', shape: [1] }).inputs[0].elements, Uint8Array.of(9));
  t.regex(
    refusal(() => bare([1, 2, 3, 4], x)),
    /4 octets are no tensor of shape \[-1, 2\] of FP32/,
  );
  t.regex(
    refusal(() => bare([1, 2, 3], x)),
    /3 octets are no tensor/,
  );
  t.regex(
    refusal(() => bare([1, 2], { name: 'u', datatype: 'UINT8', shape: [1] })),
    /no tensor of shape \[1\]/,
  );
  t.regex(
    refusal(() => bare([1], { ...x, shape: [-1, -1] })),
    /doesn't follow from 1 octets: send JSON/,
  );
  t.regex(
    refusal(() => bare([1], { name: 't', datatype: 'BYTES', shape: [-1, 2] })),
    /send JSON/,
  );
  t.regex(
    refusal(() => bare([1], x, x)),
    /the model has 2 inputs: send JSON that names them/,
  );
});

test('limits are those that are given', (t) => {
  const limited = (message: unknown, limits: Partial<typeof DEFAULT_LIMITS>) =>
    refusal(() =>
      readInferRequest(octetsOfJson(message), { model: 'm', limits: { ...DEFAULT_LIMITS, ...limits } }),
    );
  const tensor = {
    name: 'x',
    datatype: 'FP32',
    shape: [2, 2],
    data: [
      [1, 2],
      [3, 4],
    ],
  };
  const message = { inputs: [tensor], outputs: [{ name: 'a' }, { name: 'b' }] };
  t.is(limited(message, { depth: 5, tensors: 2, elements: 4 }), 'not refused');
  t.regex(limited(message, { octets: 20 }), /^too-large: the request has \d+ octets, and the limit is 20/);
  t.regex(limited(message, { depth: 4 }), /^too-large: the JSON is nested deeper than 4/);
  t.regex(limited(message, { tensors: 1 }), /^too-large: 'outputs' has 2 items, and the limit is 1/);
  t.regex(
    limited({ inputs: [tensor, { ...tensor, name: 'z' }] }, { tensors: 1 }),
    /^too-large: 'inputs' has 2 items/,
  );
  t.regex(limited(message, { elements: 3 }), /^too-large: input "x": its shape 2 x 2 exceeds/);
  t.regex(limited({ inputs: [tensor, { ...tensor, name: 'z' }] }, { elements: 7 }), /^too-large: input "z"/);
  const strings = { inputs: [{ name: 'x', datatype: 'BYTES', shape: [2], data: ['a', 'b'] }] };
  t.regex(limited(strings, { strings: 1 }), /^too-large: input "x": .*1 strings/);
});

test('shapes that overflow are refused before memory is allocated', (t) => {
  const shapes = [
    [2 ** 32, 2 ** 32],
    [2 ** 16, 2 ** 16, 2 ** 16, 2 ** 16],
    new Array(32).fill(2 ** 52),
    [2 ** 25],
  ];
  for (const shape of shapes)
    t.regex(
      refusal(() => elements('FP32', [], shape)),
      /^too-large: input "x": its shape/,
    );
  t.regex(
    refusal(() => elements('FP32', [], new Array(33).fill(1))),
    /^too-large: .*33 sizes/,
  );
  t.regex(
    refusal(() => elements('FP32', [[1]], [4096, 4096])),
    /a list in its data has 1 items instead of 4096/,
  );
  t.deepEqual(elements('FP32', [], [2 ** 52, 2 ** 52, 0]), new Float32Array());
});

test('a response, with null as NaN and binary outputs', (t) => {
  const { body, jsonLength } = withBinary(
    {
      model_name: 'm',
      model_version: '2',
      id: 'i',
      parameters: { verdict: 'certified' },
      outputs: [
        { name: 'y', datatype: 'FP64', shape: [2], data: [null, 1] },
        { name: 'z', datatype: 'INT16', shape: [1], parameters: { binary_data_size: 2 } },
      ],
    },
    [0xfe, 0xff],
  );
  t.deepEqual(readInferResponse(body, { jsonLength }), {
    model: 'm',
    version: '2',
    id: 'i',
    parameters: { verdict: 'certified' },
    outputs: [
      { name: 'y', datatype: 'FP64', shape: [2], elements: Float64Array.of(Number.NaN, 1) },
      { name: 'z', datatype: 'INT16', shape: [1], elements: Int16Array.of(-2) },
    ],
  });
  t.regex(
    refusal(() => readInferResponse(octetsOfJson('<html>'))),
    /^invalid: the response is no JSON/,
  );
  t.regex(
    refusal(() => readInferResponse(body, { jsonLength: '0' })),
    /no JSON/,
  );
  const whole = { outputs: [{ name: 'y', datatype: 'INT8', shape: [1], data: [null] }] };
  t.regex(
    refusal(() => readInferResponse(octetsOfJson(whole))),
    /output "y": element \[0\] is null/,
  );
});
