import { show } from '../../../check.js';
import { numberOf, numbersOf } from './numbers.js';

/**
 * Replies of Redis as values; null if there's nothing under the key. Throws if a reply can't be
 * read, with the reason.
 */

export function readHash(reply: unknown, fields: readonly string[]): number[] | null {
  if (!Array.isArray(reply) || reply.length !== fields.length) {
    throw new Error(`expected ${fields.length} fields of a hash, got ${show(reply)}`);
  }
  if (reply.every((value) => value === null)) return null;
  return reply.map((value: unknown, f) => {
    if (Buffer.isBuffer(value)) return numberOf(value.toString('latin1'), `field '${fields[f]}'`);
    throw new Error(`field '${fields[f]}' is missing`);
  });
}

export function readPacked(reply: unknown, type: 'float32' | 'float64'): ArrayLike<number> | null {
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

export function readJson(reply: unknown, fields: readonly string[] | undefined): number[] | null {
  if (reply === null) return null;
  if (!Buffer.isBuffer(reply)) throw new Error(`expected text, got ${show(reply)}`);
  return numbersOf(JSON.parse(reply.toString()), fields);
}
