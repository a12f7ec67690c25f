import type { Block } from '../../lib/blocks/index.js';
import type { CascadeParts } from '../parts/index.js';
import { changedAlone, liveOf, type Reread, tolerancesOf } from '../stability/index.js';
import type { Label, Stability } from '../terms/index.js';
import { engineOf } from './engine.js';

/** What was compared: the blocks, one a feature, the rows that were read again, and the full model's scores in a large batch. */
export interface Stable {
  readonly blocks: readonly Block[];
  readonly reread: Reread;
  readonly full: Float64Array;
}

/** How the rows that were read again are answered alone and in a batch, by what is served. */
export async function stabilityOf<Row, L extends Label, Name extends string>(
  parts: CascadeParts<Row, L, Name>,
  { blocks, reread, full: scores }: Stable,
  signal: AbortSignal | undefined,
): Promise<Stability> {
  const { stages, full, classes, decision } = engineOf(parts);
  const served = {
    // Its statistics are of answers to users.
    stages: stages.map(({ model, reads, rule, thresholds }) => ({ model, reads, rule, thresholds })),
    full: { model: full.model, reads: full.reads },
    classes,
    decision,
  };
  const models = [full, ...stages].map(({ model }) => model);
  const { features } = parts;
  return {
    rows: reread.alone,
    changed: await changedAlone(served, blocks, reread, scores, signal),
    tolerance: tolerancesOf([
      ...features.names.map((name) => ({ name, tolerance: features.get(name).tolerance })),
      ...models,
    ]),
    live: liveOf(features),
  };
}
