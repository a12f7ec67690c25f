import { Fields } from '../../../exchange/fields.js';
import { NodeFields } from '../../../exchange/sklearn/node.js';
import { readPipelineStep } from '../../../exchange/sklearn/steps/index.js';
import { denseValues, type RawValues, toDense, type Values } from '../../../exchange/sklearn/values.js';
import type { Tensor } from '../../../lib/util/state.js';

/** Tensors of a node as files hold them: numbers are doubles, lists of texts are units and ends. */
export function tensorsOf(
  given: Readonly<Record<string, Tensor | readonly (number | string)[]>>,
): Map<string, Tensor> {
  const tensors = new Map<string, Tensor>();
  for (const [name, value] of Object.entries(given)) {
    if (ArrayBuffer.isView(value)) tensors.set(`0/${name}`, value);
    else if (value.every((each) => typeof each === 'number'))
      tensors.set(`0/${name}`, Float64Array.from(value, Number));
    else {
      const texts = value.map(String);
      let end = 0;
      const units = texts.join('').split('');
      tensors.set(
        `0/${name}.units`,
        Uint16Array.from(units, (unit) => unit.charCodeAt(0)),
      );
      tensors.set(
        `0/${name}.ends`,
        Uint32Array.from(texts, (text) => (end += text.length)),
      );
    }
  }
  return tensors;
}

/** A step of a file, which reads as many columns as it gives, or `inputs`. */
export function stepOf(
  op: string,
  {
    inputs,
    ...parameters
  }: { readonly columns: number; readonly inputs?: number; readonly [name: string]: unknown },
  tensors: Readonly<Record<string, Tensor | readonly (number | string)[]>> = {},
) {
  const json = Fields.of('pipeline', { op, path: 'prep.step', ...parameters });
  return readPipelineStep(new NodeFields(json, tensorsOf(tensors), '0/', inputs ?? parameters.columns));
}

export const dense = (columns: number, ...values: number[]) =>
  denseValues(values.length / columns, columns, Float64Array.from(values));

export const raw = (columns: number, ...values: unknown[]): RawValues => ({
  kind: 'raw',
  rows: values.length / columns,
  columns,
  values,
});

/** Rows of numbers. */
export function rowsOf(values: Values): number[][] {
  const { rows, columns, values: all } = toDense(values);
  return Array.from({ length: rows }, (_, row) => [...all.subarray(row * columns, (row + 1) * columns)]);
}

/** Keys as the file has them: texts, numbers, null, NaN. */
export function keys(name: string, ...values: (string | number | null)[]) {
  const kind = (value: string | number | null) =>
    typeof value === 'string' ? 0 : value === null ? 2 : Number.isNaN(value) ? 3 : 1;
  const texts = values.filter((value) => typeof value === 'string');
  return {
    [`${name}.kinds`]: Uint8Array.from(values, kind),
    [`${name}.numbers`]: Float64Array.from(values.filter((value) => kind(value) === 1).map(Number)),
    ...(texts.length === 0
      ? { [`${name}.units`]: new Uint16Array(0), [`${name}.ends`]: new Uint32Array(0) }
      : { [name]: texts }),
  };
}
