import test from 'ava';
import fc from 'fast-check';
import { addTexts } from '../../../batch/formats/arrow/columns.js';
import { BatchMemory } from '../../../batch/formats/arrow/memory.js';

/** The texts that a column of Arrow holds: validity, offsets, octets. */
function written(values: readonly (string | null)[]): (string | null)[] {
  const memory = new BatchMemory(values.length);
  addTexts(memory, values);
  const all = Buffer.from(memory.joined([]));
  const [validity, offsets, octets] = memory.buffers;
  return values.map((_, i) => {
    const [from, to] = [all.readInt32LE(offsets.offset + 4 * i), all.readInt32LE(offsets.offset + 4 * i + 4)];
    const isThere = validity.length === 0 || (all[validity.offset + (i >> 3)] & (1 << (i & 7))) !== 0;
    return isThere ? all.toString('utf8', octets.offset + from, octets.offset + to) : null;
  });
}

test('texts of a column are those that were given: few or many, short or long, missing or all the same', (t) => {
  const text = fc.oneof(
    fc.constantFrom(null, '', 'late', 'in time', 'zu spät – 遅い', 'x'.repeat(50)),
    fc.string({ unit: 'grapheme' }),
  );
  fc.assert(fc.property(fc.array(text), (values) => void t.deepEqual(written(values), values)));
  for (const value of [null, '', 'certified', 'größer'])
    t.deepEqual(written([value, value, value]), [value, value, value]);
});
