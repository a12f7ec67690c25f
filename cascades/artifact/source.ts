import { show } from '../../lib/check.js';
import { decode, readArtifact } from '../../lib/data/artifact/index.js';
import { OptionError } from '../../lib/errors.js';
import type { State } from '../../lib/util/state.js';

/** The content of a file. @param source its path, or its bytes */
export async function readSource(source: string | Uint8Array | ArrayBuffer): Promise<State> {
  if (typeof source === 'string') return readArtifact(source);
  if (source instanceof Uint8Array || source instanceof ArrayBuffer) return decode(new Uint8Array(source));
  throw new OptionError(
    'source',
    `expected a path, or the bytes of a file that cascade.save() wrote, got ${show(source)}`,
  );
}
