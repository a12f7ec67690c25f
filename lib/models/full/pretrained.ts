import { isCount, show } from '../../check.js';
import type { Block } from '../../data/blocks/index.js';
import { ArtifactError, OptionError } from '../../errors.js';
import { optionChanges, stable } from '../../features/define/index.js';
import type { Learner, Model } from '../../learn/learners/index.js';
import { member } from '../../util/member.js';
import type { JsonValue } from '../../util/state.js';
import type { TrainedModel } from './trained.js';

/**
 * A learner with nothing left to learn: a model trained elsewhere as a stage of a cascade, such as
 * a small network, or the full one in int8. It is tried on the features that the model reads, alone
 * and among more; one of rows (`fromRows`) before, after and beside any features.
 *
 * It must not have seen the rows given to `tune`, and its labels must be the full model's, in the
 * same order. To load a cascade with such a stage, pass it in `learners`, with the same
 * fingerprint.
 *
 * @param model with `reads`, or one of rows
 * @throws OptionError for a model that doesn't declare what it reads; ArtifactError when loaded
 * with another model
 *
 * @example
 * const small = await onnxModel('small-int8.onnx', { classes, inputs: 'words', name: 'int8' });
 * await tune({ features, rows, full, approximate: [logisticRegression(), pretrained(small)], bound });
 */
export function pretrained<L>(model: TrainedModel<L>): Learner {
  if (typeof model !== 'object' || model === null) {
    throw new OptionError('model', `expected a trained model, got ${show(model)}`);
  }
  const { name, labels, price, readsRows = false, options = null } = model;
  const reads = readsRows ? [] : (model.reads ?? []);
  if (typeof model.score !== 'function' || (!readsRows && reads.length === 0)) {
    throw new OptionError('model', `expected a trained model that names what it reads, got ${show(model)}`);
  }
  if (!Array.isArray(labels)) {
    throw new OptionError('model', `'${name}' gives numbers; a stage by pretrained has labels`);
  }
  // Looked up when it is stored: some models are known fully only once they have answered.
  const terms = (fingerprint = model.fingerprint ?? name): JsonValue => ({
    fingerprint,
    labels: labels.map(plainLabel),
    reads,
    options,
  });
  // One for all stages, so that rows which one has scored needn't be scored for another.
  const whole = among(model, terms, []);
  return {
    name,
    predicts: labels,
    reads,
    ...(readsRows && { readsRows }),
    // Its training rows are unknown here; scores that are NaN are refused.
    missing: true,
    ...(price === undefined ? {} : { price }),
    ...(model.fittedOn && { fittedOn: model.fittedOn }),
    work: ({ rows }) => rows,
    fit({ features = [] }) {
      if (readsRows) return whole;
      return among(
        model,
        terms,
        reads.map((feature) => features.indexOf(feature)),
      );
    },
    load({ json }) {
      const stored = isStored(json) ? member(json.terms, 'fingerprint') : undefined;
      const own = terms(typeof stored === 'string' && model.recognise?.(stored) ? stored : undefined);
      if (!isStored(json) || stable(json.terms) !== stable(own)) {
        throw new ArtifactError(
          'mismatch',
          `the model '${name}' is another one than the cascade was made with: ` +
            (isStored(json) ? optionChanges(own, json.terms).join('; ') : 'its state is none'),
        );
      }
      return among(model, terms, json.positions);
    },
  };
}

/** Applies the model to its own blocks, at `positions` among all. */
function among<L>(
  model: TrainedModel<L>,
  terms: () => JsonValue,
  positions: readonly number[],
): Model & { readonly price?: number | undefined } {
  return {
    name: model.name,
    classes: model.classes,
    ...(model.tolerance === undefined ? {} : { tolerance: model.tolerance }),
    ...(model.price === undefined ? {} : { price: model.price }),
    ...(model.readsRows && { readsRows: true, ...(model.varies && { varies: true }) }),
    ...(model.keepsAnswers && { keepsAnswers: true }),
    ...(model.fittedOn && { fittedOn: model.fittedOn }),
    ...(model.money && { money: model.money }),
    ...(model.readAhead && { readAhead: model.readAhead.bind(model) }),
    get unscored() {
      return model.unscored;
    },
    score: (blocks: readonly Block[], out, context) =>
      model.score(model.readsRows ? blocks : positions.map((position) => blocks[position]), out, context),
    get state() {
      return { json: { terms: terms(), positions }, tensors: {} };
    },
  };
}

function isStored(
  json: JsonValue,
): json is { readonly terms: JsonValue; readonly positions: readonly number[] } {
  if (typeof json !== 'object' || json === null || !('terms' in json) || !('positions' in json)) return false;
  return Array.isArray(json.positions) && json.positions.every(isCount);
}

/** Labels are text, numbers or truth values; any other value is compared as text. */
function plainLabel(label: unknown): JsonValue {
  return typeof label === 'number' || typeof label === 'boolean' ? label : String(label);
}
