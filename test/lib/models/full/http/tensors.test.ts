import test from 'ava';
import { ServerError } from '../../../../../lib/errors.js';
import { declaredOf, outputNumbers, protocolTensors } from '../../../../../lib/models/full/http/tensors.js';
import type { Elements, InferResponse } from '../../../../../lib/protocol/messages/index.js';

test('declared inputs have free sizes, or no shape', (t) => {
  t.deepEqual(declaredOf('m', { name: 'x', datatype: 'FP32', shape: [-1, 3] }), {
    name: 'x',
    type: 'float32',
    shape: [undefined, 3],
  });
  t.deepEqual(declaredOf('m', { name: 'y', datatype: 'BOOL', shape: [] }), {
    name: 'y',
    type: 'bool',
    shape: undefined,
  });
  const error = t.throws(() => declaredOf('m', { name: 'x', datatype: 'BYTES', shape: [-1] }), {
    instanceOf: ServerError,
  });
  t.regex(error?.message ?? '', /'m': declared 'x' of the datatype 'BYTES'/);
});

test('half precision goes as its numbers', (t) => {
  const fed = [
    { name: 'h', type: 'float16', shape: [2], elements: Uint16Array.of(0x3c00, 0xc000) },
    { name: 'b', type: 'bool', shape: [1], elements: Uint8Array.of(1) },
  ] as const;
  t.deepEqual(protocolTensors(fed), [
    { name: 'h', datatype: 'FP16', shape: [2], elements: Float32Array.of(1, -2) },
    { name: 'b', datatype: 'BOOL', shape: [1], elements: Uint8Array.of(1) },
  ]);
});

test('numbers of an output of any type', (t) => {
  const answer = (datatype: 'FP32' | 'INT64' | 'BYTES', elements: Elements): InferResponse => ({
    ...{ model: 'm', version: '', id: undefined, parameters: {} },
    outputs: [{ name: 'y', datatype, shape: [2, 1], elements }],
  });
  t.deepEqual(outputNumbers('m', answer('FP32', Float32Array.of(0.5, 1)), 'y'), {
    shape: [2, 1],
    numbers: Float32Array.of(0.5, 1),
  });
  t.deepEqual(
    outputNumbers('m', answer('INT64', BigInt64Array.of(-1n, 3n)), 'y').numbers,
    Float64Array.of(-1, 3),
  );
  const wrong = (elements: Elements, name: string) =>
    t.throws(() => outputNumbers('m', answer('BYTES', elements), name), { instanceOf: ServerError })
      ?.message ?? '';
  t.regex(wrong([], 'z'), /'m': answered with no output 'z'/);
  t.regex(wrong([], 'y'), /answered with text as output 'y'/);
});
