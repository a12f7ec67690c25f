import { type WarmBatches, warmBatches } from '../../lib/run/runtime/index.js';
import type { Label } from '../types/index.js';
import type { Cascade } from './cascade.js';
import { servicesOf } from './servedCascade.js';

/**
 * Runs a cascade's features and models once over batches of these sizes, as servers do beside `warm`. None of it is
 * counted.
 */
export function warmInBatches<Row, L extends Label, Name extends string>(
  cascade: Cascade<Row, L, Name>,
  batches: WarmBatches<Row>,
): Promise<void> {
  return servicesOf(cascade).own.prepare((engine) => warmBatches(engine, batches));
}
