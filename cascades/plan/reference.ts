import { type Block, entries, gather } from '../../lib/data/blocks/index.js';
import type { Rows } from '../../lib/data/rows/index.js';
import { RowView } from '../../lib/features/define/index.js';
import { computeAll, type NamedFeature, runAsync } from '../../lib/run/runtime/index.js';
import { type Random, sample } from '../../lib/stats/index.js';
import { rowIdentity } from './identity.js';

/**
 * A few rows and each feature's values for them, with which a loaded cascade's features are
 * compared.
 */
export interface Reference {
  /** Positions among the original rows, ascending, and the number of those. */
  readonly positions: readonly number[];
  readonly of: number;
  /** The `rowIdentity` of each row. */
  readonly identities: readonly (string | null)[];
  /** In the order of the fitted features. */
  readonly blocks: readonly Block[];
  /** The rows themselves, where they are at hand. */
  readonly rows: readonly unknown[] | undefined;
}

/** Most and fewest reference rows, and bytes that their values may take, roughly. */
const MOST = 32;
const LEAST = 4;
const ROOM = 2 ** 20;

/**
 * Draws reference rows.
 *
 * @param blocks of all rows, in the order of the fitted features
 * @param versions fitted features after those: they are computed here, for the drawn rows
 */
export async function referenceOf<Row>(
  blocks: readonly Block[],
  rows: Rows<Row>,
  random: Random,
  signal?: AbortSignal,
  versions: readonly NamedFeature<Row>[] = [],
): Promise<Reference> {
  const fitting = Math.floor(ROOM / Math.max(1, bytesOf(blocks) / Math.max(1, rows.length)));
  const drawn = drawReference(rows.length, random, Math.max(LEAST, fitting));
  const own = await rows.take(drawn, signal);
  const origin = (row: number) => rows.origin[drawn[row]];
  const further = await runAsync(computeAll(versions, RowView.of(own), { origin }));
  return {
    positions: Array.from(drawn, (row) => rows.origin[row]),
    of: rows.source.length,
    identities: own.map(rowIdentity),
    blocks: [...blocks.map((block) => gather(block, drawn)), ...further],
    rows: own,
  };
}

/** @returns positions, ascending, at most `most` of them */
export function drawReference(rows: number, random: Random, most = MOST): Int32Array {
  return sample(rows, Math.min(rows, MOST, most), random).sort();
}

function bytesOf(blocks: readonly Block[]): number {
  return blocks.reduce((sum, block) => sum + entries(block) * (block.kind === 'sparse' ? 8 : 4), 0);
}

/** Reference rows that were found among given ones. */
export interface FoundRows<Row> {
  /** Which reference rows they are: positions in `Reference.positions`. */
  readonly which: readonly number[];
  readonly rows: readonly Row[];
}

/**
 * Finds reference rows among rows that a user gives: all original rows, in their order; the
 * reference rows alone; or any others that include them. Plain data is matched by content, other
 * rows by position.
 */
export function findReference<Row>(
  { positions, of, identities }: Pick<Reference, 'positions' | 'of' | 'identities'>,
  given: readonly Row[],
): FoundRows<Row> {
  const placeOf = (which: number) =>
    given.length === of ? positions[which] : given.length === positions.length ? which : undefined;
  let known: Map<string | null, Row> | undefined;
  const which: number[] = [];
  const rows: Row[] = [];
  identities.forEach((identity, r) => {
    const place = placeOf(r);
    const isThere = place !== undefined && (identity === null || rowIdentity(given[place]) === identity);
    if (isThere) {
      which.push(r);
      rows.push(given[place]);
      return;
    }
    if (identity === null) return;
    known ??= new Map(given.map((row) => [rowIdentity(row), row]));
    const row = known.get(identity);
    if (row === undefined) return;
    which.push(r);
    rows.push(row);
  });
  return { which, rows };
}
