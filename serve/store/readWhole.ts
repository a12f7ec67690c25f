import { open } from 'node:fs/promises';
import { ArtifactError } from '../../lib/errors.js';
import { errorText } from '../../lib/util/errorText.js';

/**
 * The bytes of a file, read into `scratch` if they fit, else into new memory with some room to spare.
 *
 * @throws ArtifactError `unreadable`
 */
export async function readWhole(
  path: string,
  scratch: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const file = await open(path, 'r');
    try {
      const { size } = await file.stat();
      // One octet more than the file has shows whether it grew.
      const room = scratch.length > size ? scratch : new Uint8Array(Math.ceil(size * 1.25) + 8);
      let length = 0;
      for (;;) {
        const { bytesRead } = await file.read(room, length, room.length - length, length);
        length += bytesRead;
        if (bytesRead === 0) return room.subarray(0, length);
        if (length === room.length) throw new Error('it grew while it was read');
      }
    } finally {
      await file.close();
    }
  } catch (cause) {
    const why = errorText(cause);
    throw new ArtifactError('unreadable', `can't read '${path}': ${why}. Check the path and its rights`, {
      cause,
    });
  }
}
