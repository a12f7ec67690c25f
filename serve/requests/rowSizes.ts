import { show } from '../../lib/check.js';
import { type InputDeclaration, RequestError } from '../../lib/protocol/messages/index.js';
import { bytesIn } from '../rowOctets.js';
import type { RequestRows } from './inputs.js';

/** What rows may hold, by the model's settings: what a row takes to compute grows with its texts. */
export interface RowLimits {
  /** Octets of a text. */
  readonly maxTextOctets: number;
  /** Octets of all `BYTES` of a row. */
  readonly maxRowOctets: number;
}

/**
 * Refuses rows whose texts are too long to be computed beside those of others. Numbers have the size that the model
 * declares.
 *
 * @param areTogether whether all rows are computed as one, as a ranker's are
 * @throws RequestError `too-large`, naming the row, the input and the setting
 */
export function checkRowSizes(
  given: RequestRows,
  declared: readonly InputDeclaration[],
  { maxTextOctets, maxRowOctets }: RowLimits,
  areTogether: boolean,
): void {
  const { rows, inputs } = given;
  let total = 0;
  for (const { name, as } of declared) {
    const { elements, rowShape } = inputs[name];
    if (ArrayBuffer.isView(elements)) continue;
    const most = as === 'text' ? maxTextOctets : Number.POSITIVE_INFINITY;
    for (let i = 0; i < elements.length; i++) {
      const { length } = elements[i];
      total += length;
      if (length > most) {
        const row = Math.floor(i / rowShape.reduce((product, size) => product * size, 1));
        throw new RequestError(
          'too-large',
          `row ${row}, input ${show(name)}: a text of ${length} octets; this model takes at most ${most} (maxTextOctets in its model.json)`,
        );
      }
    }
  }
  if (total <= maxRowOctets) return;
  if (areTogether) throw tooMuch('the candidates have', total, maxRowOctets);
  for (let row = 0; row < rows; row++) {
    const octets = bytesIn(given, row, row + 1);
    if (octets > maxRowOctets) throw tooMuch(`row ${row} has`, octets, maxRowOctets);
  }
}

function tooMuch(who: string, octets: number, most: number): RequestError {
  return new RequestError(
    'too-large',
    `${who} ${octets} octets of BYTES; this model takes at most ${most} (maxRowOctets in its model.json)`,
  );
}
