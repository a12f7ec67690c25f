import test from 'ava';
import { mostOctets } from '../../../serve/requests/index.js';

test('a message may have 48 octets for each number of the most rows, and 1 MiB', (t) => {
  const inputs = [
    { name: 'a', datatype: 'FP32', shape: [-1, 8] },
    { name: 'b', datatype: 'INT64', shape: [-1] },
  ] as const;
  t.is(mostOctets(inputs, 100), 2 ** 20 + 48 * 900);
});

test('texts, and sizes that are free, have no such limit', (t) => {
  t.is(mostOctets([{ name: 'a', datatype: 'BYTES', shape: [-1] }], 1), Number.POSITIVE_INFINITY);
  t.is(mostOctets([{ name: 'a', datatype: 'FP32', shape: [-1, -1] }], 1), Number.POSITIVE_INFINITY);
});
