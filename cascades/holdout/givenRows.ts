import {
  type Equals,
  equalsOf,
  oneOfEach,
  type RowKeys,
  type RowReader,
  type Rows,
} from '../../lib/data/rows/index.js';
import type { Random } from '../../lib/stats/index.js';
import { numbersDigest } from '../../lib/util/digest.js';
import type { Repeating, Repeats } from '../types/index.js';
import type { RowsOf } from './part.js';
import { type UnitSample, unitsOf } from './units.js';

/** Rows for a certificate, checked: nothing is computed of them yet. */
export interface CertificationRows<Row> {
  readonly rows: RowsOf<'certification', Rows<Row>>;
  /** Class of each row, or its number. */
  readonly labels: Float64Array | undefined;
  /** Group of each row, where the unit is the group. */
  readonly groups: Int32Array | undefined;
  /** Where some equal others: the samples that are tested, each by itself; all rows once where none does. */
  readonly samples: readonly UnitSample[] | undefined;
  /** How many units there are, in the smallest sample. */
  readonly units: number;
  /** What equal rows count as, where that matters. */
  readonly repeating: Repeating | undefined;
  readonly contents: Contents;
  /**
   * Whether rows that equal one to tune on in every feature are no evidence: they are from elsewhere, and none is a
   * repeat.
   */
  readonly unlike: boolean;
}

/** What rows hold, read before anything is computed of them, and what their groups are called. */
export interface Contents {
  readonly rows: RowKeys;
  /** Keys of groups, one a row. */
  readonly groups: Float64Array | undefined;
}

/** Reads rows and the names of their groups. One reader reads all that is compared. */
export function contentsOf<Row>(
  reader: RowReader,
  rows: readonly Row[],
  groups: ((row: Row) => string | number) | undefined,
): Contents {
  return { rows: reader.keysOf(rows), groups: groups && reader.keysOf(rows.map(groups)).keys };
}

/**
 * Which rows these are, by a digest of their sorted keys: the same in any order, another one where a row differs.
 *
 * @returns undefined without rows, or where a key lasts only as long as the process
 */
export function rowsDigest({ rows: { keys, opaque } }: Contents): string | undefined {
  return keys.length === 0 || opaque.includes(1) ? undefined : numbersDigest(keys.toSorted());
}

/** The contents of some of the rows. */
export function contentsAt({ rows, groups }: Contents, where: Int32Array): Contents {
  const at = (keys: Float64Array) => Float64Array.from(where, (row) => keys[row]);
  return {
    rows: { keys: at(rows.keys), opaque: Uint8Array.from(where, (row) => rows.opaque[row]) },
    groups: groups && at(groups),
  };
}

/** The rows that equal others; undefined where none does, or groups say what is drawn together. */
export function equalsAmong({ rows, groups }: Contents): Equals | undefined {
  if (groups !== undefined) return undefined;
  const equals = equalsOf(rows.keys);
  return equals.copies === 0 ? undefined : equals;
}

/** What {@link givenRows} is made of. */
type Given<Row> = Pick<CertificationRows<Row>, 'rows' | 'labels' | 'groups' | 'contents' | 'unlike'>;

/**
 * Rows that no split has drawn. If equal ones are copies, one of each is kept. If that isn't known, all rows are
 * tested and one of each: whichever are the independent draws, that test alone is valid, and the other can only
 * refuse.
 */
export function givenRows<Row>(given: Given<Row>, repeats: Repeats, random: Random): CertificationRows<Row> {
  const equals = repeats === true ? undefined : equalsAmong(given.contents);
  const repeating = given.groups === undefined && repeats === true ? { are: 'draws' as const } : undefined;
  if (equals === undefined) return { ...given, samples: undefined, units: unitsOf(given), repeating };
  const one = oneOfEach(equals, random);
  if (repeats === 'copies') {
    const { rows, labels, contents } = given;
    return {
      ...given,
      rows: rows.select(one),
      labels: labels && Float64Array.from(one, (row) => labels[row]),
      contents: contentsAt(contents, one),
      samples: undefined,
      units: one.length,
      repeating: { are: 'copies' },
    };
  }
  const samples = [{}, { rows: one }];
  return { ...given, samples, units: unitsOf({ ...given, samples }), repeating: { are: 'either' } };
}

/** What to say where rows repeat and too few are left for a promise that holds either way. */
export const EITHER =
  'some rows are equal, and the promise is to hold whether they are independent draws or copies; pass ' +
  "repeats: true if inputs repeat and each row is a draw of its own, or repeats: 'copies' if they are copies of one";

/** A sentence, with {@link EITHER} where equal rows may be the cause, and after it where that is likely. */
export function withEither(text: string, repeating: Repeating | undefined): string {
  if (repeating?.are !== 'either') return text;
  return mostRepeat(repeating)
    ? `${EITHER.replace('some', 'most')}; without it ${text}`
    : `${text}; ${EITHER}`;
}

/** Whether most rows equal another one, and nobody said what that means. */
export function mostRepeat(repeating: Repeating | undefined): boolean {
  if (repeating?.are !== 'either' || repeating.split === undefined) return false;
  return 2 * repeating.split.asCopies < repeating.split.asDraws;
}

/** How many rows were drawn for the certificate: the others are copies that only the second test looks at. */
export function drawnCount<Row>({
  rows,
  groups,
  samples,
}: Pick<CertificationRows<Row>, 'rows' | 'groups' | 'samples'>): number {
  return groups === undefined ? (samples?.[0].rows ?? rows).length : unitsOf({ rows, groups });
}

/** Rows given for a certificate that aren't draws of their own. */
export function copiesAmong<Row>(
  { rows, repeating }: Pick<CertificationRows<Row>, 'rows' | 'repeating'>,
  samples: readonly UnitSample[] | undefined,
): number {
  const one = repeating?.split ? undefined : samples?.at(-1)?.rows;
  return one === undefined ? 0 : rows.length - one.length;
}
