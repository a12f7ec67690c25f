import test from 'ava';
import fc from 'fast-check';
import { hasRedis, RedisServer } from '../../../../bench/serving/redis.js';
import { gather } from '../../../../lib/data/blocks/index.js';
import { redisTier } from '../../../../lib/features/cache/index.js';
import { decodeBlock, encodeBlock } from '../../../../lib/features/cache/tier.js';
import { numbersOf } from './features.js';

const live = hasRedis ? test : test.skip;

test('a block there and back is the same; a part of its bytes, or one of other columns, is none', (t) => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.boolean(),
      fc.integer({ min: 1, max: 9 }),
      fc.nat(100),
      (key, sparse, columns, cut) => {
        const block = gather(numbersOf([key], columns, sparse), [0]);
        const bytes = encodeBlock(block);
        t.deepEqual(decodeBlock(bytes, columns), block);
        t.is(decodeBlock(bytes, columns + 1), undefined);
        t.is(decodeBlock(bytes.subarray(0, cut % bytes.length), columns), undefined);
      },
    ),
  );
});

test('numbers are little-endian after a head of kind, columns and count', (t) => {
  const block = { kind: 'dense', rows: 1, columns: 2, values: Float32Array.of(1, -2) } as const;
  t.is(Buffer.from(encodeBlock(block)).toString('hex'), '0000000002000000020000000000803f000000c0');
});

live('Redis keeps entries for their time, each under its key', async (t) => {
  const server = await RedisServer.start();
  const client = server.client();
  try {
    const tier = redisTier(client, { prefix: 'p:', ttlMs: 60_000 });
    await tier.set([['a', Uint8Array.of(1, 0, 255)]], undefined);
    await tier.set([['b', Uint8Array.of(2)]], 5_000);
    t.deepEqual(
      (await tier.get(['a', 'none', 'b'])).map((bytes) => bytes && [...bytes]),
      [[1, 0, 255], null, [2]],
    );
    t.true((await client.pttl('p:a')) > 50_000);
    const left = await client.pttl('p:b');
    t.true(left > 0 && left <= 5_000);
  } finally {
    client.disconnect();
    await server.kill();
  }
});
