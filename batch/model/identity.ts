import { createHash } from 'node:crypto';
import { RETRAINED } from '#hints';
import { IdentityError } from '../../lib/errors.js';

/** What answers depend on. Two models of one identity give the same rows the same answers, bit for bit. */
export interface Identity {
  /** SHA-256 of the artifact's content. */
  readonly artifact: string;
  /** Of the features' module with all that it imports; of nothing where the artifact is enough. */
  readonly features: string;
  /** This library's version. */
  readonly spillway: string;
  /** Node's version, platform and architecture. */
  readonly engine: string;
}

/** The features' part where the artifact is enough: the SHA-256 of nothing. */
export const NO_CODE = createHash('sha256').digest('hex');

/** One word for a name of a unit or an option: `<artifact>-<features>-<spillway>-<engine>`, hashes by 12 digits. */
export function identityText({ artifact, features, spillway, engine }: Identity): string {
  return [short(artifact), short(features), spillway, engineHash(engine)].join('-');
}

const TEXT = /^([0-9a-f]{12})-([0-9a-f]{12})-(.+)-([0-9a-f]{12})$/;

/** @throws IdentityError that names the parts which differ */
export function checkExpected(found: Identity, expected: string): void {
  const text = identityText(found);
  if (text === expected) return;
  const parts = TEXT.exec(expected);
  if (parts === null) {
    throw new IdentityError(
      [],
      `expected '${expected}', which is no identity; this model's is ${text}, as --identity prints it`,
    );
  }
  const [, artifact, features, spillway, engine] = parts;
  const differ = [
    ...(artifact === short(found.artifact) ? [] : ['artifact']),
    ...(features === short(found.features) ? [] : ['features']),
    ...(spillway === found.spillway ? [] : [`spillway (${spillway} expected, ${found.spillway} here)`]),
    ...(engine === engineHash(found.engine) ? [] : [`engine (${found.engine} here)`]),
  ];
  const names = differ.map((part) => part.split(' ')[0]);
  const more = names.includes('artifact') || names.includes('features') ? RETRAINED : '';
  throw new IdentityError(
    names,
    `other than expected: ${differ.join(', ')}. Expected ${expected}, this is ${text}${more}`,
  );
}

function short(hash: string): string {
  return hash.slice(0, 12);
}

function engineHash(engine: string): string {
  return short(createHash('sha256').update(engine).digest('hex'));
}
