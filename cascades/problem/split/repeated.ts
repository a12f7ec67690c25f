import { consecutive } from '../../../lib/data/blocks/index.js';
import { type Equals, oneOfEach } from '../../../lib/data/rows/index.js';
import { type Random, sample } from '../../../lib/stats/index.js';
import type { UnitSample } from '../../holdout/index.js';
import {
  asksTwice,
  BOUND_METHODS,
  type BoundSpec,
  boundMethod,
  countedAs,
  expectedAllowance,
  isSigned,
  levelOf,
  limitsOf,
} from '../../losses/index.js';
import type { RepeatingSplit } from '../../types/index.js';
import { drawnRows } from './splitByDraw.js';

/** A value with more rows on the tuning side is never held back: tuning without it would be another tuning. */
const POPULAR = 50;

/** Rows that repeat, drawn so that the promise holds whether equal rows are independent draws or copies of one. */
export interface EitherWay {
  /** Rows to certify on, ascending, and those of each test, as positions among them. */
  readonly certify: Int32Array;
  readonly samples: readonly UnitSample[];
  /** 1 for each row that takes no part in tuning: those to certify on, and spare copies. */
  readonly apart: Uint8Array;
  /** How many units the smaller test is expected to have, as far as rows to tune on tell. */
  readonly foreseen: number;
  readonly split: RepeatingSplit;
}

export interface EitherWayInput {
  readonly equals: Equals;
  /** Keys of the rows' content. */
  readonly keys: Float64Array;
  readonly share: number;
  /** Undefined while a loss has no cap yet: such losses aren't counts of rows. */
  readonly spec: BoundSpec | undefined;
  readonly random: Random;
}

/** What is known of the rows that a design starts from. */
interface Rows {
  readonly equals: Equals;
  /** The certification rows as they are drawn where no row repeats. */
  readonly drawn: Int32Array;
  /** Two uniform numbers of each different row, by its first: they depend on its content and the seed alone. */
  readonly held: Float64Array;
  readonly chosen: Float64Array;
  readonly share: number;
  readonly random: Random;
}

/**
 * Draws certification rows for two tests. The first is of rows drawn one by one, equal or not. The second is of one
 * of each different row, of which no copy fitted or chose anything, or which counts as lost (docs/decisions/97 has
 * the proofs).
 */
export function eitherWay({ equals, keys, share, spec, random }: EitherWayInput): EitherWay {
  const count = keys.length;
  const [held, chosen] = [new Float64Array(count), new Float64Array(count)];
  equals.first.forEach((first, row) => {
    if (first !== row) return;
    const coin = random.fork(`row ${keys[row]}`);
    held[row] = coin.uniform();
    chosen[row] = coin.uniform();
  });
  const drawn = drawnRows(count, undefined, share, random);
  const rows = { equals, drawn, held, chosen, share, random };
  return isFew(rows, spec) ? counted(rows) : heldBack(rows);
}

/** The share of different rows that are held back: half of the share for the certificate. */
function heldShare({ share }: Rows): number {
  return share / 2;
}

/**
 * Whether it takes less to count repeated rows as lost than to hold rows back. Told by rows that are to tune on in both
 * designs, and of values that neither one tests: else the choice would favour the test that is lucky.
 */
function isFew(rows: Rows, spec: BoundSpec | undefined): boolean {
  if (spec === undefined) return false;
  const { equals, drawn, held, chosen, share } = rows;
  // A plan that was chosen in sight of the repeated rows can't lose less by a count. Of other losses it might.
  const areCounts = limitsOf(spec).every(
    (limit) =>
      countedAs(limit.loss) !== undefined &&
      BOUND_METHODS[boundMethod(limit, 'rows')].countsRows &&
      // A count leaves out what is gained where a model differs from itself, which is most of what its bound allows.
      !(asksTwice(limit.loss) && isSigned(limit.loss)),
  );
  if (!areCounts) return false;
  const h = heldShare(rows);
  const times = new Map<number, number>();
  const certify = marked(drawn, equals.first.length);
  equals.first.forEach((first, row) => {
    if (certify[row] === 1 || held[first] < h || chosen[first] < share) return;
    times.set(first, (times.get(first) ?? 0) + 1);
  });
  const twice = [...times.values()].filter((count) => count > 1).length;
  // Of two copies both are looked at less often than one.
  const repeated = twice / (1 - share) / Math.max(1, times.size);
  const different = times.size / ((1 - h) * (1 - share) * (1 - share));
  const epsilon = Math.min(...limitsOf(spec).map((limit) => limit.epsilon), ...(spec.also ?? []));
  const allowed = (units: number) => expectedAllowance({ epsilon, delta: levelOf(spec) }, Math.round(units));
  return allowed(share * different) - repeated >= allowed(h * different);
}

/**
 * All rows are drawn one by one. A different row of which there are copies is drawn by its coin, and counts as lost.
 */
function counted({ equals, drawn, chosen, share }: Rows): EitherWay {
  const { first } = equals;
  const times = timesOf(first);
  const single = Int32Array.from(drawn.keys()).filter((i) => times[first[drawn[i]]] === 1);
  const seen = times.reduce((sum, count, row) => sum + Number(count > 1 && chosen[row] < share), 0);
  return made({
    design: 'counted',
    equals,
    certify: drawn,
    all: consecutive(0, drawn.length),
    one: single,
    seen,
    apart: marked(drawn, first.length),
    odds: share,
    share,
  });
}

/**
 * Some different rows are held back, with all their copies. Every row, held or not, is drawn with one probability for
 * the first test, so that as many are tuned on as elsewhere.
 */
function heldBack(rows: Rows): EitherWay {
  const { equals, drawn, held, share, random } = rows;
  const { first } = equals;
  const h = heldShare(rows);
  const part = sample(
    drawn.length,
    Math.round(first.length * (1 - (1 - share) / (1 - h))),
    random.fork('certify beside held'),
  );
  const certify = marked(
    part.map((i) => drawn[i]),
    first.length,
  );
  const times = timesOf(first.map((set, row) => (certify[row] === 1 ? -1 : set)));
  const isHeld = (row: number) => held[first[row]] < h && times[first[row]] <= POPULAR;
  const one = marked(oneOfEach(equals, random.fork('one of equals')).filter(isHeld), first.length);
  const tested = consecutive(0, first.length).filter((row) => certify[row] === 1 || one[row] === 1);
  const where = Int32Array.from(tested.keys());
  const popular = Int32Array.from(times.keys()).filter((row) => times[row] > POPULAR);
  return made({
    design: 'held',
    equals,
    certify: tested,
    all: where.filter((i) => certify[tested[i]] === 1),
    one: where.filter((i) => one[tested[i]] === 1),
    seen: popular.length === 0 ? undefined : popular.filter((row) => held[row] < h).length,
    apart: certify.map((is, row) => (is === 1 || isHeld(row) ? 1 : 0)),
    odds: h / (1 - h),
    share,
  });
}

function made({
  design,
  equals: { first, copies },
  certify,
  all,
  one,
  seen,
  apart,
  odds,
  share,
}: Pick<EitherWay, 'certify' | 'apart'> & {
  readonly design: RepeatingSplit['design'];
  readonly equals: Equals;
  readonly all: Int32Array;
  readonly one: Int32Array;
  readonly seen: number | undefined;
  /** Units of the second test for each different row that may be tuned on. */
  readonly odds: number;
  readonly share: number;
}): EitherWay {
  const times = timesOf(first.map((set, row) => (apart[row] === 0 ? set : -1)));
  const [known, once] = [
    times.filter((count) => count > 0).length,
    times.filter((count) => count === 1).length,
  ];
  // Those that weren't seen, by those that were seen once (Good and Toulmin, Biometrika 1956).
  const unknown = (once * all.length) / (first.length - all.length);
  return {
    certify,
    samples: [{ rows: all }, { rows: one, seen }],
    apart,
    foreseen: Math.min(all.length, Math.round((known + unknown) * odds)),
    split: {
      design,
      repeat: copies,
      rows: all.length,
      different: one.length + (seen ?? 0),
      seen: seen ?? 0,
      spare: apart.reduce((sum, is) => sum + is, 0) - certify.length,
      asDraws: Math.round(first.length * share),
      asCopies: Math.round((first.length - copies) * share),
    },
  };
}

/** How many rows each set has, by its first row; those of no set are below 0. */
function timesOf(sets: Int32Array): Int32Array {
  const times = new Int32Array(sets.length);
  for (const set of sets) if (set >= 0) times[set]++;
  return times;
}

function marked(rows: Int32Array, count: number): Uint8Array {
  const marks = new Uint8Array(count);
  for (const row of rows) marks[row] = 1;
  return marks;
}
