import { VERSION } from '../../lib/util/version.js';
import type { Made } from '../types/index.js';

/** @param date the current time by default: pass it to write the same file twice */
export function madeOf({
  date = new Date(),
  seed,
  tune = 0,
  certify,
  digests,
  files: { tune: tuned, certify: certified } = {},
}: {
  readonly date?: Date | undefined;
  readonly seed: number | string | null;
  readonly tune?: number | undefined;
  readonly certify: number;
  readonly digests: Made['digests'];
  readonly files: Made['files'];
}): Made {
  const files = { ...(tuned && { tune: tuned }), ...(certified && { certify: certified }) };
  return {
    ...{ date: date.toISOString(), version: VERSION, seed, rows: { tune, certify }, digests },
    ...((tuned ?? certified) && { files }),
  };
}

/** Names of the files that rows are read of, without their folders; undefined where nobody knows. */
export function filesRead(rows: { readonly files?: readonly string[] | undefined } | readonly unknown[]) {
  return 'files' in rows ? rows.files?.map((path) => path.replace(/^.*[\\/]/, '')) : undefined;
}
