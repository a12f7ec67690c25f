import { createHash } from 'node:crypto';
import test from 'ava';
import fc from 'fast-check';
import * as light from '../../../lib/util/lightSha256.js';
import * as node from '../../../lib/util/sha256.js';

const bytes = (text: string) => new TextEncoder().encode(text);

for (const [name, { sha256 }] of Object.entries({ light, node })) {
  test(`${name}: the digests of FIPS 180-4`, (t) => {
    t.is(sha256([]), 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    t.is(
      sha256([bytes('ab'), bytes('c')]),
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
  });

  test(`${name}: agrees with Node on every length around a block, however the bytes are cut`, (t) => {
    for (let length = 0; length < 200; length++) {
      const all = Uint8Array.from({ length }, (_, i) => (i * 37 + length) & 255);
      const cut = length >> 1;
      t.is(sha256([all.subarray(0, cut), all.subarray(cut)]), createHash('sha256').update(all).digest('hex'));
    }
  });

  test(`${name}: agrees with Node on any parts`, (t) => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 })), (parts) => {
        const hash = createHash('sha256');
        for (const part of parts) hash.update(part);
        t.is(sha256(parts), hash.digest('hex'));
      }),
    );
  });
}
