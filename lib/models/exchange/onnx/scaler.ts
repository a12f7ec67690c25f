import { type Block, clearRow, denseBlock, readRow } from '../../../data/blocks/index.js';
import { damaged } from '../fields.js';

/** Columns less their offset, times their scale, in single precision like the blocks themselves. */
export interface Scaler {
  /** How many columns it names, unless one number stands for all. */
  readonly columns: number | undefined;
  apply(blocks: readonly Block[]): readonly Block[];
}

/** @param offset one a column, or one for all */
export function scaler(offset: readonly number[], scale: readonly number[]): Scaler {
  if (offset.length === 0 || scale.length === 0) throw damaged('onnx', 'a Scaler without numbers');
  const columns = Math.max(offset.length, scale.length);
  for (const { length } of [offset, scale]) {
    if (length !== 1 && length !== columns) {
      throw damaged('onnx', `a Scaler of ${offset.length} offsets and ${scale.length} scales`);
    }
  }
  return {
    columns: columns === 1 ? undefined : columns,
    apply: (blocks) => {
      const rows = blocks.length === 0 ? 0 : blocks[0].rows;
      const width = blocks.reduce((sum, block) => sum + block.columns, 0);
      const numbers = new Float32Array(width);
      const values = new Float32Array(rows * width);
      for (let row = 0, i = 0; row < rows; row++) {
        readRow(blocks, row, numbers);
        for (let c = 0; c < width; c++) {
          const centred = Math.fround(numbers[c] - offset[offset.length === 1 ? 0 : c]);
          values[i++] = centred * scale[scale.length === 1 ? 0 : c];
        }
        clearRow(blocks, row, numbers);
      }
      return [denseBlock(rows, width, values)];
    },
  };
}
