import test from 'ava';
import { greyImage } from '../../../detect/image/index.js';
import { OptionError } from '../../../lib/errors.js';

const bytes = (length: number) => new Uint8Array(length);

test('colours become grey by the shares of OpenCV, and alpha is ignored', (t) => {
  const data = Uint8ClampedArray.of(255, 0, 0, 0, 0, 255, 0, 9, 0, 0, 255, 255, 255, 255, 255, 255);
  t.deepEqual([...greyImage({ data, width: 2, height: 2 }).data], [76, 150, 29, 255]);
});

test('grey bytes are taken as they are, with or without a stride', (t) => {
  const data = bytes(14);
  t.deepEqual(greyImage({ data, width: 4, height: 3, stride: 5 }), { data, width: 4, height: 3, stride: 5 });
  t.is(greyImage({ data, width: 7, height: 2 }).stride, 7);
});

for (const [name, option, image] of [
  ['a length that fits nothing', 'data', { data: bytes(13), width: 4, height: 3 }],
  ['too few bytes for the stride', 'data', { data: bytes(13), width: 4, height: 3, stride: 5 }],
  ['a stride below the width', 'stride', { data: bytes(12), width: 4, height: 3, stride: 3 }],
  ['a stride that is not whole', 'stride', { data: bytes(12), width: 2, height: 3, stride: 2.5 }],
  ['no width', 'width', { data: bytes(0), width: 0, height: 3 }],
  ['a width past 2 ** 31', 'width', { data: bytes(12), width: 2 ** 31, height: 1 }],
  ['more pixels than 2 ** 31', 'height', { data: bytes(12), width: 2 ** 16, height: 2 ** 16 }],
  ['a height of NaN', 'height', { data: bytes(12), width: 4, height: Number.NaN }],
] as const) {
  test(`refused: ${name}`, (t) => {
    const error = t.throws(() => greyImage(image), { instanceOf: OptionError });
    t.is(error?.option, option);
  });
}

test('refused: what holds no bytes', (t) => {
  const floats: unknown = new Float32Array(12);
  const image = { data: floats as Uint8Array, width: 4, height: 3 };
  t.is(t.throws(() => greyImage(image), { instanceOf: OptionError })?.option, 'data');
  const nothing: unknown = undefined;
  t.is(t.throws(() => greyImage(nothing as typeof image), { instanceOf: OptionError })?.option, 'image');
});
