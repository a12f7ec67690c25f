import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { ArtifactError } from '../../../errors.js';

/**
 * @returns `sha256:` and the digest of a model's bytes, or of the file of that name, which may
 * exceed memory
 */
export async function contentHash(model: string | Uint8Array): Promise<string> {
  const hash = createHash('sha256');
  if (typeof model !== 'string') return `sha256:${hash.update(model).digest('hex')}`;
  try {
    for await (const part of createReadStream(model)) hash.update(part);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ArtifactError('unreadable', `the model can't be read: ${why}`, { cause: error });
  }
  return `sha256:${hash.digest('hex')}`;
}
