import type { ReadStep } from '../step.js';
import { sameColumns } from './columns.js';
import { mapped } from './math.js';

/** 1 where a number is above the threshold, else 0. */
export const threshold: ReadStep = (node) => {
  const limit = node.number('threshold');
  const columns = sameColumns(node);
  return { columns, run: ([given]) => mapped(given, (x) => Number(x > limit)) };
};
