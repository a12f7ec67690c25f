import test from 'ava';
import { readTar } from '../../../bench/peers/tarballs.js';

/** A file, or an extended header, in blocks of 512 bytes. */
function entry(name: string, text: string, { type = '0', prefix = '' } = {}): Buffer {
  const header = Buffer.alloc(512);
  const content = Buffer.from(text);
  header.write(name, 0);
  header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124);
  header.write(type, 156);
  header.write(prefix, 345);
  return Buffer.concat([header, content, Buffer.alloc(-content.length & 511)]);
}

const END = Buffer.alloc(1024);

test('files are read by their short, split and extended paths', (t) => {
  const long = `package/${'deep/'.repeat(30)}README.md`;
  const tar = Buffer.concat([
    entry('package/README.md', 'ä'),
    entry('package/lib', '', { type: '5' }),
    entry('README.md', 'x'.repeat(513), { prefix: 'package/lib/a' }),
    entry('PaxHeader', `${long.length + 10} path=${long}\n`, { type: 'x' }),
    entry('package/short', 'long'),
    entry('package/index.js', 'not wanted'),
    END,
  ]);
  t.deepEqual(
    readTar(tar, (path) => path.endsWith('README.md')),
    [
      { path: 'README.md', text: 'ä' },
      { path: 'lib/a/README.md', text: 'x'.repeat(513) },
      { path: long.slice('package/'.length), text: 'long' },
    ],
  );
});
