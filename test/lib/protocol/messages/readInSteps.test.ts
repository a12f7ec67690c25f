import test from 'ava';
import fc from 'fast-check';
import {
  DEFAULT_LIMITS,
  type InferRequest,
  RequestError,
  readInferRequest,
  readInSteps,
} from '../../../../lib/protocol/messages/index.js';
import { octetsOfJson, refusal, withBinary } from './messages.js';

const context = { model: 'm' };
/** More than is read in one piece, where nothing else is. */
const LARGE = 5_000;

/** What it reads, and how often it gave way. */
function readBySteps(
  body: Uint8Array,
  more = {},
): { readonly request: InferRequest; readonly pauses: number } {
  const steps = readInSteps(body, { ...context, ...more });
  for (let pauses = 0; ; pauses++) {
    const step = steps.next();
    if (step.done === true) return { request: step.value, pauses };
  }
}

function outcome(read: () => InferRequest): unknown {
  try {
    return read();
  } catch (error) {
    if (error instanceof RequestError) return 'refused';
    throw error;
  }
}

/** A message that is too large to be read in one piece. */
const padded = (json: string) =>
  octetsOfJson(json.replace('"inputs"', `"id":"${'x'.repeat(LARGE)}","inputs"`));

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom(
    '"',
    '\\',
    '\\"',
    ']',
    '[',
    ',',
    '\ud800',
    '\udc00\ud800',
    '😀',
    'ü',
    '\u0000',
    '"data":[1]',
    '',
  ),
);
const number = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(-0, 255, 256, 65_520, 2 ** 53, -(2 ** 63), 1e300, 3.5e38, 0.1),
);
const scalar = fc.oneof(
  { weight: 20, arbitrary: number },
  { weight: 5, arbitrary: text },
  fc.constantFrom(true, false, null),
);

function nested(flat: readonly unknown[], width: number): unknown[][] {
  return Array.from({ length: Math.ceil(flat.length / width) }, (_, i) =>
    flat.slice(i * width, (i + 1) * width),
  );
}

const tensor = fc
  .record({
    name: fc.constantFrom('x', 'y', 'data', 'inputs', '__proto__'),
    datatype: fc.constantFrom(
      'BOOL',
      'UINT8',
      'INT32',
      'INT64',
      'UINT64',
      'FP16',
      'FP32',
      'FP64',
      'BYTES',
      'TEXT',
    ),
    values: fc.oneof(
      fc.array(scalar, { maxLength: 12 }),
      fc.array(number, { maxLength: 12 }),
      fc.array(text, { maxLength: 12 }),
      fc.array(fc.boolean(), { maxLength: 12 }),
    ),
    width: fc.integer({ min: 1, max: 3 }),
    isNested: fc.boolean(),
    isFit: fc.integer({ min: 0, max: 9 }),
  })
  .map(({ name, datatype, values, width, isNested, isFit }) => {
    const rows = Math.ceil(values.length / width);
    const shape = isFit === 0 ? [values.length + 1] : isNested ? [rows, width] : [values.length];
    return { name, shape, datatype, data: isNested ? nested(values, width) : values };
  });

test('what is read block by block is what is read in one piece', (t) => {
  let read = 0;
  fc.assert(
    fc.property(fc.array(tensor, { maxLength: 3 }), fc.boolean(), (inputs, isSpaced) => {
      const json = JSON.stringify({ parameters: { timeout: 5 }, inputs }, null, isSpaced ? 2 : undefined);
      // JSON.stringify writes -0 as 0.
      const body = padded(json.replaceAll(/\b0\b(?=[,\]\n])/g, '-0'));
      const expected = outcome(() => readInferRequest(body, context));
      if (expected !== 'refused') read++;
      t.deepEqual(
        outcome(() => readBySteps(body).request),
        expected,
      );
    }),
    { numRuns: 2_000 },
  );
  t.true(read > 300, String(read));
});

test('malformed messages are refused as in one piece', (t) => {
  const sound =
    '{"inputs":[{"name":"x","shape":[2,2],"datatype":"INT64","data":[[1,"a"],[3,4]]},{"data":[5]}],"outputs":[]}';
  const pieces = [
    '[',
    ']',
    '{',
    '}',
    ',',
    ':',
    '"',
    '\\',
    '1',
    ' ',
    'null',
    '"data":',
    '"data":[7],',
    '"inputs":[],',
    '\ufeff',
  ];
  fc.assert(
    fc.property(
      fc.nat(sound.length),
      fc.nat(12),
      fc.constantFrom(...pieces, ''),
      fc.constantFrom('"a"', '2', '9007199254740993'),
      (at, removed, piece, value) => {
        const changed = sound.slice(0, at) + piece + sound.slice(at + removed);
        const body = padded(changed.replace('"a"', value));
        t.deepEqual(
          outcome(() => readBySteps(body).request),
          outcome(() => readInferRequest(body, context)),
          changed,
        );
      },
    ),
    { numRuns: 3_000 },
  );
});

test('large data are read in many pieces, and all the same', (t) => {
  const numbers = Array.from({ length: 20_000 }, (_, i) => Math.sin(i));
  const texts = Array.from({ length: 3_000 }, (_, i) => `${i}: "ü" \n ${'x'.repeat(i % 90)}`);
  const flat = { name: 'flat', datatype: 'FP32', shape: [20_000], data: numbers };
  const rows = { name: 'rows', datatype: 'FP64', shape: [4_000, 5], data: nested(numbers, 5) };
  const bytes = { name: 'bytes', datatype: 'BYTES', shape: [3_000], data: texts };
  const pairs = { name: 'pairs', datatype: 'BYTES', shape: [1_500, 2], data: nested(texts, 2) };
  const wide = `[9007199254740993,${'-9007199254740995,'.repeat(9_998)}3]`;
  const json = JSON.stringify({
    inputs: [flat, rows, bytes, pairs, { name: 'wide', datatype: 'INT64', shape: [10_000], data: 0 }],
  });
  const body = octetsOfJson(json.replace('"data":0', `"data":${wide}`));
  const { request, pauses } = readBySteps(body);
  t.deepEqual(request, readInferRequest(body, context));
  t.true(pauses > body.length / 50_000, `${pauses} pauses in ${body.length} octets`);
});

test('what is wrong with large data is said by its place', (t) => {
  const of = (data: unknown, shape: unknown, datatype = 'FP32') =>
    refusal(() => readBySteps(octetsOfJson({ inputs: [{ name: 'x', datatype, shape, data }] })));
  const many: unknown[] = Array.from({ length: 300_000 }, () => 0.5);
  t.regex(of([...many, 'a'], [300_001]), /^invalid: input "x": element \[300000\] is "a"; expected a number/);
  t.regex(of(many, [300_001]), /^invalid: input "x": its data aren't a JSON list of 300001 elements/);
  t.regex(of([...many, 1, 2], [300_001]), /^invalid: input "x": its data aren't a JSON list of 300001/);
  t.regex(
    of([[...many, ...many]], [1, 600_000]),
    /^too-large: input "x": a list in its data has more than 524288/,
  );
  t.regex(
    of(nested(many, 7), [50_000, 6]),
    /^invalid: input "x": its data aren't a JSON list of 300000 .*50000 x 6/,
  );
  const texts = Array.from({ length: 200_000 }, () => 'text');
  t.regex(of([...texts, '\ud800'], [200_001], 'BYTES'), /^invalid: input "x": its data aren't a JSON list/);
});

test('large messages have little beside data, and keys that can be told without parsing', (t) => {
  const junk = octetsOfJson({ inputs: [], more: 'x'.repeat(2 ** 20) });
  t.regex(
    refusal(() => readBySteps(junk)),
    /^too-large: .* octets that aren't data of tensors, and the limit is 1048576/,
  );
  const data = `[${'1,'.repeat(600_000)}1]`;
  const twice = `{"inputs":[{"name":"x","shape":[600001],"datatype":"FP32","data":${data},"data":[1]}]}`;
  t.regex(
    refusal(() => readBySteps(octetsOfJson(twice))),
    /^invalid: the request's keys are there twice/,
  );
  const escaped = twice.replace(',"data":[1]', ',"d\\u0061ta":[1]');
  t.regex(
    refusal(() => readBySteps(octetsOfJson(escaped))),
    /^invalid: the request's keys are there twice/,
  );
});

test('limits hold, and binary tensors follow', (t) => {
  const limits = { ...DEFAULT_LIMITS, elements: 10, octets: 20_000 };
  const few = padded('{"inputs":[{"name":"x","shape":[11],"datatype":"FP32","data":[1]}]}');
  t.regex(
    refusal(() => readBySteps(few, { limits })),
    /^too-large: input "x": its shape 11 exceeds/,
  );
  t.regex(
    refusal(() => readBySteps(new Uint8Array(30_000), { limits })),
    /^too-large: the request has 30000 octets/,
  );
  t.regex(
    refusal(() => readBySteps(octetsOfJson(`{"inputs":${'['.repeat(LARGE)}`))),
    /^too-large: the JSON is nested deeper/,
  );
  const { body, jsonLength } = withBinary(
    {
      id: 'x'.repeat(LARGE),
      inputs: [
        { name: 'a', datatype: 'INT8', shape: [2], parameters: { binary_data_size: 2 } },
        { name: 'b', datatype: 'FP32', shape: [1], data: [0.5] },
      ],
    },
    Uint8Array.of(1, 255),
  );
  t.deepEqual(readBySteps(body, { jsonLength }).request, readInferRequest(body, { ...context, jsonLength }));
});

test('a text that can’t be within the model’s limit isn’t decoded', (t) => {
  const body = (...texts: readonly string[]) =>
    octetsOfJson(
      JSON.stringify({ inputs: [{ name: 'x', datatype: 'BYTES', shape: [texts.length], data: texts }] }),
    );
  const long = 'x'.repeat(1_000_000);
  const error = t.throws(() => readBySteps(body('a', ',"\\', long), { mostText: 1_000 }), {
    message: /row 2, input "x": a text of more than 1000 octets.*maxTextOctets/,
  });
  t.is(error instanceof RequestError && error.reason, 'too-large');
  t.is(readBySteps(body('a', long)).request.inputs[0].elements.length, 2);
  // Many short ones, and escapes that are six octets of JSON each.
  const control = '\u0001'.repeat(1_000);
  const many = Array.from({ length: 500 }, () => control);
  t.is(readBySteps(body(...many), { mostText: 1_000 }).request.inputs[0].elements.length, 500);
});
