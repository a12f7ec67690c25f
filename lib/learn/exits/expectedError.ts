import { combine, separate } from '../../data/artifact/index.js';
import type { Block } from '../../data/blocks/index.js';
import { exp } from '../../util/math/index.js';
import type { State } from '../../util/state.js';
import { damagedState, storedNumber, storedPositive } from '../calibration/index.js';
import { type Model, scoreInto } from '../learners/index.js';
import type { ExitFacts } from './exitScore.js';
import type { LogLinear } from './logLinear.js';
import type { ExitRule } from './rule.js';

/**
 * A regression model with one of the logarithm of its error beside it: of each row the number, and the error that is to
 * be expected of it. (A model of the spread of residuals makes intervals as wide as each row needs: Papadopoulos,
 * Gammerman and Vovk, "Normalized nonconformity measures for regression conformal prediction", 2008.)
 */
export interface IntervalModel extends Model {
  readonly value: Model;
  readonly error: Model;
  /** The factor from `error` to the mean error: the exponential of a mean logarithm is too small. */
  readonly curve: LogLinear;
}

export function intervalModel(value: Model, error: Model, curve: LogLinear): IntervalModel {
  const { intercept, slope } = curve;
  const tolerances = [value, error].flatMap(({ tolerance }) => tolerance ?? []);
  const states = value.state && error.state && { value: value.state, error: error.state };
  return {
    name: value.name,
    classes: 2,
    value,
    error,
    curve,
    ...(tolerances.length > 0 && { tolerance: Math.max(...tolerances) }),
    ...(states && {
      state: combine({ ...states, interval: { json: { intercept, slope }, tensors: {} } }),
    }),
    score(blocks, out) {
      const [{ rows }] = blocks;
      const numbers = new Float64Array(rows);
      const errors = new Float64Array(rows);
      const weave = () => {
        for (let row = 0; row < rows; row++) {
          out[2 * row] = numbers[row];
          out[2 * row + 1] = exp(intercept + slope * errors[row]);
        }
      };
      const waiting = [scored(value, blocks, numbers), scored(error, blocks, errors)].filter(
        (each) => each !== undefined,
      );
      if (waiting.length > 0) return Promise.all(waiting).then(weave);
      weave();
    },
  };
}

/** @param load of either model's own @throws ArtifactError when the state isn't that of such a model */
export function loadIntervalModel(state: State, load: (state: State) => Model): IntervalModel {
  const { value, error, interval } = separate(state);
  const what = 'a model with its error';
  if (value === undefined || error === undefined || interval === undefined)
    throw damagedState(what, 'parts missing');
  const curve = {
    intercept: storedNumber(interval, 'intercept', what),
    slope: storedPositive(interval, 'slope', what),
  };
  return intervalModel(load(value), load(error), curve);
}

function scored(model: Model, blocks: readonly Block[], out: Float64Array): Promise<void> | undefined {
  return scoreInto(model, blocks, out) ?? undefined;
}

/** The exit score of regression: the error that a stage expects of its own answer. */
export const interval: ExitFacts = { words: 'expected difference from the full model', least: () => 0 };

/**
 * Regression: a stage gives the number and the error it expects of it, at least 0, and is as sure as
 * scale / (scale + error): 1 of what is certain, 1/2 where the error is as large as the scale that errors are judged
 * on.
 */
export function intervalRule(scale: number): ExitRule {
  return {
    kind: { calibration: 'identity', score: 'interval', scale },
    decide(scores, width, answers, confidence) {
      for (let row = 0; row < answers.length; row++) {
        const value = scores[row * width];
        const error = scores[row * width + 1];
        const isSound = Number.isFinite(value) && error >= 0;
        answers[row] = isSound ? value : Number.NaN;
        confidence[row] = isSound ? scale / (scale + error) : Number.NaN;
      }
    },
    state: { json: { kind: 'interval', scale }, tensors: {} },
  };
}

/** The error that a stage expects where it is this sure: what a threshold stands for. */
export function errorAt(confidence: number, scale: number): number {
  return (scale * (1 - confidence)) / confidence;
}

/** @throws ArtifactError when the state isn't that of such a rule */
export function loadIntervalRule(state: State): ExitRule {
  return intervalRule(storedPositive(state, 'scale', 'an exit rule'));
}
