import { consecutive } from '../../../lib/data/blocks/index.js';
import { type Equals, oneOfEach } from '../../../lib/data/rows/index.js';
import type { Random } from '../../../lib/stats/index.js';
import type { UnitSample } from '../../holdout/index.js';
import type { RepeatingSplit } from '../../types/index.js';
import { heldByCopies, MOST_DRAWN } from './byCopies.js';
import { drawnRows } from './splitByDraw.js';

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

/**
 * Draws certification rows for two tests. The first is of rows drawn one by one, equal or not. The second is of one
 * of each different row of which nothing is tuned on, or which counts as lost (`heldByCopies` has the chances,
 * docs/decisions/191 what they were compared with).
 *
 * @param keys of the rows' content: coins follow from it and the seed, not from where rows stand
 * @param share of the rows for the first test; at most {@link MOST_DRAWN} is drawn
 */
export function eitherWay({
  equals,
  keys,
  share,
  random,
}: {
  readonly equals: Equals;
  readonly keys: Float64Array;
  readonly share: number;
  readonly random: Random;
}): EitherWay {
  const { first, copies } = equals;
  const count = first.length;
  const drawn = drawnRows(count, undefined, Math.min(share, MOST_DRAWN), random);
  const isDrawn = marked(drawn, count);
  const coin = (original: number) => random.fork(`row ${keys[original]}`).uniform();
  const { unseen, lost, hasPopular, apart } = heldByCopies(first, isDrawn, coin);
  const isUnseen = marked(unseen, count);
  const isOne = marked(
    oneOfEach(equals, random.fork('one of equals')).filter((row) => isUnseen[first[row]] === 1),
    count,
  );
  const certify = consecutive(0, count).filter((row) => isDrawn[row] === 1 || isOne[row] === 1);
  const where = Int32Array.from(certify.keys());
  const one = where.filter((i) => isOne[certify[i]] === 1);
  // An original is tuned on with the chance of a row that isn't drawn, however many copies it has.
  const known = new Set(first.filter((_, row) => apart[row] === 0)).size;
  return {
    certify,
    samples: [
      { rows: where.filter((i) => isDrawn[certify[i]] === 1) },
      { rows: one, seen: hasPopular ? lost.length : undefined },
    ],
    apart,
    foreseen: Math.min(drawn.length, Math.round((known * drawn.length) / (count - drawn.length))),
    split: {
      repeat: copies,
      rows: drawn.length,
      different: one.length + lost.length,
      seen: lost.length,
      spare: apart.reduce((sum, is) => sum + is, 0) - certify.length,
      asDraws: Math.round(count * share),
      asCopies: Math.round((count - copies) * share),
    },
  };
}

function marked(rows: ArrayLike<number> & Iterable<number>, count: number): Uint8Array {
  const marks = new Uint8Array(count);
  for (const row of rows) marks[row] = 1;
  return marks;
}
