import { type Batch, type Draw, drawOf, surestFirst } from './draw.js';

/**
 * TRACER's gate (arXiv 2604.14531): the lowest threshold at which the student agrees with the model often enough on the
 * logged rows. It is a point estimate on the very rows that set the threshold. Here these are rows that the student hadn't
 * seen, and errors are counted against the whole table, as the promise has them: both are in its favour.
 */
export function tracerGate(batch: Batch): Draw {
  const { known, others, allowed } = batch;
  const order = surestFirst(known);
  const most = (allowed / others.confidence.length) * order.length;
  let threshold = Number.POSITIVE_INFINITY;
  let wrong = 0;
  for (const row of order) {
    wrong += known.loss[row];
    if (wrong > most) break;
    threshold = known.confidence[row];
  }
  return drawOf(batch, (row) => others.confidence[row] >= threshold);
}
