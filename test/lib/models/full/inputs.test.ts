import test from 'ava';
import { type Block, denseBlock } from '../../../../lib/data/blocks/index.js';
import { ModelError, OptionError } from '../../../../lib/errors.js';
import { Binding, type Declared } from '../../../../lib/models/full/inputs.js';

const float = (name: string, ...inner: (number | undefined)[]): Declared => ({
  name,
  type: 'float32',
  shape: [undefined, ...inner],
});
const wide = denseBlock(2, 4, Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8));
const narrow = denseBlock(2, 1, Float32Array.of(9, 10));
const sparse: Block = {
  kind: 'sparse',
  rows: 2,
  columns: 3,
  offsets: Uint32Array.of(0, 0, 2),
  indices: Uint32Array.of(2, 0),
  values: Float32Array.of(6, 5),
};

test('a dense block of its own is handed over uncopied, in the model’s shape', (t) => {
  const binding = new Binding('m', 'wide', [float('x', 2, undefined)]);
  t.deepEqual(binding.reads, ['wide']);
  const [fed] = binding.tensors([wide]);
  t.is(fed.elements.buffer, wide.values.buffer);
  t.deepEqual([fed.name, fed.type, fed.shape], ['x', 'float32', [2, 2, 2]]);
});

test('several features of an input lie side by side, sparse ones too', (t) => {
  const [fed] = new Binding('m', ['narrow', 'sparse'], [float('x', 4)]).tensors([narrow, sparse]);
  t.deepEqual(fed.elements, Float32Array.of(9, 0, 0, 0, 10, 5, 0, 6));
  const all = new Binding('m', undefined, [float('x', undefined)]);
  t.is(all.reads, undefined);
  t.deepEqual(all.tensors([sparse, narrow])[0].elements, Float32Array.of(0, 0, 0, 9, 5, 0, 6, 10));
});

test('each of several inputs has features of its own; one feature may go to two', (t) => {
  const inputs = { b: ['narrow', 'wide'], a: 'wide' };
  const binding = new Binding('m', inputs, [float('a', 4), { ...float('b', 5), type: 'int64' }]);
  t.deepEqual(binding.reads, ['wide', 'narrow']);
  t.is(binding.types, 'float32+int64');
  const [a, b] = binding.tensors([wide, narrow]);
  t.deepEqual(a.elements, wide.values);
  t.deepEqual(b.elements, BigInt64Array.of(9n, 1n, 2n, 3n, 4n, 10n, 5n, 6n, 7n, 8n));
});

test('inputs that don’t fit the model are refused by name', (t) => {
  const two = [float('a', 1), float('b', 1)];
  const option = (inputs: ConstructorParameters<typeof Binding>[1], declared: readonly Declared[]) =>
    t.throws(() => new Binding('m', inputs, declared), { instanceOf: OptionError })?.option;
  t.is(option('f', two), 'inputs');
  t.is(option(undefined, two), 'inputs');
  t.is(option({ a: 'f' }, two), 'inputs.b');
  t.is(option({ a: 'f', b: 'f', c: 'f' }, two), 'inputs.c');
  t.is(option({ a: [], b: 'f' }, two), 'inputs.a');
  t.is(option('f', [{ ...float('a', 1), shape: [1, 4] }]), 'inputs');
});

test('columns of another number than the model’s are refused', (t) => {
  for (const declared of [float('x', 3), float('x', 3, undefined), float('x', 5)]) {
    t.throws(() => new Binding('m', 'f', [declared]).tensors([wide]), {
      instanceOf: ModelError,
      message: /input 'x' takes .* but its features have 4/,
    });
  }
});

test('numbers that the input’s type can’t hold are named by row and column', (t) => {
  const binding = new Binding('m', 'f', [{ ...float('ids', 2), type: 'uint8' }]);
  const block = denseBlock(2, 2, Float32Array.of(0, 255, 256, 0));
  t.throws(() => binding.tensors([block]), {
    message: /input 'ids' is of uint8, .* 256 \(row 1, column 0\)/,
  });
});
