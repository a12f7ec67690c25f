import { readFileSync } from 'node:fs';
import { show } from '../lib/check.js';
import { ArtifactError, OptionError } from '../lib/errors.js';
import { errorText } from '../lib/util/errorText.js';
import { isPath } from '../lib/util/looks.js';

/**
 * What a reader of models was given: bytes as they are, or what a path leads to.
 *
 * @throws OptionError for anything else; ArtifactError for a file that can't be read
 */
export function fileContent(file: unknown): Uint8Array {
  if (file instanceof Uint8Array) return file;
  if (typeof file !== 'string') {
    const url = file instanceof URL ? '; its path is fileURLToPath(url)' : '';
    throw new OptionError('file', `expected a path, or the bytes of a file, got ${show(file)}${url}`);
  }
  try {
    return readFileSync(file);
  } catch (cause) {
    const why = errorText(cause);
    throw new ArtifactError('unreadable', `can't read '${file}': ${why}. Check the path and its rights`, {
      cause,
    });
  }
}

/** The same of a format that is text: what can't be a path is the text itself. */
export function textOrFile(file: unknown): Uint8Array | string {
  return typeof file === 'string' && !isPath(file) ? file : fileContent(file);
}
