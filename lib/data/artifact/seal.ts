import { looksLike, otherRelease, SAVED_FILE, WHY_DAMAGED } from '#hints';
import { sha256 } from '#sha256';
import { ArtifactError } from '../../errors.js';

/** The version of the format that is written, and the only one that is read. */
export const formatVersion = 5;

/** Bytes before the header: its length, as an unsigned 64-bit little-endian integer. */
export const lengthBytes = 8;

// Every version of the format keeps this beginning, so that an old release can still name a newer file.
const marker = '{"__metadata__":{"format":"spillway","version":"';
const opening = `${marker}${formatVersion}","sha256":"`;
const digits = 64;

/** How a header begins: the format, its version, and room for the digest, which `seal` fills in. */
export const unsealed = opening + '0'.repeat(digits);

const unsealedBytes = new TextEncoder().encode(unsealed);
const digestStart = lengthBytes + opening.length;
const digestEnd = lengthBytes + unsealed.length;

/** As many bytes of a file's beginning as {@link sealOf} reads. */
export const sealedBytes = digestEnd;

/**
 * The digest that a file gives for itself. It proves nothing until `verify` has compared it.
 *
 * @param bytes the file's beginning, {@link sealedBytes} of them if it has so many
 * @returns undefined for a file that isn't an artifact of this version
 */
export function sealOf(bytes: Uint8Array): string | undefined {
  if (latin(bytes, lengthBytes, digestStart) !== opening) return undefined;
  const digest = latin(bytes, digestStart, digestEnd);
  return /^[0-9a-f]{64}$/.test(digest) ? digest : undefined;
}

/** Writes the digest into a file whose header begins with `unsealed`. */
export function seal(bytes: Uint8Array): void {
  bytes.set(new TextEncoder().encode(digest(bytes)), digestStart);
}

/**
 * Proves that a file is whole before anything is read from it.
 *
 * @throws ArtifactError `damaged` if the digest doesn't fit, `version` for another version of the format,
 * `foreign` for any other file.
 */
export function verify(bytes: Uint8Array): void {
  const found = latin(bytes, lengthBytes, digestStart);
  if (latin(bytes, digestStart, digestEnd) === digest(bytes)) {
    if (found === opening) return;
    // The digest is taken over the right opening, so it still fits when only the opening was hit.
    throw damagedArtifact('its first bytes were changed after it was saved');
  }
  if (opening.startsWith(found)) {
    throw damagedArtifact(
      bytes.length < digestEnd
        ? `it ends after ${bytes.length} bytes, before its checksum`
        : `its contents don't fit its checksum${WHY_DAMAGED}`,
    );
  }
  const version = /^(\d{1,9})"/.exec(latin(bytes, lengthBytes + marker.length, digestEnd))?.[1];
  if (found.startsWith(marker) && version !== undefined) {
    throw new ArtifactError(
      'version',
      `the artifact is of format version ${version} and this release of spillway reads version ` +
        `${formatVersion}${otherRelease(version)}`,
    );
  }
  throw new ArtifactError(
    'foreign',
    `this isn't an artifact of spillway${looksLike(bytes) || ": its header doesn't begin as one"}${SAVED_FILE}`,
  );
}

export function damagedArtifact(what: string, options?: ErrorOptions): ArtifactError {
  return new ArtifactError(
    'damaged',
    `the artifact is damaged: ${what}. Restore it from a copy, or save the cascade again`,
    options,
  );
}

/** SHA-256 of the file as it is before it is sealed. */
function digest(bytes: Uint8Array): string {
  return sha256([bytes.subarray(0, lengthBytes), unsealedBytes, bytes.subarray(digestEnd)]);
}

function latin(bytes: Uint8Array, from: number, to: number): string {
  return String.fromCharCode(...bytes.subarray(from, to));
}
