import type { Elements } from '../../lib/protocol/messages/index.js';
import type { Slice } from '../executor.js';
import { inputOctets } from '../rowOctets.js';

/** Octets of rows that are kept, at most. */
const MOST = 64 * 1024;

/**
 * A copy of a slice, to be run again once it is answered: rows that a model answers show that it works. Undefined for
 * one that is too large to be kept.
 */
export function keptSlice(slice: Slice): Slice | undefined {
  if (inputOctets(slice) > MOST) return undefined;
  const inputs = Object.entries(slice.inputs).map(
    ([name, { elements, rowShape }]) => [name, { elements: copied(elements), rowShape }] as const,
  );
  return { ...slice, inputs: Object.fromEntries(inputs), tenant: undefined, deadlineMs: undefined };
}

function copied(elements: Elements): Elements {
  return ArrayBuffer.isView(elements) ? elements.slice() : elements.map((each) => each.slice());
}
