import { Buffer } from 'node:buffer';
import { setTimeout } from 'node:timers/promises';
import test from 'ava';
import { hasRedis, RedisServer } from '../../../../../bench/serving/redis.js';
import { LookupError, MissingPackage, OptionError } from '../../../../../lib/errors.js';
import type { Fetcher, Key } from '../../../../../lib/features/lookup/index.js';
import { type RedisClient, redisSource } from '../../../../../lib/features/lookup/sources/redis.js';
import { messageOf, request } from '../ask.js';

const left = hasRedis ? '' : ' (left out without redis-server)';
const live = hasRedis ? test.serial : test.skip;

/** Asks until there is an answer: a busy machine may take longer than any timeout. */
async function answered(fetcher: Fetcher<Key>): Promise<void> {
  for (let i = 0; i < 1_000; i++) {
    const [outcome] = await request(fetcher, ['a']);
    if (outcome === null) return;
    await setTimeout(20);
  }
  throw new Error('no answer');
}

/** A client whose replies are given. */
function replying(replies: readonly (readonly [Error | null, unknown])[] | null): RedisClient {
  return { pipeline: () => ({ callBuffer: () => undefined, exec: async () => replies }) };
}

live(`hashes, bytes and JSON are read as numbers, in one round trip${left}`, async (t) => {
  const server = await RedisServer.start();
  const client = server.client();
  const source = await redisSource(server.url);
  try {
    await client.hset('h:a', { x: '1.5', y: '-2e3', z: '9' });
    await client.hset('h:7', { x: '1', y: 'many' });
    await client.hset('h:half', { x: '1' });
    await client.set('p:a', Buffer.from(Float32Array.of(1.5, -2).buffer));
    await client.set('p:odd', Buffer.from([1, 2, 3]));
    await client.set('d:a', Buffer.from(Float64Array.of(Math.PI).buffer));
    await client.set('j:a', '[1, 2.5]');
    await client.set('j:o', '{ "y": 2, "x": 1 }');
    await client.set('j:bad', '[1,');
    const [hashes, packed, doubles, arrays, members] = await Promise.all([
      request(source.hashes({ prefix: 'h:', fields: ['x', 'y'] }), ['a', 'none', 7, 'half']),
      request(source.packed({ prefix: 'p:' }), ['a', 'none', 'odd']),
      request(source.packed({ prefix: 'd:', type: 'float64' }), ['a']),
      request(source.json({ prefix: 'j:' }), ['a', 'none', 'o', 'bad']),
      request(source.json({ prefix: 'j:', fields: ['x', 'y'] }), ['o', 'a']),
    ]);
    t.is(source.counts.roundTrips, 1);
    t.is(source.counts.keys, 14);
    t.deepEqual(hashes.slice(0, 2), [[1.5, -2000], null]);
    t.regex(messageOf(hashes[2]), /^malformed: .*field 'y' is 'many'/);
    t.deepEqual(hashes[3], [1, Number.NaN]);
    t.deepEqual(packed.slice(0, 2), [[1.5, -2], null]);
    t.regex(messageOf(packed[2]), /^malformed: .*4 bytes a number, got 3 bytes/);
    t.deepEqual(doubles, [[Math.PI]]);
    t.deepEqual(arrays.slice(0, 2), [[1, 2.5], null]);
    t.regex(messageOf(arrays[2]), /^malformed: .*expected an array/);
    t.regex(messageOf(arrays[3]), /^malformed: .*JSON/);
    t.deepEqual(members[0], [1, 2]);
    t.regex(messageOf(members[1]), /^malformed: .*'x' is undefined/);
    // Of another kind than is asked for: what the server says no to is the key's own.
    const wrong = await request(source.packed({ prefix: 'h:' }), ['a', 'none']);
    t.regex(messageOf(wrong[0]), /^refused: .*WRONGTYPE/);
    t.is(wrong[1], null);
  } finally {
    await source.close();
    client.disconnect();
    await server.end();
  }
});

live(`a server that is killed is missed, and asked again when it is back${left}`, async (t) => {
  const server = await RedisServer.start();
  const source = await redisSource(server.url, {
    timeoutMs: 300,
    retries: 1,
    // Open for longer than a busy machine takes to ask three times.
    breaker: { failures: 3, openMs: 2_000 },
  });
  const fetcher = source.packed();
  try {
    await answered(fetcher);
    await server.kill();
    const reasons = new Set<string>();
    for (let i = 0; i < 8; i++) {
      for (const outcome of await request(fetcher, ['a', 'b'])) {
        if (outcome instanceof LookupError) reasons.add(outcome.reason);
        else t.fail('no server, no answer');
      }
    }
    t.true(reasons.has('open'));
    await server.restart();
    await answered(fetcher);
    t.pass();
  } finally {
    await source.close();
    await server.end();
  }
});

live(
  `opened, a connection is there before the first question; what is in the way is not told yet${left}`,
  async (t) => {
    const server = await RedisServer.start();
    const source = await redisSource(server.url, { timeoutMs: 5_000 });
    const fetcher = source.packed();
    const client = server.client();
    try {
      await fetcher.open();
      t.regex(String(await client.client('LIST')), /cmd=ping/);
      t.is(source.counts.roundTrips, 0);
      await server.kill();
      await t.notThrowsAsync(fetcher.open());
    } finally {
      client.disconnect();
      await source.close();
      await server.end();
    }
  },
);

live(`a server that hangs is given up in time${left}`, async (t) => {
  const server = await RedisServer.start();
  const source = await redisSource(server.url, { timeoutMs: 60, breaker: { failures: 1_000_000 } });
  const fetcher = source.packed();
  try {
    await answered(fetcher);
    server.pause();
    t.regex(messageOf((await request(fetcher, ['a']))[0]), /^timeout: .*within 60 ms/);
  } finally {
    server.resume();
    await source.close();
    await server.end();
  }
});

test('replies that are too few, or of another shape, are refused', async (t) => {
  const fetcher = async (replies: Parameters<typeof replying>[0]) =>
    (await redisSource(replying(replies), { retries: 0 })).hashes({ fields: ['x', 'y'] });
  t.regex(
    messageOf((await request(await fetcher([[null, []]]), ['a', 'b']))[0]),
    /malformed: .*1 values for 2 keys/,
  );
  t.regex(messageOf((await request(await fetcher(null), ['a']))[0]), /malformed: .*0 values for 1 keys/);
  t.regex(
    messageOf((await request(await fetcher([[null, [null]]]), ['a']))[0]),
    /malformed: .*expected 2 fields/,
  );
  const loading = Object.assign(new Error('LOADING the dataset'), { name: 'ReplyError' });
  t.regex(messageOf((await request(await fetcher([[loading, null]]), ['a']))[0]), /unreachable: .*LOADING/);
});

test('without ioredis it is named', async (t) => {
  const load = async () => {
    throw Object.assign(new Error('none'), { code: 'MODULE_NOT_FOUND' });
  };
  await t.throwsAsync(redisSource('redis://127.0.0.1', {}, load), {
    instanceOf: MissingPackage,
    message: /npm install ioredis/,
  });
});

test('options are checked', async (t) => {
  const refused = async (made: () => unknown, option: string) => {
    const error = await t.throwsAsync(async () => made(), { instanceOf: OptionError });
    t.is(error?.option, option);
  };
  const source = await redisSource(replying([]));
  await refused(() => redisSource('http://127.0.0.1'), 'server');
  await refused(() => redisSource(JSON.parse('{}')), 'server');
  await refused(() => redisSource('redis://127.0.0.1', JSON.parse('{ "pool": 3 }')), 'pool');
  await refused(() => source.hashes({ fields: [] }), 'fields');
  await refused(() => source.hashes(JSON.parse('{ "fields": ["x"], "prefix": 3 }')), 'prefix');
  await refused(() => source.packed(JSON.parse('{ "type": "float16" }')), 'packed.type');
  await refused(() => source.json(JSON.parse('{ "path": "x" }')), 'json.path');
});
