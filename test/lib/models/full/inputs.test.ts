import test from 'ava';
import { type Block, denseBlock, rowBlock } from '../../../../lib/data/blocks/index.js';
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
  t.is(fed.elements, wide.values);
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

interface Person {
  readonly name: string;
  readonly age?: number;
  readonly visits: bigint | number;
}
const person = {
  name: { name: 'name', type: 'string', shape: [undefined, 1] },
  age: { name: 'age', type: 'float64', shape: [undefined] },
  visits: { name: 'visits', type: 'int64', shape: undefined },
} as const;
const people: readonly Person[] = [
  { name: 'Ada \ud83d', age: 36.1, visits: 2n ** 62n + 1n },
  { name: '', visits: -3 },
];
const reading = {
  name: (row: Person) => row.name,
  age: (row: Person) => row.age ?? Number.NaN,
  visits: (row: Person) => row.visits,
};

test('functions of a row give texts, doubles and whole numbers in all of their digits', (t) => {
  const binding = new Binding('m', reading, Object.values(person));
  t.deepEqual([binding.reads, binding.readsRows], [undefined, true]);
  t.deepEqual(binding.stated, { name: 'row', age: 'row', visits: 'row' });
  t.deepEqual(binding.tensors([rowBlock(people)]), [
    { name: 'name', type: 'string', shape: [2, 1], elements: ['Ada \ufffd', ''] },
    { name: 'age', type: 'float64', shape: [2], elements: Float64Array.of(36.1, Number.NaN) },
    { name: 'visits', type: 'int64', shape: [2, 1], elements: BigInt64Array.of(2n ** 62n + 1n, -3n) },
  ]);
});

test('a function of a row may give a list, which fills the model’s shape', (t) => {
  const pair = (row: readonly number[]) => row;
  const [fed] = new Binding('m', pair, [float('x', undefined)]).tensors([
    rowBlock([
      [1, 2],
      [3, 4],
    ]),
  ]);
  t.deepEqual([fed.shape, fed.elements], [[2, 2], Float32Array.of(1, 2, 3, 4)]);
  const flags = new Binding('m', (row: boolean) => [row, !row], [{ ...float('x', 2), type: 'bool' }]);
  t.deepEqual(flags.tensors([rowBlock([true, false])])[0].elements, Uint8Array.of(1, 0, 0, 1));
  t.throws(() => new Binding('m', pair, [float('x', 3)]).tensors([rowBlock([[1, 2]])]), {
    instanceOf: ModelError,
    message: /input 'x' takes 3 values a row, but its function gave 2/,
  });
  const ragged = t.throws(
    () => new Binding('m', pair, [float('x', undefined)]).tensors([rowBlock([[1, 2], [3]])]),
    { instanceOf: ModelError, message: /input 'x': its function gave 1 values, and 2 for the rows before/ },
  );
  t.is(ragged?.row, 1);
});

test('a value that an input can’t hold is named by input and row', (t) => {
  const refusal = (changed: object) => {
    const error = t.throws(
      () =>
        new Binding('m', reading, Object.values(person)).tensors([
          rowBlock([people[1], { ...people[0], ...changed }]),
        ]),
      { instanceOf: ModelError },
    );
    t.is(error?.row, 1);
    return error?.message ?? '';
  };
  t.regex(refusal({ name: null }), /input 'name' is of string, and its function gave null; expected a text/);
  t.regex(refusal({ age: 'old' }), /input 'age' is of float64, .* gave "old"; expected a number/);
  t.regex(refusal({ visits: 1.5 }), /input 'visits' is of int64, .* gave 1.5; expected a whole number/);
  t.regex(refusal({ visits: 2n ** 63n }), /gave 9223372036854775808/);
  t.regex(refusal({ visits: undefined }), /gave undefined/);
  const single = new Binding('m', (row: number) => row, [float('x', 1)]);
  t.throws(() => single.tensors([rowBlock([1, 1e39])]), { message: /is of float32, .* gave 1e\+39/ });
  const failing = () => {
    throw new Error('no column');
  };
  const error = t.throws(() => new Binding('m', failing, [float('x', 1)]).tensors([rowBlock([0])]), {
    instanceOf: ModelError,
    message: /input 'x': its function failed: no column/,
  });
  t.is(error?.row, 0);
  t.throws(() => single.tensors([wide]), {
    instanceOf: ModelError,
    message: /reads rows, and got the numbers/,
  });
});

test('text needs a function of a row, and functions are for all inputs', (t) => {
  const { name, age } = person;
  const option = (inputs: ConstructorParameters<typeof Binding>[1], declared: readonly Declared[]) =>
    t.throws(() => new Binding('m', inputs, declared), { instanceOf: OptionError });
  const unread = option(undefined, [name]);
  t.is(unread?.option, 'inputs');
  t.regex(unread?.message ?? '', /'name' takes text, .* \{ name: \(row\) => row.name \}/);
  t.is(option({ name: 'f', age: 'f' }, [name, age])?.option, 'inputs.name');
  const mixed: unknown = { name: reading.name, age: 'f' };
  const both = option(mixed as typeof reading, [name, age]);
  t.is(both?.option, 'inputs.age');
  t.regex(both?.message ?? '', /a model reads either/);
});
