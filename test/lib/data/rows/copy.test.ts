import test from 'ava';
import { copyOf, RowReader } from '../../../../lib/data/rows/index.js';

class Mail {
  words = ['b', 'a'];
  get first() {
    return this.words[0];
  }
}

test('a copy holds the same, and changes apart from what it is of', (t) => {
  const row = {
    list: [2, 1],
    numbers: Float32Array.of(2, 1),
    bytes: Buffer.from('ba'),
    date: new Date(0),
    map: new Map([['a', [2, 1]]]),
    set: new Set([1]),
    mail: new Mail(),
    text: 'a',
    itself: null as unknown,
  };
  row.itself = row;
  const copy = copyOf(row);
  const reader = new RowReader();
  const [before, same] = reader.keysOf([row, copy]).keys;
  t.is(before, same);
  t.is(copy.itself, copy);
  row.list.sort();
  row.numbers.sort();
  row.bytes.sort();
  row.date.setTime(1);
  row.map.get('a')?.sort();
  row.set.clear();
  row.mail.words.sort();
  t.is(reader.keysOf([copy]).keys[0], before);
  t.not(reader.keysOf([row]).keys[0], before);
  t.deepEqual([copy.mail.first, row.mail.first], ['b', 'a']);
  t.is(copy.bytes.toString('latin1'), 'ba');
});

test('what is no object is its own copy', (t) => {
  t.deepEqual([copyOf(1), copyOf('a'), copyOf(null), copyOf(undefined)], [1, 'a', null, undefined]);
});
