import test from 'ava';
import { contentsOf, rowsDigest } from '../../../cascades/holdout/index.js';
import { RowReader } from '../../../lib/data/rows/index.js';
import { numbersDigest } from '../../../lib/util/digest.js';

class Hidden {
  #id: number;
  constructor(id: number) {
    this.#id = id;
  }
  get id() {
    return this.#id;
  }
}

test('a digest of rows is that of their sorted keys, and none where a row has no content', (t) => {
  // 1 and 2 as little-endian doubles: printf '\\0\\0\\0\\0\\0\\0\\360\\77\\0\\0\\0\\0\\0\\0\\0\\100' | sha256sum
  t.is(numbersDigest(Float64Array.of(1, 2)), 'dc91ce9a50ddc828740aa26743716897');
  const reader = new RowReader();
  const digest = (...rows: unknown[]) => rowsDigest(contentsOf(reader, rows, undefined));
  const [a, b, c] = [{ text: 'a' }, { text: 'b' }, { text: 'c' }];
  t.is(digest(a, b, c), digest(c, { ...a }, b));
  t.not(digest(a, b, c), digest(a, b, { text: 'd' }));
  t.not(digest(a, b), digest(a, b, b));
  t.is(digest(a, new Hidden(1)), undefined);
  t.is(digest(), undefined);
});
