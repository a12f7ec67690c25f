import fc from 'fast-check';
import { denseBlock } from '../../../../lib/data/blocks/index.js';
import { classRule, type Decision, decide, exits } from '../../../../lib/learn/exits/index.js';
import type { Model } from '../../../../lib/learn/learners/index.js';
import type { Engine, NamedFeature } from '../../../../lib/run/runtime/index.js';

/** A row of one number a feature. */
export interface Numbers {
  readonly id: number;
  readonly values: readonly number[];
}

/** A row with this as a number gets NaN for scores, or infinite ones, from stages that read it. */
export const NAN_SCORES = 99;
export const INFINITE_SCORES = 98;

/** A threshold that no score reaches. */
export const NEVER = Number.POSITIVE_INFINITY;

/** Any thresholds of some stages, and any number of a row. */
export const someThresholds = (classes: number) => {
  const threshold = fc.oneof(fc.double({ min: 0.2, max: 1, noNaN: true }), fc.constant(NEVER));
  return fc.array(fc.array(threshold, { minLength: classes, maxLength: classes }), { maxLength: 3 });
};
export const anyNumber = fc.oneof(
  { weight: 8, arbitrary: fc.float({ min: -4, max: 4, noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom(NAN_SCORES, INFINITE_SCORES) },
);

/** A feature, one column wide, that writes down the rows it is asked for. */
export interface Probe {
  readonly feature: NamedFeature<Numbers>;
  /** The ids of each call's rows. */
  readonly calls: number[][];
}

export interface ProbeOptions {
  readonly waits?: boolean;
  /** Throws, or rejects where it waits, when it is asked for a row for which this holds. */
  readonly fails?: (row: Numbers) => boolean;
}

export function probe(position: number, { waits = false, fails = () => false }: ProbeOptions = {}): Probe {
  const calls: number[][] = [];
  const values = (rows: readonly Numbers[]) => {
    if (rows.some(fails)) throw new Error('no answer');
    return denseBlock(
      rows.length,
      1,
      Float32Array.from(rows, (row) => row.values[position]),
    );
  };
  return {
    calls,
    feature: {
      name: `f${position}`,
      fitted: {
        columns: 1,
        compute(view) {
          const rows = view.rows();
          calls.push(rows.map(({ id }) => id));
          return waits ? Promise.resolve(rows).then(values) : values(rows);
        },
        state: { json: null, tensors: {} },
      },
    },
  };
}

export interface CountedModel extends Model {
  /** The number of rows of each call. */
  readonly calls: number[];
}

/** A softmax of waves of the sum of its columns: any fixed function of the numbers does. */
export function softmaxModel(
  name: string,
  classes: number,
  { waits = false, robust = false } = {},
): CountedModel {
  const calls: number[] = [];
  return {
    name,
    classes,
    calls,
    score(blocks, out) {
      const { rows } = blocks[0];
      calls.push(rows);
      for (let row = 0; row < rows; row++) {
        let sum = 0;
        let special: number | undefined;
        for (const { values } of blocks) {
          sum += values[row];
          if (robust) continue;
          if (values[row] === NAN_SCORES) special = Number.NaN;
          if (values[row] === INFINITE_SCORES) special = Number.POSITIVE_INFINITY;
        }
        let total = 0;
        for (let c = 0; c < classes; c++) total += Math.exp(Math.sin(sum * (c + 1)));
        for (let c = 0; c < classes; c++) {
          out[row * classes + c] = special ?? Math.exp(Math.sin(sum * (c + 1))) / total;
        }
      }
      if (waits) return Promise.resolve();
    },
  };
}

export interface World {
  readonly engine: Engine<Numbers>;
  readonly probes: readonly Probe[];
  readonly models: readonly CountedModel[];
}

export interface WorldOptions {
  readonly classes: number;
  readonly decision?: Decision;
  /** One stage each, which reads features 0 … its own position; the full model reads one more. */
  readonly thresholds: readonly (readonly number[])[];
  readonly features?: Readonly<Record<number, ProbeOptions>>;
  readonly waitingModels?: boolean;
}

export function worldOf(options: WorldOptions): World {
  const {
    classes,
    thresholds,
    decision = { kind: 'argmax' },
    features = {},
    waitingModels = false,
  } = options;
  const count = thresholds.length + 1;
  const probes = Array.from({ length: count }, (_, f) => probe(f, features[f]));
  const models = Array.from({ length: count }, (_, s) =>
    softmaxModel(`m${s}`, classes, { waits: waitingModels, robust: s === count - 1 }),
  );
  const readsOf = (s: number) => Array.from({ length: s + 1 }, (_, f) => f);
  return {
    probes,
    models,
    engine: {
      features: probes.map(({ feature }) => feature),
      stages: thresholds.map((values, s) => ({
        reads: readsOf(s),
        model: models[s],
        rule: classRule(decision),
        thresholds: Float64Array.from(values),
      })),
      full: { reads: readsOf(count - 1), model: models[count - 1] },
      classes,
      decision,
    },
  };
}

export interface Alone {
  readonly label: number;
  readonly exit: number;
  readonly scores: readonly number[];
}

/** What a row's answer must be, stage by stage, the models asked about this row alone. */
export function answerAlone({ stages, full, classes, decision }: Engine<Numbers>, row: Numbers): Alone {
  const request = ({ model, reads }: Engine<Numbers>['full']) => {
    const scores = new Float64Array(classes);
    model.score(
      reads.map((f) => denseBlock(1, 1, Float32Array.of(row.values[f]))),
      scores,
    );
    return { label: decide(decision, scores, 0, classes), scores: [...scores] };
  };
  for (let s = 0; s < stages.length; s++) {
    const { label, scores } = request(stages[s]);
    // Of a tie a stage knows nothing.
    const alone = scores.filter((score) => score === scores[label]).length === 1;
    if (alone && exits(label, scores[label], stages[s].thresholds)) return { label, scores, exit: s };
  }
  return { ...request(full), exit: stages.length };
}

/** Rows of numbers that nothing distinguishes but the seed. */
export function numbers(count: number, width: number, seed = 1): Numbers[] {
  return Array.from({ length: count }, (_, id) => ({
    id,
    values: Array.from({ length: width }, (_, f) =>
      Math.fround(Math.sin((id + 1) * (f + 3) * 1.7 + seed) * 3),
    ),
  }));
}
