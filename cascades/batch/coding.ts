import { DataError } from '../../lib/errors.js';
import type { StageAnswers, Thresholds } from '../chain/index.js';

type Codes = Uint8Array | Uint16Array;

/** The answers of one stage to the rows of a partition, for one path. */
export interface CodedStage {
  /** The class; 0 where there is no answer. */
  readonly answers: Codes;
  /** How many of the path's thresholds of that class the confidence reaches. */
  readonly ranks: Codes;
}

/** Rows of a partition, and the answers of each stage of a path's chain to them. */
export interface CodedRows {
  readonly rows: number;
  readonly stages: readonly CodedStage[];
}

/**
 * Answers of stages in two bytes a row and stage (more for over 256 classes, or 255 plans), for the plans of one path.
 * Plans see a confidence only by comparing it with their thresholds. So it is rounded down to the next of these, and
 * every plan lets out the same rows as before.
 */
export class PathCoding {
  /** By stage and class: the thresholds of all plans, ascending, each once. */
  private readonly levels: readonly (readonly Float64Array[])[];

  /** @param classes in number */
  constructor(
    path: readonly Thresholds[],
    private readonly classes: number,
  ) {
    const stages = path[0]?.length ?? 0;
    this.levels = Array.from({ length: stages }, (_, s) =>
      Array.from({ length: classes }, (_, c) => {
        const finite = path.map((thresholds) => thresholds[s][c]).filter(Number.isFinite);
        return Float64Array.from(new Set(finite)).sort();
      }),
    );
  }

  encode(rows: number, answered: readonly StageAnswers[]): CodedRows {
    const stages = answered.map(({ answers, confidence }, s) => {
      const levels = this.levels[s];
      const coded = this.empty(s, answers.length);
      for (let row = 0; row < answers.length; row++) {
        const answer = answers[row];
        // A stage that is no more than confident, and has an answer: `exits` lets out no other.
        if (Number.isNaN(answer) || !(confidence[row] <= 1)) continue;
        coded.answers[row] = answer;
        coded.ranks[row] = reached(levels[answer], confidence[row]);
      }
      return coded;
    });
    return { rows, stages };
  }

  /** @throws DataError for codes that aren't of this path */
  decode({ rows, stages }: CodedRows): StageAnswers[] {
    const expected = this.levels.length;
    if (stages.length !== expected)
      throw new DataError(`expected answers of ${expected} stages, got ${stages.length}`);
    if (stages.some(({ answers, ranks }) => answers.length !== rows || ranks.length !== rows)) {
      throw new DataError(`expected answers to ${rows} rows by each stage`);
    }
    return stages.map((stage, s) => {
      const levels = this.levels[s];
      const answers = Float64Array.from(stage.answers);
      const confidence = new Float64Array(answers.length).fill(Number.NaN);
      stage.ranks.forEach((rank, row) => {
        const known = levels[answers[row]];
        if (known === undefined || rank > known.length) {
          throw new DataError(
            `stage ${s}, row ${row}: class ${answers[row]}, rank ${rank} is none of this path's`,
          );
        }
        if (rank > 0) confidence[row] = known[rank - 1];
      });
      return { answers, confidence };
    });
  }

  /** The codes of all rows, one part after the other. */
  joined(parts: readonly CodedRows[]): CodedRows {
    const total = parts.reduce((sum, { rows }) => sum + rows, 0);
    const stages = this.levels.map((_, s) => {
      const all = this.empty(s, total);
      let at = 0;
      for (const { rows, stages } of parts) {
        all.answers.set(stages[s].answers, at);
        all.ranks.set(stages[s].ranks, at);
        at += rows;
      }
      return all;
    });
    return { rows: total, stages };
  }

  private empty(s: number, rows: number): CodedStage {
    const most = Math.max(...this.levels[s].map(({ length }) => length));
    return { answers: codes(this.classes - 1, rows), ranks: codes(most, rows) };
  }
}

function codes(most: number, length: number): Codes {
  return most < 2 ** 8 ? new Uint8Array(length) : new Uint16Array(length);
}

/** How many of the ascending levels are at most the value. */
function reached(levels: Float64Array, value: number): number {
  let [low, high] = [0, levels.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (levels[middle] <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
