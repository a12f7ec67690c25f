import test from 'ava';
import {
  bytesOfRows,
  countRows,
  entries,
  gather,
  type LateBlock,
  readRows,
  SparseWriter,
  selectRows,
  storedBlock,
  wholeRows,
} from '../../../../lib/data/blocks/index.js';

const writer = new SparseWriter(4, 3, 6);
for (const row of [[0, 2], [1], [], [0, 1, 2]]) {
  for (const column of row) writer.push(column, column + row.length / 8);
  writer.endRow();
}
const block = writer.block();

test('a late block reads as the block that it makes, and makes no rows that nobody wants', (t) => {
  const made: (number[] | undefined)[] = [];
  const late: LateBlock = {
    kind: 'late',
    rows: 4,
    columns: 3,
    entries: entries(block),
    make(rows) {
      made.push(rows && [...rows]);
      return rows === undefined ? block : gather(block, rows);
    },
  };
  const some = selectRows(selectRows({ block: late }, Int32Array.of(3, 0, 1)), Int32Array.of(2, 0));
  const same = selectRows({ block }, Int32Array.of(1, 3));
  t.is(countRows({ block: late }), 4);
  t.is(countRows(some), 2);
  t.is(bytesOfRows(some), bytesOfRows(same));
  t.is(bytesOfRows({ block: late }), bytesOfRows({ block }));
  t.deepEqual(made, []);

  t.deepEqual(readRows(some), readRows(same));
  t.deepEqual(readRows(wholeRows({ block: late, rows: Int32Array.of(0, 1, 2, 3) })), block);
  t.is(storedBlock(block), block);
  t.throws(() => storedBlock(late), { instanceOf: TypeError, message: /late block/ });
  t.deepEqual(made, [[1, 3], undefined]);
});
