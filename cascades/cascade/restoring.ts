import type { State } from '../../lib/util/state.js';
import { type FileLoadOptions, partsFrom, type Sharing } from '../artifact/index.js';
import type { Label } from '../types/index.js';
import { Cascade } from './cascade.js';

/**
 * A cascade from the states of a file, whose tensors it keeps as they are.
 *
 * @param path what errors call it
 * @param sharing where equal features and models are found
 * @throws what `Cascade.load` does
 */
export async function restoreCascade<Row, L extends Label, Name extends string>(
  path: string,
  states: Record<string, State>,
  options: FileLoadOptions<Row, L, Name>,
  sharing: Sharing,
): Promise<Cascade<Row, L, Name>> {
  return new Cascade(await partsFrom(path, states, options, sharing));
}
