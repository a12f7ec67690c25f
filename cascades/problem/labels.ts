import { show } from '../../lib/check.js';
import { DataError, OptionError } from '../../lib/errors.js';
import type { Label } from '../types/index.js';

/** Whether a value may name a class. Files hold no number that isn't finite. */
export function isLabel(value: unknown): value is Label {
  return typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
}

/** @throws OptionError, DataError for labels that aren't one class, or finite number, for each row */
export function checkLabels(name: string, labels: ArrayLike<unknown>, rows: number, numeric: boolean): void {
  if (!Array.isArray(labels)) throw new OptionError(name, `expected an array, got ${show(labels)}`);
  if (labels.length !== rows) {
    throw new DataError(`${name}: ${labels.length} for ${rows} rows; expected one a row`);
  }
  for (let row = 0; row < rows; row++) {
    const label: unknown = labels[row];
    if (numeric) {
      if (Number.isFinite(label)) continue;
      const what = `${name}: row ${row} is ${show(label)}; regression expects a finite number`;
      throw new DataError(`${what}${insteadOf(label, true)}`);
    }
    if (!isLabel(label)) {
      const what = `${name}: row ${row} is ${show(label)}; expected a string, finite number or boolean`;
      throw new DataError(`${what}${insteadOf(label, false)}`);
    }
    // An empty cell of a table: a class of all whose label is missing.
    if (label === '') {
      throw new DataError(
        `${name}: row ${row} is empty text; leave rows without a label out, or give their class a name`,
      );
    }
  }
}

/** A hint on how to fix an invalid label. */
function insteadOf(label: unknown, numeric: boolean): string {
  if (typeof label === 'bigint') return numeric ? ': Number(label)' : ': String(label)';
  if (typeof label === 'number' && !Number.isNaN(label)) return numeric ? '' : ': String(label)';
  if (label instanceof Date) return numeric ? ': date.getTime()' : ': date.toISOString(), say';
  if (typeof label === 'string' && label.trim() !== '' && Number.isFinite(Number(label)))
    return ': Number(label)';
  if (label === undefined || label === null || Number.isNaN(label)) return ': leave such rows out';
  return Array.isArray(label) && label.length === 1 ? ': label[0]' : '';
}
