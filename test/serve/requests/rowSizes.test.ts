import test from 'ava';
import { type InputDeclaration, RequestError } from '../../../lib/protocol/messages/index.js';
import { checkRowSizes } from '../../../serve/requests/index.js';

const declared: readonly InputDeclaration[] = [
  { name: 'text', datatype: 'BYTES', shape: [-1], as: 'text' },
  { name: 'parts', datatype: 'BYTES', shape: [-1, 2], as: 'text' },
  { name: 'image', datatype: 'BYTES', shape: [-1], as: 'bytes' },
  { name: 'numbers', datatype: 'FP64', shape: [-1, 100], as: 'text' },
];

/** Rows whose BYTES have so many octets. */
function rowsOf(
  ...sizes: readonly (readonly [text: number, first: number, second: number, image: number])[]
) {
  const octets = (length: number) => new Uint8Array(length);
  return {
    rows: sizes.length,
    inputs: {
      text: { elements: sizes.map(([text]) => octets(text)), rowShape: [] },
      parts: {
        elements: sizes.flatMap(([, first, second]) => [octets(first), octets(second)]),
        rowShape: [2],
      },
      image: { elements: sizes.map(([, , , image]) => octets(image)), rowShape: [] },
      numbers: { elements: new Float64Array(100 * sizes.length), rowShape: [100] },
    },
  };
}

const limits = { maxTextOctets: 10, maxRowOctets: 30 };
const check = (rows: ReturnType<typeof rowsOf>, areTogether = false) =>
  checkRowSizes(rows, declared, limits, areTogether);
const tooLarge = (message: RegExp) => ({ name: 'RequestError', message }) as const;

test('rows within the limits pass, whatever their numbers and all rows together have', (t) => {
  t.notThrows(() => check(rowsOf([10, 10, 10, 0], [0, 0, 0, 30], [10, 0, 0, 20])));
  t.notThrows(() => check(rowsOf()));
});

test('a text that is too long is named with its row, its input and the setting', (t) => {
  const error = t.throws(
    () => check(rowsOf([1, 1, 1, 1], [11, 0, 0, 0])),
    tooLarge(/row 1, input "text": a text of 11 octets; .* at most 10 \(maxTextOctets in its model.json\)/),
  );
  t.is(error instanceof RequestError && error.reason, 'too-large');
  t.throws(() => check(rowsOf([1, 1, 1, 1], [1, 1, 1, 1], [0, 1, 12, 0])), tooLarge(/row 2, input "parts"/));
});

test('a row whose BYTES are too many together is named; a ranker’s rows are one', (t) => {
  t.throws(
    () => check(rowsOf([1, 1, 1, 1], [10, 10, 10, 1])),
    tooLarge(/row 1 has 31 octets of BYTES.*maxRowOctets/),
  );
  t.throws(
    () => check(rowsOf([0, 0, 0, 16], [0, 0, 0, 15]), true),
    tooLarge(/the candidates have 31 octets/),
  );
});
