import type { Profile } from '../../lib/costs/index.js';
import { rowDigests } from '../../lib/data/blocks/index.js';
import { HeldRows, Rows } from '../../lib/data/rows/index.js';
import { UsedRows } from '../../lib/errors.js';
import type { NamedFeature } from '../../lib/run/runtime/index.js';
import type { Ledger } from '../holdout/index.js';
import { eachBatch, type Tracker } from '../scoring/index.js';

/**
 * Refuses rows that equal used rows in every feature, before a model scores any of them: rows with
 * other contents can be equal there. Cheap features come first, and each is computed only for rows
 * that all earlier ones recognise. Features that cost money are left to the test itself.
 *
 * @throws UsedRows, naming them
 */
export async function refuseAlike<Row>(
  ledger: Ledger,
  fitted: readonly NamedFeature<Row>[],
  profile: Profile,
  rows: readonly Row[],
  tracker: Tracker,
): Promise<void> {
  const names = fitted.map(({ name }) => name);
  const telling = ledger.telling(names);
  const costOf = (f: number) => profile.features[names[f]].cost;
  const free = telling
    .filter((f) => costOf(f).price === 0)
    .sort((a, b) => costOf(a).perRow - costOf(b).perRow);
  const used = ledger.digests;
  const own = names.map(() => new Float64Array(rows.length));
  const source = new HeldRows(rows);
  let left = Int32Array.from(rows.keys());
  for (const f of free) {
    const known = new Set(used[f]);
    const some = new Rows(source, left);
    await eachBatch([fitted[f]], some, { signal: tracker.signal }, ([block], from) => {
      rowDigests([block]).forEach((digest, i) => {
        own[f][some.origin[from + i]] = digest;
      });
    });
    left = left.filter((row) => known.has(own[f][row]));
    if (left.length === 0) return;
  }
  if (free.length < telling.length) return;
  const alike = ledger.alike(
    own.map((digests) => Float64Array.from(left, (row) => digests[row])),
    names,
  );
  if (alike.length === 0) return;
  throw new UsedRows(
    alike.map((i) => left[i]),
    rows.length,
    ledger.stale,
  );
}
