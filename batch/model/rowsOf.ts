import type { ModuleExports } from '../../cascades/internal.js';
import { show } from '../../lib/check.js';
import { ColumnRow, columnValues, recordOf } from '../../lib/data/columns/index.js';
import { FeatureError, InputError, OptionError, PoisonRow } from '../../lib/errors.js';
import { isWellFormed } from '../../lib/features/text/index.js';
import {
  ARRAYS,
  EXPECTED,
  fillElements,
  type InputDeclaration,
  inputDeclarations,
  type NumberElements,
  RequestError,
  rowOf,
} from '../../lib/protocol/messages/index.js';
import { DEEPEST, isDeeper } from '../../lib/util/depth.js';
import { errorText } from '../../lib/util/errorText.js';

/** Makes the rows that features read of a batch's. @throws PoisonRow for a row that can't be made */
export type RowMaker = (given: readonly object[]) => readonly unknown[];

/**
 * Rows as the module makes them of its `inputs`, as it does in service; without `inputs` as they are, or as records
 * where they are copied to threads.
 *
 * @throws OptionError for inputs that are wrongly declared, and where a function has to make rows
 */
export function rowMaker(
  { inputs, row }: Pick<ModuleExports, 'inputs' | 'row'>,
  areCopied: boolean,
): RowMaker {
  if (inputs === undefined && row === undefined) return areCopied ? copied : same;
  const { declared, make } = declaredRows(inputs, row);
  return (given) => {
    const tensors = Object.fromEntries(declared.map((input) => [input.name, tensorOf(given, input)]));
    return given.map((_, i) => {
      try {
        return make(tensors, i);
      } catch (cause) {
        throw new PoisonRow(i, `it can't be made of the inputs: ${errorText(cause)}`);
      }
    });
  };
}

/** Names of the inputs that a module's `row` is given. @throws OptionError for inputs that are wrongly declared */
export function inputNames({ inputs, row }: Pick<ModuleExports, 'inputs' | 'row'>): readonly string[] {
  return declaredRows(inputs, row).declared.map(({ name }) => name);
}

const same: RowMaker = (given) => given;
const copied: RowMaker = (given) =>
  given.map((each, i) => {
    if (!ColumnRow.isRow(each) && isDeeper(each, DEEPEST))
      throw new PoisonRow(i, `it is nested deeper than ${DEEPEST} levels, so that no thread takes it`);
    return recordOf(each);
  });

function declaredRows(inputs: unknown, row: unknown) {
  try {
    const declared = inputDeclarations(inputs);
    return { declared, make: rowOf(declared, row) };
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    throw new OptionError('MODEL', error.message);
  }
}

/** A column as `row` reads it: flat elements, with their shape and, as `data`, themselves as properties. */
function tensorOf(given: readonly object[], { name, datatype, shape, as }: InputDeclaration): unknown {
  const cells = cellsOf(given, name);
  const isFlat = shape.length === 1;
  const width = isFlat ? 1 : shape.length === 2 && shape[1] > 0 ? shape[1] : widthOf(cells[0]);
  const wrong = (i: number, expected: string) =>
    new PoisonRow(i, `input '${name}': expected ${expected}, got ${show(cells[i])}`);
  const flat: unknown[] = isFlat ? [...cells] : [];
  if (!isFlat)
    for (const [i, cell] of cells.entries()) {
      if (!isListed(cell) || cell.length !== width) throw wrong(i, `a list of ${width}`);
      for (let j = 0; j < width; j++) flat.push(cell[j]);
    }
  let elements: unknown[] | NumberElements = flat;
  let bad: number;
  let expected = as === 'bytes' ? 'octets' : EXPECTED.BYTES;
  if (datatype === 'BYTES') {
    const isIt = (value: unknown) =>
      as === 'bytes' ? value instanceof Uint8Array : typeof value === 'string' && isWellFormed(value);
    bad = flat.findIndex((value) => !isIt(value));
  } else {
    elements = new ARRAYS[datatype](flat.length);
    bad = fillElements(datatype, flat, elements, 0, TAKEN);
    expected = `${EXPECTED[datatype]} (${datatype})`;
  }
  if (bad >= 0) {
    const row = Math.floor(bad / width);
    throw new PoisonRow(row, `input '${name}': expected ${expected}, got ${show(flat[bad])}`);
  }
  const shaped = Object.assign(elements, { shape: [given.length, ...(isFlat ? [] : [width])] });
  return Object.assign(shaped, { data: shaped });
}

/** As tensors of octets have them: a missing number of a column is NaN. */
const TAKEN = { nonFinite: true, missing: false } as const;

/** A record that lacks the input is a bad row; a table that does is no input of this model. */
function cellsOf(given: readonly object[], name: string): readonly unknown[] {
  try {
    return columnValues(given, undefined, name);
  } catch (error) {
    if (!(error instanceof FeatureError)) throw error;
    const why = `input '${name}': ${error.of('', undefined).message.replace(/^feature '': /, '')}`;
    throw given[0] instanceof ColumnRow
      ? new InputError('the table', why)
      : new PoisonRow(error.row ?? 0, why);
  }
}

function isListed(cell: unknown): cell is ArrayLike<unknown> {
  return Array.isArray(cell) || (ArrayBuffer.isView(cell) && 'length' in cell);
}

function widthOf(cell: unknown): number {
  return isListed(cell) ? cell.length : 1;
}
