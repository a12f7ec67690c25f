import { show } from '../../check.js';
import { isList } from '../../util/isList.js';
import type { InputDeclaration } from './declarations.js';
import { RequestError } from './errors.js';

/** Makes row `i` of tensors by their names. */
export type MakeRow = (tensors: unknown, i: number) => unknown;

/**
 * How a features' module makes rows of its inputs: by its `row`, or as objects of the inputs by name, where each has
 * one value a row.
 *
 * @throws RequestError `unavailable` where a function has to make rows
 */
export function rowOf(inputs: readonly InputDeclaration[], row: unknown): MakeRow {
  if (typeof row === 'function') return (tensors, i) => row(tensors, i);
  const wide = inputs.find(({ shape }) => shape.length > 1);
  if (row !== undefined || wide !== undefined) {
    const why = row === undefined ? `, and input '${wide?.name}' has more than a value a row` : '';
    throw new RequestError(
      'unavailable',
      `the features' module exports ${show(row)} as 'row'${why}; expected a function (tensors, i) that makes row i`,
    );
  }
  return (tensors, i) => {
    const values = inputs.map(({ name, datatype }) => {
      const elements = isRecord(tensors) ? tensors[name] : undefined;
      const value = isList(elements) ? elements[i] : undefined;
      return [name, datatype === 'BOOL' ? Boolean(value) : value] as const;
    });
    return Object.fromEntries(values);
  };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
