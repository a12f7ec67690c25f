import test from 'ava';
import { DEFAULT_LIMITS, TensorReader, tensorOctets } from '../../../../../lib/protocol/messages/index.js';
import { refusal } from '../messages.js';

test('tensors of octets, and back', (t) => {
  const reader = new TensorReader('input');
  const octets = Uint8Array.of(1, 0, 0, 0, 0x61, 0, 0, 0, 0);
  const texts = reader.ofOctets({ name: 't', datatype: 'BYTES', shape: [2] }, octets);
  t.deepEqual(texts, {
    name: 't',
    datatype: 'BYTES',
    shape: [2],
    elements: [Uint8Array.of(0x61), Uint8Array.of()],
  });
  t.deepEqual(tensorOctets(texts), octets);
  t.deepEqual(tensorOctets({ datatype: 'INT16', elements: Int16Array.of(-2) }), Uint8Array.of(0xfe, 0xff));
  t.regex(
    refusal(() => reader.ofOctets({ name: 'x', datatype: 'FP64', shape: [1] }, octets)),
    /^invalid: input "x": its shape 1 of FP64 takes 8 octets, got 9/,
  );
  t.regex(
    refusal(() => reader.ofOctets({ name: 'y', datatype: 'FP8', shape: [1] }, octets)),
    /its datatype is "FP8"/,
  );
});

test('tensors of values are checked, and hold what isn’t finite', (t) => {
  const reader = new TensorReader('output');
  const x = { name: 'x', datatype: 'FP32', shape: [3] };
  t.deepEqual(
    reader.ofValues(x, [Number.NaN, Number.NEGATIVE_INFINITY, 0.5]).elements,
    Float32Array.of(Number.NaN, Number.NEGATIVE_INFINITY, 0.5),
  );
  t.deepEqual(
    reader.ofValues({ name: 'w', datatype: 'INT64', shape: [2] }, BigInt64Array.of(1n, -1n)).elements,
    BigInt64Array.of(1n, -1n),
  );
  t.deepEqual(
    reader.ofValues({ name: 'b', datatype: 'BYTES', shape: [2] }, ['a', Uint8Array.of(0xff)]).elements,
    [Uint8Array.of(0x61), Uint8Array.of(0xff)],
  );
  t.regex(
    refusal(() => reader.ofValues(x, [1, 2, 3])),
    /output "x" is given more than once/,
  );
  t.regex(
    refusal(() => reader.ofValues({ ...x, name: 'y' }, [1])),
    /its shape 3 takes 3 elements, and its data have 1/,
  );
  t.regex(
    refusal(() => reader.ofValues({ ...x, name: 'z', datatype: 'INT8' }, [1, 2, 300])),
    /output "z": element \[2\] is 300/,
  );
  t.regex(
    refusal(() => reader.ofValues({ ...x, name: 'u', datatype: 'UINT64' }, [1n, 2n, -1n])),
    /element \[2\] is -1n/,
  );
});

test('elements of all tensors count against the limits together', (t) => {
  const x = { datatype: 'INT8', shape: [3] };
  const few = new TensorReader('input', { ...DEFAULT_LIMITS, elements: 5 });
  few.ofValues({ ...x, name: 'a' }, [1, 2, 3]);
  t.regex(
    refusal(() => few.ofValues({ ...x, name: 'b' }, [1, 2, 3])),
    /^too-large: input "b"/,
  );
  const one = new TensorReader('input', { ...DEFAULT_LIMITS, tensors: 1 });
  one.ofValues({ ...x, name: 'a' }, [1, 2, 3]);
  t.regex(
    refusal(() => one.ofValues({ ...x, name: 'b' }, [1, 2, 3])),
    /^too-large: there are more than 1 inputs/,
  );
});
