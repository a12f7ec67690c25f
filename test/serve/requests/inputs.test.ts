import test from 'ava';
import type { Tensor } from '../../../lib/protocol/messages/index.js';
import { kOf, requestDeadline, rowsOf } from '../../../serve/requests/index.js';

const tensor = (name: string, shape: readonly number[]): Tensor => ({
  name,
  datatype: 'FP32',
  shape,
  elements: new Float32Array(shape.reduce((product, size) => product * size, 1)),
});

test('rows are the first size of every input, and the rest is a row’s', (t) => {
  const declared = [
    { name: 'x', datatype: 'FP32', shape: [-1] },
    { name: '__proto__', datatype: 'FP32', shape: [-1, 2] },
  ] as const;
  const { rows, inputs } = rowsOf({ inputs: [tensor('__proto__', [3, 2]), tensor('x', [3])] }, declared, 3);
  t.is(rows, 3);
  t.deepEqual(
    Object.entries(inputs).map(([name, { rowShape }]) => [name, rowShape]),
    [
      ['x', []],
      ['__proto__', [2]],
    ],
  );
  t.throws(() => rowsOf({ inputs: [tensor('x', [3]), tensor('__proto__', [2, 2])] }, declared, 3), {
    message: /rows/,
  });
  t.throws(() => rowsOf({ inputs: [tensor('x', [4]), tensor('__proto__', [4, 2])] }, declared, 3), {
    message: /4 rows; a request to this model has at most 3/,
  });
});

test('a deadline is the transport’s or the parameter’s, the earlier; a model’s own only without both', (t) => {
  const at = (timeout: number | undefined, deadline: number | undefined, own?: number) =>
    requestDeadline(
      { parameters: timeout === undefined ? {} : { timeout } },
      { arrived: 100, deadline },
      { timeoutMicroseconds: own },
    );
  t.is(at(undefined, undefined), undefined);
  t.is(at(5_000, undefined), 105);
  t.is(at(5_000, 103), 103);
  t.is(at(5_000, 110), 105);
  t.is(at(0, undefined), undefined);
  t.is(at(undefined, undefined, 2_000), 102);
  t.is(at(undefined, 150, 2_000), 150);
  t.is(at(9_000, undefined, 2_000), 109);
});

test('k is the number of a ranker’s candidates to return', (t) => {
  t.is(kOf({ parameters: { k: 5 } }, 5), 5);
  for (const k of [0, 6, 1.5, '5', true])
    t.throws(() => kOf({ parameters: { k } }, 5), { name: 'RequestError', message: /from 1 to 5/ });
  t.throws(() => kOf({ parameters: {} }, 5), { message: /needs the parameter 'k'/ });
});
