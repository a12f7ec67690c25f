import test from 'ava';
import { ServerError } from '../../../../../lib/errors.js';
import { declaredOf, outputValues, protocolInputs } from '../../../../../lib/models/full/http/tensors.js';
import type { Elements, InferResponse } from '../../../../../lib/protocol/messages/index.js';

test('declared inputs have free sizes, or no shape', (t) => {
  t.deepEqual(declaredOf({ name: 'x', datatype: 'FP32', shape: [-1, 3] }), {
    name: 'x',
    type: 'float32',
    shape: [undefined, 3],
  });
  t.deepEqual(declaredOf({ name: 'y', datatype: 'BYTES', shape: [] }), {
    name: 'y',
    type: 'string',
    shape: undefined,
  });
});

test('half precision goes as its numbers, text as itself', (t) => {
  const fed = [
    { name: 'h', type: 'float16', shape: [2], elements: Uint16Array.of(0x3c00, 0xc000) },
    { name: 'b', type: 'bool', shape: [1], elements: Uint8Array.of(1) },
    { name: 't', type: 'string', shape: [2], elements: ['a', ''] },
  ] as const;
  t.deepEqual(protocolInputs(fed), [
    { name: 'h', datatype: 'FP16', shape: [2], data: Float32Array.of(1, -2) },
    { name: 'b', datatype: 'BOOL', shape: [1], data: Uint8Array.of(1) },
    { name: 't', datatype: 'BYTES', shape: [2], data: ['a', ''] },
  ]);
});

test('numbers of an output of any type, and texts', (t) => {
  const answer = (datatype: 'FP32' | 'INT64' | 'BYTES', elements: Elements): InferResponse => ({
    ...{ model: 'm', version: '', id: undefined, parameters: {} },
    outputs: [{ name: 'y', datatype, shape: [2, 1], elements }],
  });
  t.deepEqual(outputValues('m', answer('FP32', Float32Array.of(0.5, 1)), 'y'), {
    shape: [2, 1],
    values: Float32Array.of(0.5, 1),
  });
  t.deepEqual(
    outputValues('m', answer('INT64', BigInt64Array.of(-1n, 3n)), 'y').values,
    Float64Array.of(-1, 3),
  );
  const octets = [Uint8Array.of(0xc3, 0xb6), Uint8Array.of()];
  t.deepEqual(outputValues('m', answer('BYTES', octets), 'y').values, ['ö', '']);
  const wrong = (elements: Elements, name: string) =>
    t.throws(() => outputValues('m', answer('BYTES', elements), name), { instanceOf: ServerError });
  t.regex(wrong([], 'z')?.message ?? '', /'m': answered with no output 'z'/);
  const broken = wrong([Uint8Array.of(0xff)], 'y');
  t.regex(broken?.message ?? '', /answered with output 'y': element 0 isn't text in UTF-8/);
  t.is(broken?.reason, 'malformed');
});
