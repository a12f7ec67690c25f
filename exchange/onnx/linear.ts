import { addProduct } from '../../lib/data/blocks/index.js';
import type { Rounds } from '../../lib/learn/kernels/index.js';
import { damagedModel } from '../fields.js';

/** Weighted sums of the columns, all in one round. */
export interface Linear {
  readonly columns: number;
  readonly outputs: number;
  readonly sums: Rounds;
}

/** @param coefficients outputs x columns, row-major */
export function linear(
  coefficients: readonly number[],
  intercepts: readonly number[],
  outputs: number,
): Linear {
  const columns = coefficients.length / outputs;
  if (!(outputs > 0 && Number.isInteger(columns))) {
    throw damagedModel('onnx', `${coefficients.length} coefficients for ${outputs} outputs`);
  }
  if (intercepts.length !== 0 && intercepts.length !== outputs) {
    throw damagedModel('onnx', `${intercepts.length} intercepts for ${outputs} outputs`);
  }
  const weights = new Float64Array(coefficients.length);
  for (let o = 0; o < outputs; o++) {
    for (let c = 0; c < columns; c++) weights[c * outputs + o] = coefficients[o * columns + c];
  }
  return {
    columns,
    outputs,
    sums: {
      count: 1,
      begin(rows, sums) {
        for (let i = 0; i < rows * outputs; i++) sums[i] = intercepts[i % outputs] ?? 0;
      },
      advance(blocks, sums, from, to) {
        if (from > 0 || to === 0) return;
        let first = 0;
        for (const block of blocks) {
          addProduct(block, weights, first, outputs, sums);
          first += block.columns;
        }
      },
    },
  };
}
