import type { LoadedModel, ModelKey, Running, Slice, SliceAnswer } from './executor.js';

/** A model in the mode in which it answers. */
export interface GroupMember {
  readonly model: LoadedModel;
  readonly mode: number;
}

/** An answer of one member to all rows. */
export type MemberAnswer = Pick<SliceAnswer, 'answers' | 'scores' | 'exits' | 'degraded' | 'verdict'>;

/** From weak to strong: of several slices the weakest holds. */
const VERDICTS = ['void', 'degraded', 'exploratory', 'full-model-only', 'certified'];
/** Numbers of a member beside its scores: answer, exit, degraded, verdict. */
const HEAD = 4;

/**
 * Models that answer the same rows in one slice, so that features which they share are computed once. To a scheduler they are one
 * model, whose scores hold the answers of all.
 */
export class Group {
  /** As a scheduler takes it. */
  readonly model: LoadedModel;
  private readonly widths: readonly number[];

  /** @param scores whether scores are wanted */
  constructor(
    readonly members: readonly [GroupMember, ...GroupMember[]],
    private readonly scores: boolean,
  ) {
    const [{ model: first }] = members;
    this.widths = members.map(({ model }) => HEAD + (scores ? model.width : 0));
    const costs = members.map(({ model, mode }) => model.modes[Math.max(0, mode)].cost);
    const cost = {
      call: costs.reduce((sum, { call }) => sum + call, 0),
      row: costs.reduce((sum, { row }) => sum + row, 0),
      wait: Math.max(...costs.map(({ wait }) => wait)),
    };
    this.model = {
      ...first,
      key: Group.keyOf(members, scores),
      width: this.widths.reduce((sum, width) => sum + width, 0),
      modes: [{ ...first.modes[0], cost }],
    };
  }

  static keyOf(members: readonly GroupMember[], scores: boolean): ModelKey {
    return JSON.stringify([members.map(({ model, mode }) => [model.key, mode]), scores]);
  }

  /** Runs a slice of the group as one of its models. */
  run(slice: Slice, run: (slice: Slice) => Running): Running {
    const [first, ...others] = this.members.map(({ model, mode }) => ({ model: model.key, mode }));
    const { answer, yielded } = run({ ...slice, ...first, others, scores: this.scores });
    return { yielded, answer: answer.then((own) => this.packed(own, slice.rows)) };
  }

  /** The answers of the members, in their order. */
  unpacked(packed: Float64Array, rows: number): readonly MemberAnswer[] {
    const { width } = this.model;
    let from = 0;
    return this.members.map(({ model }, m) => {
      const at = from;
      from += this.widths[m];
      const scored = this.scores ? model.width : 0;
      const answers = new Float64Array(rows);
      const scores = new Float64Array(rows * scored);
      const exits = new Uint8Array(rows);
      const degraded = new Uint8Array(rows);
      let weakest = VERDICTS.length - 1;
      for (let row = 0; row < rows; row++) {
        const place = row * width + at;
        answers[row] = packed[place];
        exits[row] = packed[place + 1];
        degraded[row] = packed[place + 2];
        weakest = Math.min(weakest, packed[place + 3]);
        for (let s = 0; s < scored; s++) scores[row * scored + s] = packed[place + HEAD + s];
      }
      return { answers, scores, exits, degraded, verdict: VERDICTS[weakest] };
    });
  }

  private packed(own: SliceAnswer, rows: number): SliceAnswer {
    const { width } = this.model;
    const packed = new Float64Array(rows * width);
    let at = 0;
    [own, ...(own.others ?? [])].forEach((answer, m) => {
      const scored = this.widths[m] - HEAD;
      const verdict = Math.max(0, VERDICTS.indexOf(answer.verdict));
      for (let row = 0; row < rows; row++) {
        const place = row * width + at;
        packed[place] = answer.answers[row];
        packed[place + 1] = answer.exits[row];
        packed[place + 2] = answer.degraded[row];
        packed[place + 3] = verdict;
        for (let s = 0; s < scored; s++) packed[place + HEAD + s] = answer.scores[row * scored + s];
      }
      at += this.widths[m];
    });
    const { others: _, ...rest } = own;
    return { ...rest, scores: packed };
  }
}
