import type { StageEvidence } from '../../cascades/chain/index.js';

/** What a method is given: a student's answers to the rows of a table that weren't trained on, and the promise. */
export interface Batch {
  readonly classes: number;
  /** Rows that the student was trained on, each by a model that hadn't seen it. */
  readonly known: StageEvidence;
  /** The other rows. Their losses are what no method may look at but by asking. */
  readonly others: StageEvidence;
  /** The language model's class of each of the others. */
  readonly truth: Int32Array;
  /** How many of the others may be answered otherwise. */
  readonly allowed: number;
  readonly delta: number;
}

/** How a method answered the rows that weren't trained on. */
export interface Draw {
  /** 1 for rows that the language model was asked about, for whatever reason. */
  readonly requested: Uint8Array;
  /** Of those, rows asked about to test or to choose. */
  readonly drawn: number;
  /** The answers that differ from the language model's. */
  readonly wrong: number;
}

/** Rows leave that a method lets out and hasn't asked about. @param asked before. @defaultValue none */
export function drawOf(
  { others, truth }: Pick<Batch, 'others' | 'truth'>,
  leaves: (row: number) => boolean,
  asked = new Uint8Array(truth.length),
): Draw {
  const requested = asked.slice();
  let wrong = 0;
  for (let row = 0; row < truth.length; row++) {
    if (!leaves(row)) requested[row] = 1;
    else if (asked[row] === 0) wrong += Number(others.answers[row] !== truth[row]);
  }
  return { requested, wrong, drawn: count(asked) };
}

/** Rows, those that a student is surest of first. */
export function surestFirst({ confidence }: StageEvidence): Int32Array {
  return Int32Array.from(confidence.keys()).sort((a, b) => confidence[b] - confidence[a]);
}

export function count(marks: Uint8Array): number {
  return marks.reduce((sum, mark) => sum + mark, 0);
}
