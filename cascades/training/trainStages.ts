import { pick } from '../../lib/data/blocks/index.js';
import { type Model, recipeOf } from '../../lib/learn/learners/index.js';
import { type Candidate, candidateOf, isSameEnsemble } from '../chain/index.js';
import { blaming, stageEvidence } from '../scoring/index.js';
import type { Prefix, StageSpec } from '../types/index.js';
import { crossFit, crossScores, fitOn, type HeldOut, heldOutScores } from './crossfit.js';
import { type Answered, heldErrors, withErrors } from './intervals.js';
import { prefixAt, prefixesAmong, prefixesOf } from './prefixes.js';
import type { StageTrainer } from './stageTrainer.js';

/** A stage to train: its spec and, where `passed`, the rows that it is fitted on. */
type Trainable = StageSpec & Pick<Candidate, 'passedRows'>;

/** Cross-fits the model of a stage, whole, and collects its answers to rows that it hasn't seen. */
export async function tryStage(trainer: StageTrainer, spec: Trainable): Promise<Candidate> {
  const [whole] = await candidatesOf(trainer, spec, [null], await scoresOfPrefixes(trainer, spec, [null]));
  return whole;
}

/**
 * As {@link tryStage}; where the models are ensembles, also what their first rounds alone would answer.
 *
 * @param parts divisors of the rounds
 */
export async function tryWithPrefixes(
  trainer: StageTrainer,
  spec: Trainable,
  parts?: readonly number[],
): Promise<Candidate[]> {
  const { learner } = ingredients(trainer, spec);
  const recipe = recipeOf(learner);
  if (recipe !== undefined && (recipe.kind !== 'gradient-boosting' || recipe.rounds !== undefined)) {
    const prefixes = [null, ...prefixesAmong(recipe.rounds ?? 0, parts)];
    return candidatesOf(trainer, spec, prefixes, await scoresOfPrefixes(trainer, spec, prefixes));
  }
  // The number of rounds is known once models are fitted.
  const held = await heldModels(trainer, spec);
  const prefixes = [
    null,
    ...prefixesOf(
      held.map(({ model }) => model),
      parts,
    ),
  ];
  return candidatesOf(trainer, spec, prefixes, await scoresByModels(trainer, spec, held, prefixes));
}

/** The answers of the full model's first rounds, where it is an ensemble. */
export async function tryFullPrefixes(trainer: StageTrainer): Promise<Candidate[]> {
  const { model, learner, reads, held } = trainer.full;
  const spec: StageSpec = {
    features: reads,
    learner: learner?.name ?? model.name,
    target: 'full',
    passed: false,
    prefix: null,
  };
  // Counts the full model's own rounds: with early stopping the cross-fitted models have other
  // numbers of rounds.
  const prefixes = prefixesOf([model]);
  return candidatesOf(trainer, spec, prefixes, await scoresByModels(trainer, spec, held, prefixes));
}

/** @param all scores of the scored rows, by prefix */
async function candidatesOf(
  trainer: StageTrainer,
  spec: Trainable,
  prefixes: readonly (Prefix | null)[],
  all: readonly Float64Array[],
): Promise<Candidate[]> {
  const { loss, rule, width, held: rounds } = trainer;
  const candidates: Candidate[] = [];
  for (const [p, prefix] of prefixes.entries()) {
    let scores = all[p];
    if (width === 1) {
      const errors = await heldErrors(answeredBy(trainer, spec, scores), rounds);
      const values = scores;
      scores = new Float64Array(2 * values.length).map((_, i) => (i % 2 === 0 ? values : errors)[i >> 1]);
    }
    const kept = width > 1 ? scores.slice() : undefined;
    const evidence = stageEvidence(loss.lost, rule, scores, scores.length / trainer.split.scored.length);
    candidates.push(candidateOf({ ...spec, prefix, rule, scores: kept }, evidence, width));
  }
  return candidates;
}

/** The scores of the scored rows, rows x width, by models that hadn't seen them: a copy. */
export async function heldScores(
  trainer: StageTrainer,
  spec: Trainable & Pick<Candidate, 'scores'>,
): Promise<Float64Array> {
  if (spec.scores !== undefined) return spec.scores.slice();
  const [scores] = await scoresOfPrefixes(trainer, spec, [spec.prefix]);
  return scores;
}

/** For each prefix the scores of the scored rows by models that hadn't seen them. */
async function scoresOfPrefixes(
  trainer: StageTrainer,
  spec: Trainable,
  prefixes: readonly (Prefix | null)[],
): Promise<readonly Float64Array[]> {
  if (spec.target === 'full') return scoresByModels(trainer, spec, trainer.full.held, prefixes);
  const { learner, targets, reads } = ingredients(trainer, spec);
  if (learner.predicts) return scoresByModels(trainer, spec, await heldModels(trainer, spec), prefixes);
  const { blocks, split, rounds, width, context } = trainer;
  const among = spec.passedRows && new Set(spec.passedRows);
  const lengths = prefixes.map((prefix) => prefix?.rounds ?? null);
  const scores = await crossScores(learner, reads, targets, rounds, context, among, lengths, blocks[0].rows);
  return scores.map((each) => pick(each, split.scored, width));
}

async function heldModels(trainer: StageTrainer, spec: Trainable): Promise<readonly HeldOut[]> {
  if (spec.target === 'full') return trainer.full.held;
  const { learner, targets, reads } = ingredients(trainer, spec);
  const among = spec.passedRows && new Set(spec.passedRows);
  const held = await crossFit(learner, reads, targets, trainer.rounds, trainer.context, among);
  if (!learner.readsRows) return held;
  return held.map((each) => ({ ...each, blocks: [{ block: trainer.rows, rows: each.rows }] }));
}

/** The same by models that are fitted already. */
function scoresByModels(
  trainer: StageTrainer,
  spec: Trainable,
  held: readonly HeldOut[],
  prefixes: readonly (Prefix | null)[],
): Promise<readonly Float64Array[]> {
  return Promise.all(prefixes.map((prefix) => scoresByPrefix(trainer, spec, held, prefix)));
}

async function scoresByPrefix(
  { blocks, split, width, learners, given, requests, origin }: StageTrainer,
  spec: Trainable,
  held: readonly HeldOut[],
  prefix: Prefix | null,
): Promise<Float64Array> {
  const learner = learners.find(({ name }) => name === spec.learner);
  if (spec.target !== 'full' && learner?.predicts) {
    // Its answers are the same for any target and any other features.
    const known =
      given.get(learner.name) ??
      blaming(
        (row) => origin[row],
        () => heldOutScores(held, blocks[0].rows, requests),
      );
    given.set(learner.name, known);
    return pick(await known, split.scored, width);
  }
  const models = held.map((each) => ({ ...each, model: prefixAt(each.model, prefix) }));
  return pick(await heldOutScores(models, blocks[0].rows), split.scored, width);
}

/** The models of a chain that is certified and served; stages that are prefixes of one ensemble share it. */
export async function fitStages(trainer: StageTrainer, stages: readonly Candidate[]): Promise<Model[]> {
  // All of them at once; stages after the first of an ensemble share its fit.
  const wholes: Promise<Model>[] = [];
  for (const stage of stages) {
    const before = stages.findIndex((other) => isSameEnsemble(other, stage));
    wholes.push(before < wholes.length ? wholes[before] : fitCandidate(trainer, stage));
  }
  const models = await Promise.all(wholes);
  return models.map((whole, s) => prefixAt(whole, stages[s].prefix));
}

async function fitCandidate(trainer: StageTrainer, candidate: Candidate): Promise<Model> {
  if (candidate.target === 'full') return trainer.full.model;
  const model = await fitWhole(trainer, candidate);
  if (trainer.width > 1) return model;
  return withErrors(model, answeredBy(trainer, candidate, candidate.evidence.answers), trainer.blocks);
}

/** A model that takes as long to run as a stage's would, to measure its cost. */
export async function fitProbe(given: StageTrainer, spec: Trainable): Promise<Model> {
  const trainer = { ...given, learners: given.learners.map((learner) => learner.probe?.() ?? learner) };
  if (trainer.width > 1) return fitWhole(trainer, spec);
  return fitCandidate(trainer, await tryStage(trainer, spec));
}

async function fitWhole(trainer: StageTrainer, spec: Trainable): Promise<Model> {
  const { learner, targets, reads } = ingredients(trainer, spec);
  const rows = spec.passedRows ?? trainer.split.fit;
  const blocks = reads.positions.map((f) => ({ block: trainer.blocks[f], rows }));
  return fitOn(learner, reads.features, blocks, targets, rows, trainer.context);
}

function answeredBy(trainer: StageTrainer, spec: Trainable, answers: Float64Array): Answered {
  const { full, split, scale, context, blocks } = trainer;
  const { learner, reads } = ingredients(trainer, spec);
  const among = spec.passedRows && new Set(spec.passedRows);
  return {
    learner,
    reads,
    answers,
    full: full.judged.full,
    rows: split.scored,
    count: blocks[0].rows,
    among,
    scale,
    context,
  };
}

/** The stages of a subset: each learner whose features it has, fitted to each target. */
export function specsOf({ learners, targets }: StageTrainer, features: readonly string[]): StageSpec[] {
  const kinds = ['labels', 'answers'] as const;
  const able = learners.filter(
    ({ reads = [], readsRows }) =>
      reads.every((name) => features.includes(name)) && (readsRows || features.length > 0),
  );
  return able.flatMap(({ name, readsRows }) =>
    kinds
      .filter((target) => targets[target] !== undefined)
      .map((target) => ({
        ...{ features, learner: name, target, passed: false, prefix: null },
        ...(readsRows && { readsRows }),
      })),
  );
}

function ingredients({ learners, targets, names }: StageTrainer, spec: Trainable) {
  const learner = learners.find(({ name }) => name === spec.learner);
  const target = spec.target === 'full' ? undefined : targets[spec.target];
  if (learner === undefined || target === undefined) {
    throw new TypeError(`no ${spec.learner} fitted to ${spec.target} here`);
  }
  const { features } = spec;
  // A model of rows reads none of the features of its stage.
  const own = learner.readsRows ? [] : features;
  const reads = { positions: own.map((name) => names.indexOf(name)), features: own };
  return { learner, targets: target, reads };
}
