import { show } from '../../check.js';
import { type Block, denseBlock, type Scaling } from '../../data/blocks/index.js';
import { LookupError } from '../../errors.js';
import type { Key, KeyOutcome } from '../lookup/index.js';
import type { ComputeContext } from './feature.js';
import type { Keys } from './keys.js';
import type { RowView } from './view.js';

/** What the rows of a batch are filled with. */
export interface Filling {
  readonly view: RowView<unknown>;
  readonly wanted: Keys<Key>;
  readonly width: number;
  readonly absent: Float32Array;
  readonly missing: boolean;
  readonly scaling: Scaling | undefined;
  readonly source: string;
  readonly context: ComputeContext;
}

/** Numbers under a key that were checked, null for nothing, or why there are none. */
export type CheckedOutcome = ArrayLike<number> | null | Error;

/**
 * Outcomes of keys, checked: a value that isn't `width` finite numbers is an error of the rows with its key.
 *
 * @param outcomes undefined where none has come
 * @param reason why none has
 */
export function checkedOutcomes(
  { width, missing, source }: Pick<Filling, 'width' | 'missing' | 'source'>,
  outcomes: readonly (KeyOutcome | undefined)[],
  reason?: unknown,
): CheckedOutcome[] {
  const late =
    reason instanceof Error
      ? reason
      : new LookupError('', undefined, source, 'timeout', `was called off: ${reason}`);
  return outcomes.map((outcome) => {
    if (outcome === undefined) return late;
    if (outcome === null || outcome instanceof Error) return outcome;
    const what = numbersFault(outcome, width, missing);
    return what === undefined ? outcome : new LookupError('', undefined, source, 'malformed', what);
  });
}

/**
 * The block of a batch, by the outcomes of its keys.
 *
 * @param checked in the order of the keys
 * @throws LookupError naming the first row without numbers, unless the context takes errors row by row
 */
export function filled(filling: Filling, checked: readonly CheckedOutcome[]): Block {
  const { view, wanted, width, absent, context } = filling;
  const values = new Float32Array(view.length * width);
  for (let row = 0; row < view.length; row++) {
    const at = wanted.of[row];
    const found = wanted.wrong.get(row) ?? (at < 0 ? null : checked[at]);
    if (found instanceof Error) {
      if (context.missing === undefined)
        throw found instanceof LookupError ? found.of('', view.at(row)) : found;
      context.missing(row, found);
    } else values.set(found ?? absent, row * width);
  }
  return denseBlock(view.length, width, values, filling.scaling);
}

/** What is wrong with the numbers under a key; undefined: nothing. */
export function numbersFault(value: ArrayLike<unknown>, width: number, missing: boolean): string | undefined {
  if (value?.length !== width) {
    const got = typeof value?.length === 'number' ? `${value.length} numbers` : show(value);
    return `gave ${got} for a key; expected ${width}`;
  }
  for (let c = 0; c < width; c++) {
    const number = value[c];
    // A block can't hold a value that isn't finite as a float.
    if (typeof number === 'number' && Number.isFinite(Math.fround(number))) continue;
    if (missing && Number.isNaN(number)) continue;
    const gap = Number.isNaN(number)
      ? '. Sources give NaN for null: with missing: true it is a missing value'
      : '';
    return `gave ${show(number)} as number ${c} of a key; expected a finite number${gap}`;
  }
  return undefined;
}
