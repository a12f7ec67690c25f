/** Functions of rows as full models: no feature is made for them. */

export type { RowProbabilities } from './answers.js';
export {
  type FromRowsClassOptions,
  type FromRowsOptions,
  fromRows,
  type RowsContext,
} from './fromRows.js';
