import { checkLoad, type Label, type Sharing } from '../cascades/internal.js';
import type { State } from '../lib/util/state.js';
import { Ranker } from './ranker.js';
import { type LoadRankerOptions, rankerOf } from './serve/index.js';

/**
 * A ranker from the states of a file, whose tensors it keeps as they are.
 *
 * @param path what errors call it
 * @param sharing where equal features and models are found
 * @throws what `Ranker.load` does
 */
export async function restoreRanker<Row, L extends Label, Name extends string>(
  path: string,
  states: Record<string, State>,
  options: LoadRankerOptions<Row, L, Name>,
  sharing: Sharing,
): Promise<Ranker<Row, L, Name>> {
  checkLoad(options, ['score']);
  return new Ranker(await rankerOf(path, states, options, sharing));
}
