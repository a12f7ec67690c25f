import { DataError } from '../errors.js';
import type { TrainingSet } from './learner.js';

/** @throws DataError for no blocks or rows, and blocks of other lengths */
export function checkShapes({ blocks, rows }: TrainingSet): void {
  if (blocks.length === 0 || rows === 0) {
    throw new DataError(`${blocks.length} blocks of ${rows} rows: give at least one of each`);
  }
  blocks.forEach((block, b) => {
    if (block.rows !== rows) throw new DataError(`block ${b} has ${block.rows} rows, expected ${rows}`);
  });
}
