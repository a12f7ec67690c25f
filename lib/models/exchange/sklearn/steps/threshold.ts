import type { ReadStep } from '../step.js';
import { mapped } from './math.js';

/** 1 where a number is above the threshold, else 0. */
export const threshold: ReadStep = (node) => {
  const limit = node.number('threshold');
  const columns = node.parameters.count('columns');
  return { columns, run: ([given]) => mapped(given, (x) => Number(x > limit)) };
};
