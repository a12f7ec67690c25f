import { type Batch, type Draw, drawOf } from './draw.js';

/** What people guess: a row leaves if the student is so sure of it. Nothing is tested. */
export function fixedThreshold(batch: Batch, threshold: number): Draw {
  const { confidence } = batch.others;
  return drawOf(batch, (row) => confidence[row] >= threshold);
}
