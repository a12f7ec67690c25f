import type { Writable } from 'node:stream';
import { type AnswersWriter, openWriter } from '../formats/index.js';
import { columnTypes, type ParquetFiles, type Unit } from '../units/index.js';
import type { OutputOptions } from './plan.js';

/** Writes the output of a unit. @param classes of the labels; empty for numbers */
export async function unitWriter(
  file: Writable,
  { input }: Unit,
  options: OutputOptions,
  classes: readonly (string | number | boolean)[],
  files: ParquetFiles,
): Promise<AnswersWriter> {
  const { format, key, prefix, scores, errors } = options;
  return openWriter(format, file, {
    ...(key !== undefined && { key }),
    ...(prefix !== undefined && { prefix }),
    ...{ scores, classes, errors: errors === 'column' },
    columns: await columnTypes(input, options, files),
  });
}
