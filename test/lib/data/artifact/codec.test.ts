import test, { type ExecutionContext } from 'ava';
import fc from 'fast-check';
import { decode, encode } from '../../../../lib/data/artifact/index.js';
import { ArtifactError } from '../../../../lib/errors.js';
import type { JsonValue, State, Tensor } from '../../../../lib/util/state.js';
import { readSafetensors, reseal, safetensors, sealed } from '../../../support/safetensors.js';

const tensor: fc.Arbitrary<Tensor> = fc.oneof(
  fc.float64Array({ maxLength: 9 }),
  fc.float32Array({ maxLength: 9 }),
  fc.int32Array({ maxLength: 9 }),
  fc.uint32Array({ maxLength: 9 }),
  fc.uint16Array({ maxLength: 9 }),
  fc.uint8Array({ maxLength: 9 }),
);

// Integer-like names, which objects list first, and the name that assignment would lose.
const name = fc
  .oneof(
    fc.string({ unit: 'binary', maxLength: 6 }),
    fc.constantFrom('__proto__', '10', '2', 'constructor', ''),
  )
  .filter((key) => key !== '__metadata__');

const state: fc.Arbitrary<State> = fc.record({
  json: fc.jsonValue({ stringUnit: 'binary' }).map((value): JsonValue => JSON.parse(JSON.stringify(value))),
  tensors: fc
    .uniqueArray(fc.tuple(name, tensor), { selector: ([key]) => key })
    .map((all) => Object.fromEntries(all)),
});

const small: State = {
  json: { format: 'small', thresholds: [0.1, 1e-300, -2], 'ключ "é"': null },
  tensors: {
    bytes: Uint8Array.of(1, 2, 3),
    weights: Float64Array.of(Math.PI, -0),
    ids: Uint16Array.of(65535),
  },
};

/** The numbers as bits, so that NaN and -0 compare too. */
function bits(tensor: Tensor): [string, number[]] {
  return [tensor.constructor.name, [...new Uint8Array(tensor.buffer, tensor.byteOffset, tensor.byteLength)]];
}

function allBits(tensors: State['tensors']): Map<string, [string, number[]]> {
  return new Map(
    Object.entries(tensors)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, values]) => [key, bits(values)]),
  );
}

function refused(t: ExecutionContext, reason: ArtifactError['reason'], work: () => unknown): string {
  const error = t.throws(work, { instanceOf: ArtifactError });
  if (!(error instanceof ArtifactError)) return '';
  t.is(error.reason, reason, error.message);
  return error.message;
}

test('what is encoded decodes bit for bit, and equal states give equal bytes', (t) => {
  fc.assert(
    fc.property(state, (content) => {
      const bytes = encode(content);
      const back = decode(bytes);
      t.deepEqual(back.json, content.json);
      t.deepEqual(allBits(back.tensors), allBits(content.tensors));
      t.deepEqual(encode(back), bytes);
    }),
    { numRuns: 300 },
  );
});

test('every finite number of the JSON comes back exactly, -0 too', (t) => {
  const numbers = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }));
  fc.assert(
    fc.property(numbers, (json) => {
      const back = decode(encode({ json, tensors: {} })).json;
      t.true(
        Array.isArray(back) && back.length === json.length && back.every((x, i) => Object.is(x, json[i])),
      );
    }),
  );
  t.true(Object.is(decode(encode({ json: -0, tensors: {} })).json, -0));
});

test('tensors are views of the file, wherever it begins in its buffer', (t) => {
  const bytes = encode(small);
  for (const { buffer } of Object.values(decode(bytes).tensors)) t.is(buffer, bytes.buffer);

  const shifted = Buffer.alloc(bytes.length + 3).subarray(3);
  shifted.set(bytes);
  t.deepEqual(allBits(decode(shifted).tensors), allBits(small.tensors));

  const window = new Uint8Array(bytes.length + 16).subarray(8, 8 + bytes.length);
  window.set(bytes);
  t.deepEqual(allBits(decode(window).tensors), allBits(small.tensors));
});

test('a view of part of a buffer is saved as that part', (t) => {
  const part = Float64Array.of(1, 2, 3, 4).subarray(1, 3);
  t.deepEqual(decode(encode({ json: null, tensors: { part } })).tensors.part, Float64Array.of(2, 3));
});

test('any reader of safetensors can open the file', (t) => {
  const { metadata, tensors } = readSafetensors(encode(small));
  t.like(metadata, { format: 'spillway', version: '5', json: JSON.stringify(small.json) });
  t.regex(metadata.sha256, /^[0-9a-f]{64}$/);
  t.deepEqual(
    tensors,
    new Map([
      ['weights', { dtype: 'F64', shape: [2], values: [Math.PI, -0] }],
      ['ids', { dtype: 'U16', shape: [1], values: [65535] }],
      ['bytes', { dtype: 'U8', shape: [3], values: [1, 2, 3] }],
    ]),
  );
  fc.assert(
    fc.property(state, (content) => {
      const read = readSafetensors(encode(content)).tensors;
      const saved = Object.entries(content.tensors);
      t.is(read.size, saved.length);
      for (const [key, values] of saved) t.deepEqual(read.get(key)?.values, Array.from(values));
    }),
    { numRuns: 50 },
  );
});

test('the digest is the one of the file with zeros in its place', (t) => {
  const bytes = encode(small);
  t.deepEqual(reseal(bytes), new Uint8Array(bytes));
});

test('a state that would come back changed is not saved, and the message says where', (t) => {
  const message = (json: unknown) =>
    // @ts-expect-error: what JavaScript callers may pass
    refused(t, 'unsavable', () => encode({ json, tensors: {} }));
  t.regex(message({ stages: [{ cost: 1 }, { cost: Number.NaN }] }), /json\.stages\[1\]\.cost is NaN/);
  t.regex(message([Number.POSITIVE_INFINITY]), /json\[0\] is Infinity/);
  t.regex(message(Number.NEGATIVE_INFINITY), /json is -Infinity/);
  t.regex(message({ a: undefined }), /json\.a is of type undefined/);
  t.regex(message({ a: Array(1) }), /json\.a\[0\] is of type undefined/);
  t.regex(message([new Date(0)]), /json\[0\] is of type date/);
  t.regex(message([new Map()]), /json\[0\] is of type map/);
  t.regex(message(Float64Array.of(1)), /float64array.*among the tensors/);
  t.regex(message(1n), /bigint/);
  const circle: unknown[] = [];
  circle.push(circle);
  t.regex(message(circle), /nested more than 500 deep, or holds itself/);

  const wide = new BigInt64Array(1);
  t.regex(
    // @ts-expect-error: what JavaScript callers may pass
    refused(t, 'unsavable', () => encode({ json: 0, tensors: { wide } })),
    /tensor 'wide' is of a type that is none of F64/,
  );
  t.regex(
    refused(t, 'unsavable', () => encode({ json: 0, tensors: { __metadata__: Uint8Array.of(1) } })),
    /can't be named '__metadata__'/,
  );
});

test('every flipped bit is found', (t) => {
  const bytes = encode(small);
  const reasons = new Set<string>();
  for (let at = 0; at < bytes.length; at++) {
    for (let bit = 0; bit < 8; bit++) {
      bytes[at] ^= 1 << bit;
      reasons.add(reasonOf(bytes));
      bytes[at] ^= 1 << bit;
    }
  }
  t.deepEqual([...reasons], ['damaged']);
  t.notThrows(() => decode(bytes));
});

test('every cut is found, and so is anything appended', (t) => {
  const bytes = encode(small);
  const reasons = new Set<string>();
  for (let length = 0; length < bytes.length; length++) reasons.add(reasonOf(bytes.subarray(0, length)));
  reasons.add(reasonOf(Uint8Array.of(...bytes, 0)));
  t.deepEqual([...reasons], ['damaged']);
  t.regex(
    refused(t, 'damaged', () => decode(bytes.subarray(0, 50))),
    /ends after 50 bytes/,
  );
});

test('a newer version is named, though nothing else of it is understood', (t) => {
  const newer = safetensors(
    '{"__metadata__":{"format":"spillway","version":"12","blake3":"?"}}',
    Uint8Array.of(1, 2),
  );
  t.regex(
    refused(t, 'version', () => decode(newer)),
    /format version 12 .* reads version 5:/,
  );
  // Those before too: their stages have another layout.
  for (const other of ['4', '6']) {
    const sameRules = Buffer.from(encode(small));
    sameRules.write(other, sameRules.indexOf('"version":"5"') + 11);
    t.is(reasonOf(reseal(sameRules)), 'version');
  }
});

test('files of others are foreign', (t) => {
  const others = [
    safetensors('{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}', Uint8Array.of(1, 2)),
    safetensors('{"__metadata__":{"format":"pt"}}'),
    safetensors('{}'),
    new TextEncoder().encode('# A text, say a README that was passed by mistake.'),
    new Uint8Array(1000),
  ];
  for (const bytes of others)
    t.regex(
      refused(t, 'foreign', () => decode(bytes)),
      /isn't an artifact of spillway/,
    );
});

test('a header that lies is refused though its digest fits', (t) => {
  const a = (dtype: string, shape: string, offsets: string) =>
    sealed(
      `","json":"0"},"a":{"dtype":"${dtype}","shape":${shape},"data_offsets":${offsets}}}`,
      new Uint8Array(8),
    );
  t.deepEqual(decode(a('F64', '[1]', '[0,8]')).tensors, { a: Float64Array.of(0) });

  const two = (first: string, second: string) =>
    sealed(
      `","json":"0"},"a":{"dtype":"U8","shape":[4],"data_offsets":${first}},` +
        `"b":{"dtype":"F32","shape":[1],"data_offsets":${second}}}`,
      new Uint8Array(8),
    );
  t.is(Object.keys(decode(two('[0,4]', '[4,8]')).tensors).length, 2);

  const length = (bytes: Uint8Array, low: number, high: number) => {
    const copy = new Uint8Array(bytes);
    const view = new DataView(copy.buffer);
    view.setUint32(0, low, true);
    view.setUint32(4, high, true);
    return reseal(copy);
  };
  const whole = encode(small);
  const deep = 100_000;
  const lies: [string, Uint8Array, RegExp][] = [
    ['dtype', a('F16', '[4]', '[0,8]'), /tensor 'a' has a dtype/],
    ['dtype of an object', a('constructor', '[4]', '[0,8]'), /tensor 'a' has a dtype/],
    ['shape', a('F64', '[1,1]', '[0,8]'), /tensor 'a' has a shape/],
    ['negative shape', a('F64', '[-1]', '[8,0]'), /tensor 'a' has a shape/],
    ['huge shape', a('F64', '[1e300]', '[0,8]'), /tensor 'a' has a shape/],
    ['length', a('F32', '[1]', '[0,8]'), /tensor 'a' has 8 bytes, where its shape takes 4/],
    ['offsets', a('F64', '[1]', '[0.5,8.5]'), /tensor 'a' has data_offsets/],
    ['offsets missing', a('F64', '[1]', 'null'), /tensor 'a' has data_offsets/],
    ['backwards', a('F64', '[1]', '[8,0]'), /tensor 'a' has -8 bytes/],
    ['beyond the file', a('F64', '[2]', '[0,16]'), /tensor 'a' ends at byte 16 of the data, which has 8/],
    ['far beyond', a('U8', '[9007199254740991]', '[0,9007199254740991]'), /which has 8/],
    ['hole before', a('F32', '[1]', '[4,8]'), /tensor 'a' begins at byte 4/],
    ['hole after', a('F32', '[1]', '[0,4]'), /fill 4 of 8 bytes/],
    [
      'overlap',
      two('[0,4]', '[2,6]'),
      /tensor 'b' begins at byte 2 of the data, where the one before ends at 4/,
    ],
    ['same place', two('[4,8]', '[4,8]'), /begins at byte 4/],
    [
      'misaligned',
      sealed(
        '","json":"0"},"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"F32","shape":[1],"data_offsets":[1,5]}}',
        new Uint8Array(5),
      ),
      /between two of its elements/,
    ],
    ['no object', sealed('","json":"0"},"a":[1]}'), /tensor 'a' isn't described/],
    ['no JSON state', sealed('"}}'), /holds no JSON state/],
    ['bad JSON state', sealed('","json":"{"}}'), /its JSON state isn't JSON/],
    ['bad header', sealed('","json":"0"}'), /its header isn't JSON/],
    ['deep header', sealed(`","json":"0","x":${'['.repeat(deep)}`), /its header isn't JSON/],
    [
      'header length past the end',
      length(whole, whole.length, 0),
      /its header has [0-9]+ bytes: expected a multiple of 8/,
    ],
    [
      'absurd header length',
      length(whole, 0xffffffff, 0xffffffff),
      /its header has [0-9]+ bytes: expected a multiple of 8/,
    ],
    ['no header', length(whole, 0, 0), /its header isn't JSON/],
    ['odd header length', length(whole, 9, 0), /its header has 9 bytes: expected a multiple of 8/],
    ['not UTF-8', reseal(withByte(whole, whole.indexOf(0xd0), 0xff)), /isn't UTF-8/],
  ];
  for (const [what, bytes, expected] of lies) {
    t.regex(
      refused(t, 'damaged', () => decode(bytes)),
      expected,
      what,
    );
  }
});

test('random bytes, bare or behind a fitting digest, end in an ArtifactError', (t) => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.tuple(fc.string({ unit: 'binary' }), fc.uint8Array()).map(([rest, data]) => sealed(rest, data)),
    fc.tuple(fc.json(), fc.uint8Array()).map(([x, data]) => sealed(`","json":"0"},"a":${x}}`, data)),
    fc.tuple(fc.json(), fc.uint8Array()).map(([header, data]) => safetensors(header, data)),
  );
  fc.assert(
    fc.property(bytes, (file) => {
      t.not(reasonOf(file), 'none');
    }),
    { numRuns: 1000 },
  );
});

test('an artifact with bytes changed and its digest made to fit decodes or ends in an ArtifactError', (t) => {
  const whole = encode(small);
  const changes = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(changes, (edits) => {
      const bytes = new Uint8Array(whole);
      for (const [at, value] of edits) bytes[at] = value;
      t.notThrows(() => reasonOf(reseal(bytes)));
    }),
    { numRuns: 2000 },
  );
});

function withByte(bytes: Uint8Array, at: number, value: number): Uint8Array {
  const copy = new Uint8Array(bytes);
  copy[at] = value;
  return copy;
}

/** The reason of the refusal; another kind of error passes through. */
function reasonOf(bytes: Uint8Array): string {
  try {
    decode(bytes);
    return 'none';
  } catch (error) {
    if (error instanceof ArtifactError) return error.reason;
    throw error;
  }
}

test('a processor whose numbers have their highest byte first is refused, before anything is read', (t) => {
  const state = { json: null, tensors: { weights: Float64Array.of(1) } };
  const expected = { instanceOf: ArtifactError, message: /little-endian, and this processor is big-endian/ };
  t.is(t.throws(() => encode(state, false), expected)?.reason, 'unsupported');
  t.is(t.throws(() => decode(encode(state), false), expected)?.reason, 'unsupported');
  // The layout is what it is by definition: 1 as a double, its lowest byte first.
  t.deepEqual([...encode(state).slice(-8)], [0, 0, 0, 0, 0, 0, 0xf0, 0x3f]);
});
