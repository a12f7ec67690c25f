import test from 'ava';
import sharp from 'sharp';
import { readImage } from '../../cli/image.js';
import { readPgm } from '../../cli/pgm.js';
import { ArtifactError, MissingPackage } from '../../index.js';

const pgm = (header: string, pixels: readonly number[]) =>
  Uint8Array.from([...Buffer.from(header, 'latin1'), ...pixels]);

test('PGM: comments, blanks, and a maximum below 255', (t) => {
  const read = (header: string, pixels: readonly number[]) => readPgm(pgm(header, pixels), 'a.pgm');
  t.deepEqual(read('P5\n3 2\n255\n', [1, 2, 3, 4, 5, 6]), {
    data: Uint8Array.of(1, 2, 3, 4, 5, 6),
    width: 3,
    height: 2,
  });
  // The first pixel may look like a blank.
  t.deepEqual([...read('P5 # by hand\n#\n 2\t1\r\n255\n', [10, 32]).data], [10, 32]);
  t.deepEqual([...read('P5 3 1 15 ', [0, 7, 15]).data], [0, 119, 255]);
});

test('PGM: what is cut short or of another kind is refused by name', (t) => {
  const refuses = (
    header: string,
    pixels: readonly number[],
    reason: ArtifactError['reason'],
    message: RegExp,
  ) => {
    const error = t.throws(() => readPgm(pgm(header, pixels), 'a.pgm'), {
      instanceOf: ArtifactError,
      message,
    });
    t.is(error?.reason, reason);
  };
  refuses('P5 2 2 255 ', [1, 2, 3], 'damaged', /a\.pgm .*2 x 2 pixels need 4 bytes, got 3/);
  refuses('P5 2', [], 'damaged', /expected a height/);
  refuses('P5 x', [], 'damaged', /expected a width/);
  refuses('P5 0 2 255 ', [], 'damaged', /expected a width above 0/);
  refuses('P5 99999999999999 2 255 ', [], 'damaged', /need/);
  refuses('P5 1 1 65535 ', [0, 0], 'unsupported', /8 bits a pixel, got a maximum of 65535/);
});

test('PGM needs no package; other images do', async (t) => {
  const load = async () => {
    throw Object.assign(new Error('gone'), { code: 'MODULE_NOT_FOUND' });
  };
  const { pixels } = await readImage(pgm('P5 1 1 255 ', [7]), 'a.pgm', load);
  t.is(pixels.width, 1);
  const error = await t.throwsAsync(readImage(Uint8Array.of(0x89, 0x50), 'a.png', load), {
    instanceOf: MissingPackage,
  });
  t.regex(error?.message ?? '', /npm install sharp/);
});

test('PNG and JPEG: pixels for detect, the file itself in the drawing', async (t) => {
  const raw = Uint8Array.from({ length: 3 * 8 * 6 }, (_, i) => (i * 5) % 256);
  const image = sharp(raw, { raw: { width: 8, height: 6, channels: 3 } });
  const png = await image.clone().png().toBuffer();
  const { pixels, picture } = await readImage(png, 'a.png');
  t.deepEqual([pixels.width, pixels.height, pixels.data.length], [8, 6, 4 * 8 * 6]);
  t.deepEqual([...pixels.data.subarray(0, 8)], [0, 5, 10, 255, 15, 20, 25, 255]);
  t.true('href' in picture && picture.href === `data:image/png;base64,${png.toString('base64')}`);
  const jpeg = await image.clone().jpeg().toBuffer();
  const decoded = await readImage(jpeg, 'a.jpg');
  t.true('href' in decoded.picture && decoded.picture.href.startsWith('data:image/jpeg;base64,'));
});

test('a photograph that was taken upright is turned, pixels and drawing alike', async (t) => {
  const raw = new Uint8Array(3 * 8 * 6);
  const turned = await sharp(raw, { raw: { width: 8, height: 6, channels: 3 } })
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer();
  const { pixels, picture } = await readImage(turned, 'a.jpg');
  t.deepEqual([pixels.width, pixels.height], [6, 8]);
  t.deepEqual([picture.width, picture.height], [6, 8]);
  t.true('href' in picture && picture.href.startsWith('data:image/png'));
});

test('a file that no decoder knows is damaged', async (t) => {
  const error = await t.throwsAsync(readImage(Uint8Array.of(1, 2, 3), 'b.png'), {
    instanceOf: ArtifactError,
  });
  t.is(error?.reason, 'damaged');
  t.regex(error?.message ?? '', /^b\.png can't be decoded/);
});
