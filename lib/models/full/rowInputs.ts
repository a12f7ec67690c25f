import { show } from '../../check.js';
import { type Block, isRowBlock } from '../../data/blocks/index.js';
import { ModelError } from '../../errors.js';
import { errorText } from '../../util/errorText.js';
import { isList } from '../../util/isList.js';
import type { DeclaredType } from './elements.js';

/** The value of an input, or of each of its columns: texts, or numbers, BigInts, true and false. */
export type InputValue = string | number | bigint | boolean | ArrayLike<string | number | bigint | boolean>;

/** What a model's input holds of a row. */
export type RowInput = (row: never) => InputValue;

/**
 * The inputs of a model that reads rows: a function of a row for its only input; for several, one for each by its
 * name.
 *
 * @example
 * const inputs = { text: (mail: Mail) => mail.text, age: (mail: Mail) => mail.age ?? Number.NaN };
 */
export type RowInputs = RowInput | Readonly<Record<string, RowInput>>;

export function isRowInput(value: unknown): value is RowInput {
  return typeof value === 'function';
}

/** The rows of a model that reads them. @throws ModelError for the numbers of features */
export function blockRows(model: string, [block]: readonly Block[]): readonly unknown[] {
  if (block !== undefined && isRowBlock(block)) return block.held;
  throw new ModelError(model, 'reads rows, and got the numbers of features');
}

/** Values of rows, rows x columns. */
export interface RowValues {
  readonly values: readonly unknown[];
  readonly columns: number;
}

/**
 * What a function gives for each row.
 *
 * @throws ModelError, naming input and row, for a function that throws, or gives rows different numbers of values
 */
export function rowValues(model: string, input: string, read: RowInput, rows: readonly unknown[]): RowValues {
  const values: unknown[] = [];
  let columns: number | undefined;
  for (let row = 0; row < rows.length; row++) {
    const value = inputOf(model, input, read, rows[row], row);
    const list = isList(value) ? value : undefined;
    const width = list?.length ?? 1;
    columns ??= width;
    if (width !== columns) {
      throw new ModelError(
        model,
        `input '${input}': its function gave ${width} values, and ${columns} for the rows before`,
        { row },
      );
    }
    if (list === undefined) values.push(value);
    else for (let i = 0; i < width; i++) values.push(list[i]);
  }
  return { values, columns: columns ?? 1 };
}

function inputOf(model: string, input: string, read: RowInput, row: unknown, position: number): unknown {
  try {
    return read(row as never); // It is the user's own, as his features get it.
  } catch (error) {
    const why = errorText(error);
    throw new ModelError(model, `input '${input}': its function failed: ${why}`, {
      row: position,
      cause: error,
    });
  }
}

/** @throws ModelError that names the row of a value */
export function refuseValue(
  model: string,
  input: string,
  type: DeclaredType,
  { values, columns }: RowValues,
  at: number,
): never {
  const place = columns === 1 ? '' : `, at ${at % columns}`;
  throw new ModelError(
    model,
    `input '${input}' is of ${type}, and its function gave ${show(values[at])}${place}; expected ${expected(type)}`,
    { row: Math.floor(at / columns) },
  );
}

function expected(type: DeclaredType): string {
  if (type === 'string') return "a text, such as '' where there is none";
  return type.startsWith('float')
    ? 'a number that it holds, NaN where there is none'
    : 'a whole number that it holds';
}
