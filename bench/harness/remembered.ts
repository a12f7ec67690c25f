import { Cascade, type Label } from 'spillway';
import { RowView } from 'spillway/extend';
import { gather } from '../../lib/data/blocks/index.js';
import { partsOf } from './parts.js';

/**
 * The same cascade for these rows alone, whose features are computed here and never again: its answers are the same, and
 * many draws of it can be counted. Nothing of it is timed.
 */
export function remembered<Row extends object, L extends Label, Name extends string>(
  cascade: Cascade<Row, L, Name>,
  rows: readonly Row[],
): Cascade<Row, L, Name> {
  const parts = partsOf(cascade);
  const places = new Map(rows.map((row, place) => [row, place]));
  const placeOf = (row: Row) => {
    const place = places.get(row);
    if (place === undefined) throw new RangeError('a row is none of those that are remembered');
    return place;
  };
  const fitted = parts.fitted.map(({ name, fitted: feature }) => {
    const block = feature.compute(RowView.of(rows));
    if (block instanceof Promise) throw new TypeError(`${name}: expected a feature that answers at once`);
    const compute = (view: RowView<Row>) => gather(block, Int32Array.from(view.rows(), placeOf));
    return { name, fitted: { columns: feature.columns, state: feature.state, compute } };
  });
  return new Cascade({ ...parts, fitted });
}
