import test from 'ava';
import fc from 'fast-check';
import { ArtifactError } from '../../../../lib/errors.js';
import {
  type Field,
  fieldsOf,
  fieldText,
  floats,
  MessageWriter,
  wholes,
} from '../../../../lib/models/onnxFile/index.js';

const hex = (bytes: string) => Uint8Array.from(bytes.split(' '), (byte) => Number.parseInt(byte, 16));
const only = (bytes: Uint8Array): Field => {
  const [field, ...others] = fieldsOf(bytes);
  if (field === undefined || others.length > 0) throw new Error('expected one field');
  return field;
};

// The examples of "Protocol Buffers: Encoding".
test('fields are read as the format’s own examples', (t) => {
  t.like(only(hex('08 96 01')), { number: 1, whole: 150 });
  const said = only(hex('12 07 74 65 73 74 69 6e 67'));
  t.deepEqual([said.number, fieldText(said)], [2, 'testing']);
  t.deepEqual(wholes(only(hex('32 06 03 8e 02 9e a7 05'))), [3, 270, 86_942]);
  t.is(only(hex('08 fe ff ff ff ff ff ff ff ff 01')).whole, -2);
  t.deepEqual(floats(only(hex('0d 00 00 20 40')), 4), [2.5]);
  t.deepEqual(floats(only(hex('09 00 00 00 00 00 00 04 40')), 8), [2.5]);
});

test('fields are written as the format’s own examples', (t) => {
  t.deepEqual(new MessageWriter().whole(1, 150).finish(), hex('08 96 01'));
  t.deepEqual(new MessageWriter().text(2, 'testing').finish(), hex('12 07 74 65 73 74 69 6e 67'));
  t.deepEqual(new MessageWriter().wholes(6, [3, 270, 86_942]).finish(), hex('32 06 03 8e 02 9e a7 05'));
  t.deepEqual(
    new MessageWriter().message(3, new MessageWriter().whole(1, 150)).finish(),
    hex('1a 03 08 96 01'),
  );
});

test('a message may be used twice, and written on', (t) => {
  const inner = new MessageWriter().whole(1, 150);
  const outer = new MessageWriter().message(3, inner).message(3, inner.whole(2, 1));
  t.deepEqual(outer.finish(), hex('1a 03 08 96 01 1a 05 08 96 01 10 01'));
  t.deepEqual(outer.finish(), outer.finish());
});

test('what is beyond Float32 is infinite', (t) => {
  const bytes = new MessageWriter().floats(7, [1e39, -1e39, 0.1, Number.NaN]).finish();
  const [infinite, negative, tenth, missing] = floats(only(bytes), 4);
  t.deepEqual(
    [infinite, negative, tenth],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Math.fround(0.1)],
  );
  t.true(Number.isNaN(missing));
});

test('what is written is read', (t) => {
  const whole = fc.maxSafeInteger();
  fc.assert(
    fc.property(
      whole,
      fc.string({ unit: 'grapheme' }),
      fc.array(whole, { minLength: 1 }),
      (one, said, many) => {
        const bytes = new MessageWriter().whole(1, one).text(2, said).wholes(300, many).finish();
        const [first, second, third] = fieldsOf(bytes);
        t.deepEqual([first.whole, fieldText(second), third.number, wholes(third)], [one, said, 300, many]);
      },
    ),
  );
});

test('bytes that are no message are an ArtifactError, never the reader’s own', (t) => {
  const refused = (bytes: string, message: RegExp) => {
    const error = t.throws(() => [...fieldsOf(hex(bytes))].map(wholes), { instanceOf: ArtifactError }, bytes);
    t.is(error?.reason, 'damaged');
    t.regex(error?.message ?? '', message, bytes);
  };
  refused('08', /cut short/);
  refused('08 96', /cut short/);
  refused('12 07 74', /cut short/);
  refused('12 ff ff ff ff 0f', /cut short/);
  refused('0d 00 00', /cut short/);
  refused('09 00 00 00 00', /cut short/);
  refused('32 01 80', /cut short/);
  refused('00 01', /field no 0/);
  refused('0b 0c', /kind 3/);
  refused('0c', /kind 4/);
  refused('0e', /wire type 6/);
  refused('08 ff ff ff ff ff ff ff ff ff ff 01', /varint/);
  refused('32 0b ff ff ff ff ff ff ff ff ff ff 01', /varint/);
});
