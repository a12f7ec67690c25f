import { type WarmBatches, warmBatches } from '../../lib/run/runtime/index.js';
import type { Label } from '../types/index.js';
import type { Cascade } from './cascade.js';

/**
 * Runs a cascade's features and models once over batches of these sizes, as servers do beside `warm`. None of it is
 * counted.
 */
export function warmInBatches<Row, L extends Label, Name extends string>(
  cascade: Cascade<Row, L, Name>,
  batches: WarmBatches<Row>,
): Promise<void> {
  // biome-ignore lint/complexity/useLiteralKeys: users don't need the service, and the brackets give access to it.
  return cascade['service'].prepare((engine) => warmBatches(engine, batches));
}
