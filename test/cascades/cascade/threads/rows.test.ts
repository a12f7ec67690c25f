import test from 'ava';
import { checkSent } from '../../../../cascades/cascade/threads/rows.js';
import { DataError } from '../../../../index.js';

class Id {
  readonly value = 1;
}

test('what would lose its class is found wherever it is', (t) => {
  for (const [row, why] of [
    [new Id(), /^row 1 .* it is of class Id/],
    [{ doc: new Id() }, /'doc' is of class Id/],
    [{ all: [{}, { doc: new Id() }] }, /'all\.1\.doc' is of class Id/],
    [{ all: new Map([['a', new Set([new Id()])]]) }, /'all\.1\.0' is of class Id/],
    [{ doc: Buffer.from('a') }, /'doc' is a Buffer, which arrives as a Uint8Array/],
    [{ doc: { toString: () => 'a' } }, /'doc\.toString' is a function/],
    [Object.create({ a: 1, __proto__: null }), /it is of class undefined/],
    [new (class extends Array {})(), /it is of class/],
  ] as const) {
    t.throws(() => checkSent([{ a: 1 }, row]), { instanceOf: DataError, message: why });
  }
});

test('a row that is nested too deep is refused by its place', (t) => {
  const nested = (levels: number) => JSON.parse(`${'['.repeat(levels)}${']'.repeat(levels)}`);
  t.notThrows(() => checkSent([{ a: nested(1_000) }]));
  t.throws(() => checkSent([{}, { a: nested(200_000) }]), {
    instanceOf: DataError,
    message: /^row 1 can't be sent to a thread: it is nested deeper than 1000 levels/,
  });
});

test('what structuredClone keeps may be sent', (t) => {
  const numbers = [Uint8ClampedArray.of(1), BigInt64Array.of(1n), new Float64Array(new SharedArrayBuffer(8))];
  const inner: Record<string, unknown> = {
    view: new DataView(new ArrayBuffer(2)),
    word: /a/u,
    when: new Date(0),
  };
  inner.self = inner;
  const row = {
    inner,
    numbers,
    map: new Map([[1, new Set(['a'])]]),
    bare: Object.create(null),
    none: undefined,
  };
  t.notThrows(() => checkSent([row, 'text', 3, null, [1, [2]]]));
  t.deepEqual(structuredClone(row).numbers, numbers);
});
