import { readArtifact } from '../../lib/artifact/index.js';
import { ArtifactError } from '../../lib/errors.js';
import { RowReader } from '../../lib/rows/index.js';
import { Ledger } from '../certification/index.js';
import type { CascadeParts } from '../plan/index.js';
import type { Label } from '../types/index.js';
import { readCascade, restored } from './loading.js';
import { checkLoad, type LoadOptions } from './pieces.js';

/**
 * A cascade that can be certified again: beside what answers, it knows the rows that were used.
 *
 * @param source a file's path, or its bytes
 */
export async function loadCascade<Row, L extends Label, Name extends string>(
  source: string | Uint8Array | ArrayBuffer,
  options: LoadOptions<Row, L, Name>,
): Promise<CascadeParts<Row, L, Name>> {
  // Before a large file is read.
  checkLoad(options);
  const { parts, used, stale } =
    typeof source === 'string'
      ? await restored(source, await readArtifact(source), options)
      : await readCascade(source, options);
  if (!Number.isFinite(parts.restsOn)) {
    throw new ArtifactError('damaged', 'the file lacks the number of the rows that its certificate rests on');
  }
  return { ...parts, used: Ledger.from(used, stale, new RowReader()) };
}
