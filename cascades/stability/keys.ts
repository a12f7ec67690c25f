import { difference } from '../../lib/data/blocks/index.js';
import { UnstableFeature } from '../../lib/errors.js';
import { isKey } from '../../lib/features/cache/index.js';
import { RowView } from '../../lib/features/define/index.js';
import type { Held } from './features.js';
import { comparisonOf } from './settings.js';
import { LARGE } from './sizes.js';

/**
 * A cache serves rows of one key the same values, so these must be equal. Only keys are computed
 * for it.
 *
 * @throws UnstableFeature if two rows of one key have different values
 */
export async function compareKeys<Row>(
  { features, fitted, rows, blocks }: Held<Row>,
  live: readonly string[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const checks = fitted.flatMap(({ name }, f) => {
    const feature = features.get(name);
    if (live.includes(name)) return [];
    return (feature.keys ?? []).map((source) => {
      const { tolerance, isSame } = comparisonOf(`features.${name}`, feature);
      const firsts = new Map<string | number | bigint, number>();
      return (view: RowView<Row>, from: number) =>
        view.read(source).forEach((key, i) => {
          const row = from + i;
          if (!isKey(key)) return;
          const first = firsts.get(key);
          if (first === undefined) {
            firsts.set(key, row);
            return;
          }
          const found = difference(blocks[f], first, blocks[f], row, isSame);
          if (found === undefined) return;
          const { column, one, other } = found;
          throw new UnstableFeature(
            name,
            rows.origin[row],
            `column ${column} is ${other}, and ${one} in row ${rows.origin[first]}, which has the same key ${String(key)}: a cache would serve one for the other ` +
              `(tolerance ${tolerance}). Give 'cached' a key that differs between such rows`,
          );
        });
    });
  });
  if (checks.length === 0) return;
  let from = 0;
  for await (const batch of rows.batches(LARGE, signal)) {
    const view = RowView.of(batch);
    for (const check of checks) check(view, from);
    from += batch.length;
  }
}
