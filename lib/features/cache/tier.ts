import { sha256 } from '#sha256';
import { checkKeys, checkPositive, show } from '../../check.js';
import { type Block, denseBlock, withExact } from '../../data/blocks/index.js';
import { OptionError } from '../../errors.js';
import { type Feature, type FittedFeature, stable } from '../define/index.js';

/**
 * A second cache, slower and larger, shared by several processes. A rejection or a timeout counts
 * as a miss. After five of them in a row the cache is left alone for half a second.
 */
export interface Tier {
  /** Milliseconds that are waited for it. @defaultValue 50 */
  readonly timeoutMs?: number;
  /** The entries under these keys, in the order of the keys. */
  get(keys: readonly string[]): Promise<readonly (Uint8Array | null)[]>;
  /** @param ttlMs milliseconds after which it forgets them */
  set(
    entries: readonly (readonly [key: string, value: Uint8Array])[],
    ttlMs: number | undefined,
  ): Promise<void>;
}

/** The part of an `ioredis` client that is used. */
export interface TierClient {
  mgetBuffer(keys: string[]): Promise<readonly (Uint8Array | null)[]>;
  pipeline(): TierPipeline;
}

export interface TierPipeline {
  call(command: string, args: (string | number | Uint8Array)[]): unknown;
  exec(): Promise<unknown>;
}

/** The default of the milliseconds to wait for an answer. */
export const PATIENCE = 50;

/** Options of `redisTier`. */
export interface RedisTierOptions {
  /** Put before every key. @defaultValue 'spillway:' */
  readonly prefix?: string;
  /** Milliseconds after which entries without a time of their own are forgotten. @defaultValue a day */
  readonly ttlMs?: number;
  /** Milliseconds that an answer is waited for: without one, numbers are computed. @defaultValue 50 */
  readonly timeoutMs?: number;
}

/**
 * Redis or Valkey as a second cache: one command for all lookups of a stage, one pipeline for all
 * that it stores.
 *
 * @param client of `ioredis`
 * @throws OptionError for a client that is none, or an option that is unknown or out of its range
 * @example
 * const cache = featureCache({ maxBytes: 64e6, tier: redisTier(new Redis(url)) });
 */
export function redisTier(client: TierClient, options: RedisTierOptions = {}): Tier {
  checkKeys(options, ['prefix', 'ttlMs', 'timeoutMs']);
  const { prefix = 'spillway:', ttlMs: longest = 86_400_000, timeoutMs = PATIENCE } = options;
  checkPositive('ttlMs', longest, 'milliseconds above 0');
  checkPositive('timeoutMs', timeoutMs, 'milliseconds above 0');
  if (typeof client?.mgetBuffer !== 'function')
    throw new OptionError('client', `expected a client of ioredis, got ${show(client)}`);
  return {
    timeoutMs,
    get: (keys) => client.mgetBuffer(keys.map((key) => prefix + key)),
    async set(entries, ttlMs = longest) {
      const pipeline = client.pipeline();
      for (const [key, value] of entries) {
        const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
        pipeline.call('set', [prefix + key, bytes, 'PX', String(Math.max(1, Math.round(ttlMs)))]);
      }
      await pipeline.exec();
    },
  };
}

/** Identifies a fitted feature's values among all others, in every process alike. */
export function featureIdentity(
  name: string,
  { kind, version, options }: Pick<Feature<never>, 'kind' | 'version' | 'options'>,
  { columns, state }: Pick<FittedFeature<never>, 'columns' | 'state'>,
): string {
  const encoder = new TextEncoder();
  const parts: Uint8Array[] = [
    encoder.encode(JSON.stringify([name, kind, version ?? null, stable(options), columns, state.json])),
  ];
  for (const [name, tensor] of Object.entries(state.tensors)) {
    const { buffer, byteOffset, byteLength } = tensor;
    parts.push(encoder.encode(JSON.stringify([name, tensor.constructor.name, byteLength])));
    parts.push(new Uint8Array(buffer, byteOffset, byteLength));
  }
  return sha256(parts).slice(0, 32);
}

/** Kinds of blocks in bytes: whether they are sparse, and whether doubles follow their values. */
const [SPARSE, EXACT] = [1, 2];

/**
 * A row's block as bytes: its kind, its columns, its number of entries, then columns, values and,
 * where it has them, doubles, little-endian.
 */
export function encodeBlock(block: Block): Uint8Array {
  const sparse = block.kind === 'sparse';
  const count = sparse ? block.offsets[1] : block.columns;
  const { exact } = block;
  const kind = (sparse ? SPARSE : 0) | (exact === undefined ? 0 : EXACT);
  const bytes = new Uint8Array(HEADER + count * bytesOfEntry(kind));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, kind, true);
  view.setUint32(4, block.columns, true);
  view.setUint32(8, count, true);
  const numbers = new Uint32Array(block.values.buffer, block.values.byteOffset, count);
  let at = HEADER;
  if (sparse) for (let e = 0; e < count; e++, at += 4) view.setUint32(at, block.indices[e], true);
  for (let e = 0; e < count; e++, at += 4) view.setUint32(at, numbers[e], true);
  if (exact !== undefined) for (let e = 0; e < count; e++, at += 8) view.setFloat64(at, exact[e], true);
  return bytes;
}

function bytesOfEntry(kind: number): number {
  return 4 + (kind & SPARSE ? 4 : 0) + (kind & EXACT ? 8 : 0);
}

/** The block that was encoded; undefined if the bytes don't encode one with `columns` columns. */
export function decodeBlock(bytes: Uint8Array, columns: number): Block | undefined {
  if (bytes.byteLength < HEADER) return;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [kind, width, count] = [0, 4, 8].map((at) => view.getUint32(at, true));
  const isSparse = (kind & SPARSE) !== 0;
  const known = kind <= (SPARSE | EXACT) && width === columns;
  if (!known || bytes.byteLength !== HEADER + count * bytesOfEntry(kind)) return;
  const numbers = new Uint32Array(count);
  const first = isSparse ? HEADER + 4 * count : HEADER;
  for (let e = 0; e < count; e++) numbers[e] = view.getUint32(first + 4 * e, true);
  const values = new Float32Array(numbers.buffer);
  const end = first + 4 * count;
  const exact =
    kind & EXACT
      ? Float64Array.from({ length: count }, (_, e) => view.getFloat64(end + 8 * e, true))
      : undefined;
  if (!isSparse) return count === columns ? withExact(denseBlock(1, columns, values), exact) : undefined;
  const indices = Uint32Array.from({ length: count }, (_, e) => view.getUint32(HEADER + 4 * e, true));
  if (!indices.every((column) => column < columns)) return;
  const offsets = Uint32Array.of(0, count);
  return withExact({ kind: 'sparse', rows: 1, columns, offsets, indices, values }, exact);
}

const HEADER = 12;
