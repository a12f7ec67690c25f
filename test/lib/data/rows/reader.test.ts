import test from 'ava';
import fc from 'fast-check';
import { equalsOf, oneOfEach, RowReader } from '../../../../lib/data/rows/index.js';
import { random } from '../../../../lib/stats/index.js';
import { expectRate } from '../../../support/rates.js';

const reader = new RowReader();
const same = (a: unknown, b: unknown): boolean => {
  const { keys } = reader.keysOf([a, b]);
  return keys[0] === keys[1];
};

class Mail {
  constructor(
    readonly subject: string,
    readonly size: number,
  ) {}
}
class Hidden {
  readonly lang = 'en';
  readonly #text: string;
  constructor(text: string) {
    this.#text = text;
  }
  text(): string {
    return this.#text;
  }
}
class Amount {
  readonly #cents: number;
  constructor(cents: number) {
    this.#cents = cents;
  }
  toJSON(): number {
    return this.#cents;
  }
}

/** Keys of the rows in a test below, before maps and sets were read in any order. */
const KEYS = [8710117440879313, 8459922405427061, 3155008937658180];

const equal: readonly (readonly [what: string, a: unknown, b: unknown])[] = [
  ['text', 'añb', 'añb'],
  ['numbers', 0.1, 0.1],
  ['NaN', { x: Number.NaN }, { x: Number.NaN }],
  ['-0 and 0', { x: -0 }, { x: 0 }],
  ['objects in another order', { a: 1, b: [1, { c: 2 }] }, { b: [1, { c: 2 }], a: 1 }],
  ['a property that is undefined', { a: 1, b: undefined }, { a: 1 }],
  ['dates', { at: new Date(5) }, { at: new Date(5) }],
  ['typed arrays', { x: Float32Array.of(1, 2, 3) }, { x: Float32Array.of(0, 1, 2, 3).subarray(1) }],
  ['odd bytes', Uint8Array.of(1, 2, 3, 4, 5), Buffer.from([1, 2, 3, 4, 5])],
  ['buffers', Uint8Array.of(1, 2).buffer, Uint8Array.of(1, 2).buffer],
  ['maps and sets', new Map([['a', new Set([1])]]), new Map([['a', new Set([1])]])],
  [
    'maps and sets in another order',
    new Map<unknown, unknown>([
      ['a', new Set([1, { b: 2 }])],
      [{ c: 3 }, 4],
    ]),
    new Map<unknown, unknown>([
      [{ c: 3 }, 4],
      ['a', new Set([{ b: 2 }, 1])],
    ]),
  ],
  ['big numbers', 10n ** 30n, 10n ** 30n],
  ['objects of a class', new Mail('a', 1), new Mail('a', 1)],
  ['what toJSON gives', new Amount(5), new Amount(5)],
  ['no prototype', Object.assign(Object.create(null), { a: 1 }), { a: 1 }],
];

test('what holds the same is equal', (t) => {
  for (const [what, a, b] of equal) t.true(same(a, b), what);
});

const different: readonly (readonly [what: string, a: unknown, b: unknown])[] = [
  ['texts', { text: 'ab' }, { text: 'ba' }],
  ['texts of another length', 'a', 'a\u0000'],
  ['kinds', { x: 1 }, { x: '1' }],
  ['null and undefined', [null], [undefined]],
  ['what is where', { a: 1, b: 2 }, { a: 2, b: 1 }],
  [
    'values of a map swapped',
    new Map([
      ['a', 1],
      ['b', 2],
    ]),
    new Map([
      ['a', 2],
      ['b', 1],
    ]),
  ],
  ['a map and its entries as a set', new Map([['a', 1]]), new Set([['a', 1]])],
  ['members of two sets swapped', [new Set([1]), new Set([2])], [new Set([2]), new Set([1])]],
  ['swapped in two objects', [{ a: 1 }, { a: 2 }], [{ a: 2 }, { a: 1 }]],
  ['nesting', [[1], 2], [[1, 2]]],
  ['small numbers', { x: 1e-310 }, { x: 2e-310 }],
  ['types of arrays', Float32Array.of(0), Int32Array.of(0)],
  ['the last byte', Uint8Array.of(1, 2, 3, 4, 5), Uint8Array.of(1, 2, 3, 4, 6)],
  ['functions', { f: () => 1 }, { f: () => 1 }],
  ['symbols', Symbol('a'), Symbol('a')],
  ['private state', new Hidden('a'), new Hidden('a')],
  ['what toJSON gives', new Amount(5), new Amount(6)],
  ['what can’t be read', new WeakMap(), new WeakMap()],
];

test('what holds something else, or can’t be read, is not', (t) => {
  for (const [what, a, b] of different) t.false(same(a, b), what);
});

test('what can’t be read equals itself, and says that it was told by identity', (t) => {
  const [f, hidden] = [() => 1, new Hidden('a')];
  t.true(same({ f }, { f }));
  t.true(same(hidden, hidden));
  t.deepEqual([...reader.keysOf([{ f }, { a: 1 }, [hidden]]).opaque], [1, 0, 1]);
  const thrower = {
    get x(): number {
      throw new Error('not now');
    },
  };
  t.true(same(thrower, thrower));
});

test('rows in circles are read, whatever way they are entered', (t) => {
  const ring = (value: number) => {
    const node: { value: number; next?: unknown; list: unknown[] } = { value, list: [] };
    node.next = node;
    node.list.push(node, { node });
    return node;
  };
  t.true(same(ring(1), ring(1)));
  t.false(same(ring(1), ring(2)));
  let deep: unknown = 1;
  for (let i = 0; i < 10_000; i++) deep = { deep };
  t.true(same(deep, deep));
});

test('keys of objects, which files keep, stay what they were', (t) => {
  const rows = [{ a: 1, b: { c: [true, 'x'] } }, ['a', null], { text: 'añb', at: new Date(5) }];
  t.deepEqual([...reader.keysOf(rows).keys], KEYS);
});

test('JSON there and back is equal; any change of a leaf is not', (t) => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
      t.true(same(a, JSON.parse(JSON.stringify(a))));
      const [x, y] = [a, b].map((value) => JSON.stringify(JSON.parse(JSON.stringify(value), sorted)));
      t.is(same(a, b), x === y);
    }),
    { numRuns: 300 },
  );
});

/** Objects with their properties in order, and no -0. */
function sorted(_: string, value: unknown): unknown {
  if (value === 0) return 0;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

test('huge rows cost a bounded reading: long arrays by places spread evenly, what they share once', (t) => {
  const long = new Float64Array(5_000_000).fill(1);
  const other = long.slice();
  t.true(same({ long }, { long: other }));
  other[other.length - 1] = 2;
  t.false(same({ long }, { long: other }));
  const shared = Array.from({ length: 20_000 }, (_, i) => ({ i }));
  const rows = Array.from({ length: 5_000 }, (_, id) => ({ shared, id: id % 2_500 }));
  t.is(equalsOf(reader.keysOf(rows).keys).copies, 2_500);
});

test('many rows have keys of their own', (t) => {
  const rows = Array.from({ length: 100_000 }, (_, i) => ({ a: i % 317, b: Math.floor(i / 317) }));
  t.is(equalsOf(reader.keysOf(rows).keys).copies, 0);
});

test('of each set of equals one is chosen, and any as likely', (t) => {
  const equals = equalsOf(Float64Array.of(7, 8, 7, 7, 9));
  t.deepEqual([...equals.first], [0, 1, 0, 0, 4]);
  t.is(equals.copies, 2);
  const counts = new Map<number, number>();
  for (let seed = 0; seed < 3_000; seed++) {
    const chosen = oneOfEach(equals, random(seed));
    t.is(chosen.length, 3);
    t.deepEqual(
      [...chosen],
      [...chosen].sort((a, b) => a - b),
    );
    for (const row of chosen) counts.set(row, (counts.get(row) ?? 0) + 1);
  }
  for (const row of [1, 4]) t.is(counts.get(row), 3_000);
  for (const row of [0, 2, 3]) expectRate(t, counts.get(row) ?? 0, 3_000, 1 / 3, `${row}`);
});

test("a '#' in a text or a remark of a class hides nothing, and a private field does", (t) => {
  class Coloured {
    // #remark
    colour = '#fff';
    constructor(readonly id: number) {}
  }
  class Hidden {
    #id: number;
    name = "it's";
    constructor(id: number) {
      this.#id = id;
    }
    get id() {
      return this.#id;
    }
  }
  const rows = [new Coloured(1), new Coloured(1), new Coloured(2), new Hidden(1), new Hidden(1)];
  t.deepEqual([...equalsOf(reader.keysOf(rows).keys).first], [0, 0, 2, 3, 4]);
});
