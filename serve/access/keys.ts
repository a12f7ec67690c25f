import { createHash, timingSafeEqual } from 'node:crypto';
import { OptionError } from '../../lib/errors.js';
import type { Caller, Right } from './caller.js';
import { checkMembers, misfit, rightsOf } from './members.js';

/** An API key: itself, or its digest, which is safe to keep in a file. */
export interface KeyOptions {
  /** The key, 16 characters or more. */
  readonly key?: string;
  /** SHA-256 of the key, as 64 hexadecimal digits. */
  readonly digest?: string;
  /** Whom the key belongs to. */
  readonly tenant: string;
  /** @defaultValue ['infer'] */
  readonly rights?: readonly Right[];
}

/** Guessing a key of as many random letters takes longer than servers live. */
const LEAST_LENGTH = 16;

/** The caller who has a key, if any. Every digest is compared, each in constant time. */
export type FindKey = (key: string) => Caller | undefined;

/** @throws OptionError */
export function keyFinder(keys: readonly KeyOptions[]): FindKey {
  if (!Array.isArray(keys)) throw misfit('keys', 'an array of keys', keys);
  const known = keys.map((key, i) => ({
    digest: digestOf(key, `keys[${i}]`),
    caller: callerOf(key, `keys[${i}]`),
  }));
  const seen = new Map<string, number>();
  known.forEach(({ digest }, i) => {
    const hex = digest.toString('hex');
    const before = seen.get(hex);
    if (before !== undefined) throw new OptionError(`keys[${i}]`, `is the same key as keys[${before}]`);
    seen.set(hex, i);
  });
  return (key) => {
    const digest = sha256(key);
    let found: Caller | undefined;
    for (const one of known) if (timingSafeEqual(one.digest, digest)) found = one.caller;
    return found;
  };
}

function callerOf({ tenant, rights = ['infer'] }: KeyOptions, name: string): Caller {
  if (typeof tenant !== 'string' || tenant === '') throw misfit(`${name}.tenant`, 'a name', tenant);
  return { tenant, rights: rightsOf(rights, `${name}.rights`) };
}

function digestOf(options: KeyOptions, name: string): Buffer {
  checkMembers(options, ['key', 'digest', 'tenant', 'rights'], name);
  const { key, digest } = options;
  if ((key === undefined) === (digest === undefined)) {
    throw new OptionError(name, "expected 'key' or its 'digest', and not both");
  }
  if (key !== undefined) {
    if (typeof key !== 'string' || key.length < LEAST_LENGTH) {
      throw new OptionError(`${name}.key`, `expected ${LEAST_LENGTH} characters or more`);
    }
    return sha256(key);
  }
  if (typeof digest !== 'string' || !/^[0-9a-f]{64}$/i.test(digest))
    throw misfit(`${name}.digest`, '64 hexadecimal digits', digest);
  return Buffer.from(digest, 'hex');
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
