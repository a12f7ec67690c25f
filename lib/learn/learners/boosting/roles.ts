import { DataError } from '../../../errors.js';
import type { TrainingSet } from '../learner.js';
import type { BoostingOptions } from './options.js';

/** The roles of each column by the options, all blocks side by side. */
export interface ColumnRoles {
  /** 1 where numbers are categories. */
  readonly categorical: Uint8Array;
  /** 1: rising, -1: falling, 0: free. */
  readonly monotone: Int8Array;
}

/**
 * Finds the columns that the options speak of by feature. Features that this set doesn't have are passed over: a
 * learner is fitted to subsets too.
 */
export function columnRoles(
  { blocks, features }: TrainingSet,
  { categorical = {}, monotone = {} }: Pick<BoostingOptions, 'categorical' | 'monotone'>,
): ColumnRoles {
  const total = blocks.reduce((sum, block) => sum + block.columns, 0);
  const roles = { categorical: new Uint8Array(total), monotone: new Int8Array(total) };
  if (features === undefined) {
    if (Object.keys(categorical).length + Object.keys(monotone).length === 0) return roles;
    throw new DataError(
      'options speak of features, but the training set doesn’t name its blocks: give features',
    );
  }
  let first = 0;
  blocks.forEach(({ columns }, b) => {
    const name = features[b];
    const inside = (column: number, option: string) => {
      if (column < columns) return first + column;
      throw new DataError(`${option} speaks of column ${column} of '${name}', which has ${columns} columns`);
    };
    const categories = Object.hasOwn(categorical, name) ? categorical[name] : false;
    if (categories === true) roles.categorical.fill(1, first, first + columns);
    else if (categories)
      for (const column of categories) roles.categorical[inside(column, 'categorical')] = 1;
    const way = Object.hasOwn(monotone, name) ? monotone[name] : 0;
    if (typeof way === 'number') roles.monotone.fill(way, first, first + columns);
    else
      way.forEach((one, column) => {
        roles.monotone[inside(column, 'monotone')] = one;
      });
    first += columns;
  });
  const both = roles.categorical.findIndex((one, column) => one === 1 && roles.monotone[column] !== 0);
  if (both !== -1)
    throw new DataError(`column ${both} is categorical: categories have no order to be monotone in`);
  return roles;
}
