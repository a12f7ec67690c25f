import { createHash } from 'node:crypto';
import { OptionError } from '../../lib/errors.js';

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

/** One word for a name of a unit or an option: `<artifact>-<features>-<spillway>-<engine>`, hashes by 12 digits. */
export function identityText({ artifact, features, spillway, engine }: Identity): string {
  const short = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 12);
  return [artifact.slice(0, 12), features.slice(0, 12), spillway, short(engine)].join('-');
}

/** @throws OptionError that names the parts which differ */
export function checkExpected(found: Identity, expected: string): void {
  if (identityText(found) === expected) return;
  throw new OptionError('--expect', `expected ${expected}, this is ${identityText(found)}`);
}
