import { pick } from '../../lib/data/blocks/index.js';
import { ModelError } from '../../lib/errors.js';
import { type Model, recipeOf } from '../../lib/learn/learners/index.js';
import { count } from '../../lib/util/count.js';
import { type Candidate, candidateOf, isSameEnsemble } from '../chain/index.js';
import { blaming, stageEvidence } from '../scoring/index.js';
import type { Prefix, StageSpec } from '../types/index.js';
import { crossFit, crossScores, fitOn, type HeldOut, heldOutScores } from './crossfit.js';
import { heldErrors, type StageErrors, withErrors } from './intervals.js';
import type { Judging } from './judging.js';
import type { Material } from './material.js';
import { prefixAt, prefixesAmong, prefixesOf } from './prefixes.js';

/** A stage to train: its spec and, where `passed`, the rows that it is fitted on. */
type Trainable = StageSpec & Pick<Candidate, 'passedRows'>;

/** Cross-fits the model of a stage, whole, and collects its answers to rows that it hasn't seen. */
export async function tryStage(material: Material, judging: Judging, spec: Trainable): Promise<Candidate> {
  const [whole] = await candidatesOf(material, judging, spec, [null]);
  return whole;
}

/**
 * As {@link tryStage}; where the models are ensembles, also what their first rounds alone would answer.
 *
 * @param parts divisors of the rounds
 */
export async function tryWithPrefixes(
  material: Material,
  judging: Judging,
  spec: Trainable,
  parts?: readonly number[],
): Promise<Candidate[]> {
  const { learner } = ingredients(material, judging, spec);
  const rounds = recipeOf(learner)?.rounds;
  if (rounds !== undefined)
    return candidatesOf(material, judging, spec, [null, ...prefixesAmong(rounds, parts)]);
  // The number of rounds is known once models are fitted.
  const held = await heldModels(material, judging, spec);
  const models = held.map(({ model }) => model);
  return candidatesOf(material, judging, spec, [null, ...prefixesOf(models, parts)], held);
}

/** The answers of the full model's first rounds, where it is an ensemble. */
export async function tryFullPrefixes(material: Material, judging: Judging): Promise<Candidate[]> {
  const { model, learner, reads } = material.full;
  const spec: StageSpec = {
    features: reads,
    learner: learner?.name ?? model.name,
    target: 'full',
    passed: false,
    prefix: null,
  };
  // Counts the full model's own rounds: with early stopping the cross-fitted models have other
  // numbers of rounds.
  return candidatesOf(material, judging, spec, prefixesOf([model]));
}

/** @param fitted the models, where these are known */
async function candidatesOf(
  material: Material,
  judging: Judging,
  spec: Trainable,
  prefixes: readonly (Prefix | null)[],
  fitted?: readonly HeldOut[],
): Promise<Candidate[]> {
  const { rule, width, failed } = material;
  const { loss, held: rounds, scored } = judging;
  const all = await scoresOfPrefixes(material, judging, spec, prefixes, fitted);
  const candidates: Candidate[] = [];
  for (const [p, prefix] of prefixes.entries()) {
    let scores = all[p];
    if (failed && scores.length > 0 && scores.every(Number.isNaN)) {
      throw new ModelError(spec.learner, `its scores of all ${count(scored.length)} rows are NaN`);
    }
    if (width === 1) {
      const errors = await heldErrors(answeredBy(material, judging, spec, scores), rounds);
      const values = scores;
      scores = new Float64Array(2 * values.length).map((_, i) => (i % 2 === 0 ? values : errors)[i >> 1]);
    }
    const kept = width > 1 ? scores.slice() : undefined;
    const evidence = stageEvidence(loss.lost, rule, scores, scores.length / scored.length);
    candidates.push(candidateOf({ ...spec, prefix, rule, scores: kept }, evidence, width));
  }
  return candidates;
}

/** The scores of the scored rows, rows x width, by models that hadn't seen them: a copy. */
export async function heldScores(
  material: Material,
  judging: Judging,
  spec: Trainable & Pick<Candidate, 'scores'>,
): Promise<Float64Array> {
  if (spec.scores !== undefined) return spec.scores.slice();
  const [scores] = await scoresOfPrefixes(material, judging, spec, [spec.prefix]);
  return scores;
}

/** For each prefix the scores of the scored rows by models that hadn't seen them. */
async function scoresOfPrefixes(
  material: Material,
  judging: Judging,
  spec: Trainable,
  prefixes: readonly (Prefix | null)[],
  fitted?: readonly HeldOut[],
): Promise<readonly Float64Array[]> {
  const isGiven = spec.target === 'full' || ingredients(material, judging, spec).learner.predicts;
  const held = fitted ?? (isGiven ? await heldModels(material, judging, spec) : undefined);
  if (held !== undefined)
    return Promise.all(prefixes.map((prefix) => scoresByPrefix(material, judging, spec, held, prefix)));
  const { learner, targets, reads } = ingredients(material, judging, spec);
  const { blocks, width, context } = material;
  const { rounds, scored } = judging;
  const among = spec.passedRows && new Set(spec.passedRows);
  const lengths = prefixes.map((prefix) => prefix?.rounds ?? null);
  const scores = await crossScores(learner, reads, targets, rounds, context, among, lengths, blocks[0].rows);
  return scores.map((each) => pick(each, scored, width));
}

async function heldModels(
  material: Material,
  judging: Judging,
  spec: Trainable,
): Promise<readonly HeldOut[]> {
  if (spec.target === 'full') return judging.full.held;
  const { learner, targets, reads } = ingredients(material, judging, spec);
  const among = spec.passedRows && new Set(spec.passedRows);
  const held = await crossFit(learner, reads, targets, judging.rounds, material.context, among);
  if (!learner.readsRows) return held;
  return held.map((each) => ({ ...each, blocks: [{ block: material.rows, rows: each.rows }] }));
}

/** The same of one prefix by models that are fitted already. */
async function scoresByPrefix(
  { blocks, width, given, requests, origin }: Material,
  { learners, scored }: Judging,
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
    return pick(await known, scored, width);
  }
  const models = held.map((each) => ({ ...each, model: prefixAt(each.model, prefix) }));
  return pick(await heldOutScores(models, blocks[0].rows), scored, width);
}

/** The models of a chain that is certified and served; stages that are prefixes of one ensemble share it. */
export async function fitStages(
  material: Material,
  judging: Judging<'selection'>,
  stages: readonly Candidate[],
): Promise<Model[]> {
  // All of them at once; stages after the first of an ensemble share its fit.
  const wholes: Promise<Model>[] = [];
  for (const stage of stages) {
    const before = stages.findIndex((other) => isSameEnsemble(other, stage));
    wholes.push(before < wholes.length ? wholes[before] : fitServed(material, judging, stage));
  }
  const models = await Promise.all(wholes);
  return models.map((whole, s) => prefixAt(whole, stages[s].prefix));
}

function fitServed(material: Material, judging: Judging, stage: Candidate): Promise<Model> {
  const fit = () => fitCandidate(material, judging, stage);
  return material.failed?.noting(stage, fit) ?? fit();
}

async function fitCandidate(material: Material, judging: Judging, candidate: Candidate): Promise<Model> {
  if (candidate.target === 'full') return material.full.model;
  const model = await fitWhole(material, judging, candidate);
  if (material.width > 1) return model;
  return withErrors(
    model,
    answeredBy(material, judging, candidate, candidate.evidence.answers),
    material.blocks,
  );
}

/** A model that takes as long to run as a stage's would, to measure its cost. */
export async function fitProbe(
  material: Material,
  selection: Judging<'selection'>,
  spec: Trainable,
): Promise<Model> {
  const judging = {
    ...selection,
    learners: selection.learners.map((learner) => learner.probe?.() ?? learner),
  };
  if (material.width > 1) return fitWhole(material, judging, spec);
  return fitCandidate(material, judging, await tryStage(material, judging, spec));
}

async function fitWhole(material: Material, judging: Judging, spec: Trainable): Promise<Model> {
  const { learner, targets, reads } = ingredients(material, judging, spec);
  const rows = spec.passedRows ?? material.fit;
  const blocks = reads.positions.map((f) => ({ block: material.blocks[f], rows }));
  return fitOn(learner, reads.features, blocks, targets, rows, material.context);
}

function answeredBy(
  material: Material,
  judging: Judging,
  spec: Trainable,
  answers: Float64Array,
): StageErrors {
  const { scale, context, blocks } = material;
  const { full, scored } = judging;
  const { learner, reads } = ingredients(material, judging, spec);
  const among = spec.passedRows && new Set(spec.passedRows);
  return {
    learner,
    reads,
    answers,
    full: full.judged.full,
    rows: scored,
    count: blocks[0].rows,
    among,
    scale,
    context,
  };
}

/** The stages of a subset: each learner whose features it has, fitted to each target. */
export function specsOf(
  { targets }: Material,
  { learners }: Judging,
  features: readonly string[],
): StageSpec[] {
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

function ingredients({ targets, names }: Material, { learners }: Judging, spec: Trainable) {
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
