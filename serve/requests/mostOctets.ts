import type { TensorMetadata } from '../../lib/protocol/messages/index.js';

/** Octets beside the data of a request: names, shapes, parameters. */
const BESIDE = 2 ** 20;
/** Octets of a number in JSON, with what is around it: the longest has 24, and some writers indent each. */
const NUMBER = 48;

/**
 * Octets that a message to a model can need, generously, in JSON or binary: 1 MiB, and 48 for each number of the most
 * rows. Infinity where an input has texts, or a free size beside its rows: other limits hold then.
 */
export function mostOctets(inputs: readonly TensorMetadata[], maxBatchRows: number): number {
  let numbers = 0;
  for (const { datatype, shape } of inputs) {
    const [, ...sizes] = shape;
    if (datatype === 'BYTES' || sizes.some((size) => size < 0)) return Number.POSITIVE_INFINITY;
    numbers += sizes.reduce((product, size) => product * size, maxBatchRows);
  }
  return BESIDE + NUMBER * numbers;
}
