import type { Coding } from './coding.js';
import type { Forest } from './forest.js';

/** A slot's limits come in so many: see "ask" in trees.wat. */
const TOGETHER = 64;

/**
 * All that a forest asks, sorted by slot: one code beside sixteen limits at a time answers every node for a row, and its
 * walks need only look their answers up.
 */
export interface Questions {
  /** Limits less 128, slot after slot, each filled up to a multiple of {@link TOGETHER} by ones that no code is above. */
  readonly limits: Int8Array;
  /** Slots with limits, ascending, and where those of each end. */
  readonly slots: readonly { readonly slot: number; readonly end: number }[];
  /** Where each node's limit is; 0 at leaves. */
  readonly places: Int32Array;
}

/** @param coding one of bytes */
export function questionsOf({ feature }: Forest, { slot, limit, slots }: Coding): Questions {
  const nodes: number[][] = Array.from({ length: slots }, () => []);
  for (let node = 0; node < feature.length; node++) if (feature[node] !== -1) nodes[slot[node]].push(node);
  const limits: number[] = [];
  const ends: { slot: number; end: number }[] = [];
  const places = new Int32Array(feature.length);
  nodes.forEach((asking, slot) => {
    if (asking.length === 0) return;
    for (const node of asking) {
      places[node] = limits.length;
      limits.push(limit[node] - 128);
    }
    while (limits.length % TOGETHER !== 0) limits.push(127);
    ends.push({ slot, end: limits.length });
  });
  return { limits: Int8Array.from(limits), slots: ends, places };
}
