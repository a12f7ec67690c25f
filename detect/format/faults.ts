import { ArtifactError } from '../../lib/errors.js';

/** A file that is cut short, or contradicts itself. */
export function damagedXml(why: string): ArtifactError {
  return new ArtifactError('damaged', `this cascade can't be read: ${why}`);
}

/** A file that is refused, whole as it may be. */
export function unsupportedXml(why: string): ArtifactError {
  return new ArtifactError('unsupported', `this cascade can't be run: ${why}`);
}
