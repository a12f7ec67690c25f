import { checkKeys, checkOneOf, show } from '../../../check.js';
import { OptionError } from '../../../errors.js';
import { type Closable, closable } from '../../../util/closable.js';
import { type Load, optionalPackage } from '../../../util/packages.js';
import type { JsonValue } from '../../../util/state.js';
import { policyOf, type SourceOptions } from '../options.js';
import { type Fetcher, type Key, RemoteSource, type SourceCounts } from '../source.js';
import { numberOfText, numbersOf } from './numbers.js';

/** The part of an `ioredis` client that is used. */
export interface RedisClient {
  pipeline(): RedisPipeline;
}

/** The part of a Redis client’s pipeline that is used. */
export interface RedisPipeline {
  callBuffer(command: string, args: string[]): unknown;
  exec(): Promise<readonly (readonly [error: Error | null, reply: unknown])[] | null>;
}

/**
 * A Redis or Valkey server, with a fetcher for each kind of value. `close` ends a connection that
 * was made here, and leaves a client that was given.
 */
export interface RedisSource extends Closable {
  readonly name: string;
  readonly counts: SourceCounts;
  /**
   * Fields of hashes, as text. A hash without one of them is an error; a missing hash is unknown.
   */
  hashes(options: { readonly prefix?: string; readonly fields: readonly string[] }): Fetcher<Key>;
  /** Strings of bytes: numbers of 4 or 8 bytes, little-endian. @defaultValue type: 'float32' */
  packed(options?: { readonly prefix?: string; readonly type?: 'float32' | 'float64' }): Fetcher<Key>;
  /** Strings of JSON: an array of numbers, or with `fields` an object with those members. */
  json(options?: { readonly prefix?: string; readonly fields?: readonly string[] }): Fetcher<Key>;
}

/** A command and its arguments. */
type Command = readonly [name: string, ...args: string[]];

/** Errors of a server that can't answer yet, or any more: a retry may succeed. */
const PASSING = /^(LOADING|BUSY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|READONLY)\b/;

/**
 * Lookups in Redis or Valkey: all commands of a round trip go in one pipeline. Needs `ioredis`, where no client is
 * given.
 *
 * Its own connection reconnects whenever it is lost, at most half a second after each try.
 * Meanwhile lookups fail at once and are retried. A client that is given should queue and resend
 * nothing either: `{ maxRetriesPerRequest: 0, autoResendUnfulfilledCommands: false }`, or its
 * commands outlive their deadline.
 *
 * @param server `redis://…`, `rediss://…`, or an `ioredis` client
 * @param load how packages are imported; only tests have a reason to give it
 * @throws MissingPackage without `ioredis`; OptionError
 * @example
 * const redis = await redisSource('redis://127.0.0.1:6379', { timeoutMs: 50 });
 * const route = lookup({ key: routeOf, fetch: redis.hashes({ prefix: 'route:', fields: ['flights', 'late'] }), width: 2 });
 */
export async function redisSource(
  server: string | RedisClient,
  options: SourceOptions = {},
  load?: Load,
): Promise<RedisSource> {
  const policy = policyOf('redis', options);
  const own = typeof server === 'string' ? await connect(server, policy.timeoutMs, load) : undefined;
  const client = own ?? server;
  if (typeof client !== 'object' || client === null || typeof client.pipeline !== 'function') {
    throw new OptionError('server', `expected redis://… or an ioredis client, got ${show(server)}`);
  }
  const source = new RemoteSource<Command, unknown>(
    (commands) => send(client, commands),
    policy,
    () => send(client, [['PING']]),
  );
  const reading = (
    stated: JsonValue,
    command: (key: string) => Command,
    read: (reply: unknown) => ArrayLike<number> | null,
  ) => source.fetcher<Key>({ request: (key) => command(String(key)), read }, stated);
  return {
    name: source.name,
    get counts() {
      return source.counts;
    },
    hashes(hash) {
      checkKeys(hash, ['prefix', 'fields'], 'hashes.');
      const prefix = prefixOf(hash.prefix);
      const fields = fieldsOf(hash.fields);
      return reading(
        { hashes: { prefix, fields } },
        (key) => ['HMGET', prefix + key, ...fields],
        (reply) => readHash(reply, fields),
      );
    },
    packed(packed = {}) {
      checkKeys(packed, ['prefix', 'type'], 'packed.');
      const { type = 'float32' } = packed;
      checkOneOf('packed.type', type, ['float32', 'float64']);
      const prefix = prefixOf(packed.prefix);
      return reading(
        { packed: { prefix, type } },
        (key) => ['GET', prefix + key],
        (reply) => readPacked(reply, type),
      );
    },
    json(json = {}) {
      checkKeys(json, ['prefix', 'fields'], 'json.');
      const prefix = prefixOf(json.prefix);
      const fields = json.fields === undefined ? undefined : fieldsOf(json.fields);
      return reading(
        { json: { prefix, fields: fields ?? null } },
        (key) => ['GET', prefix + key],
        (reply) => readJson(reply, fields),
      );
    },
    ...closable(async () => own?.disconnect()),
  };
}

interface OwnClient extends RedisClient {
  disconnect(): void;
  on(event: 'error', heard: () => void): unknown;
}

type ClientClass = new (url: string, options: object) => OwnClient;

/** The package's main export is the class. */
function isClientClass(value: unknown): value is ClientClass {
  return typeof value === 'function';
}

async function connect(url: string, timeoutMs: number, load: Load | undefined): Promise<OwnClient> {
  if (!/^rediss?:\/\//.test(url)) {
    throw new OptionError('server', `expected redis://… or an ioredis client, got ${show(url)}`);
  }
  const Client = await optionalPackage('ioredis', 'a lookup in Redis', load);
  if (!isClientClass(Client))
    throw new OptionError('server', 'the ioredis that is installed is none that is known');
  const client = new Client(url, {
    // Lookups have retries and a deadline of their own, which commands queued here would outlive.
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    connectTimeout: Math.max(timeoutMs, 1_000),
    retryStrategy: (tries: number) => Math.min(500, 25 * 2 ** tries),
  });
  // Each command reports the error too: an error event without a listener would end the process.
  client.on('error', () => {});
  return client;
}

async function send(client: RedisClient, commands: readonly Command[]): Promise<readonly unknown[]> {
  const pipeline = client.pipeline();
  for (const [name, ...args] of commands) pipeline.callBuffer(name, args);
  const replies = (await pipeline.exec()) ?? [];
  return replies.map(([error, reply]) => {
    if (error === null) return reply;
    // An error that isn't a server's reply concerns the connection, and so all commands.
    if (error.name !== 'ReplyError' || PASSING.test(error.message)) throw error;
    return error;
  });
}

function prefixOf(prefix: string | undefined): string {
  if (prefix === undefined || typeof prefix === 'string') return prefix ?? '';
  throw new OptionError('prefix', `expected text before the key, got ${show(prefix)}`);
}

function fieldsOf(fields: readonly string[]): readonly string[] {
  if (Array.isArray(fields) && fields.length > 0 && fields.every((field) => typeof field === 'string'))
    return fields;
  throw new OptionError('fields', `expected names of fields, got ${show(fields)}`);
}

/** A reply's values; null if there's nothing under the key. @throws Error that says why it can't be read */
function readHash(reply: unknown, fields: readonly string[]): number[] | null {
  if (!Array.isArray(reply) || reply.length !== fields.length) {
    throw new Error(`expected ${fields.length} fields of a hash, got ${show(reply)}`);
  }
  if (reply.every((value) => value === null)) return null;
  return reply.map((value: unknown, f) => {
    if (Buffer.isBuffer(value)) return numberOfText(value.toString('latin1'), `field '${fields[f]}'`);
    if (value === null) return Number.NaN;
    throw new Error(`field '${fields[f]}' is ${show(value)}, and no text`);
  });
}

function readPacked(reply: unknown, type: 'float32' | 'float64'): ArrayLike<number> | null {
  if (reply === null) return null;
  const size = type === 'float32' ? 4 : 8;
  if (!Buffer.isBuffer(reply) || reply.length % size !== 0) {
    throw new Error(
      `expected ${size} bytes a number, got ${Buffer.isBuffer(reply) ? `${reply.length} bytes` : show(reply)}`,
    );
  }
  return Array.from({ length: reply.length / size }, (_, i) =>
    size === 4 ? reply.readFloatLE(4 * i) : reply.readDoubleLE(8 * i),
  );
}

function readJson(reply: unknown, fields: readonly string[] | undefined): number[] | null {
  if (reply === null) return null;
  if (!Buffer.isBuffer(reply)) throw new Error(`expected text, got ${show(reply)}`);
  return numbersOf(JSON.parse(reply.toString()), fields);
}
