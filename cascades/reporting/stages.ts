import { EXIT_FACTS, type ExitKind, errorAt } from '../../lib/learn/exits/index.js';
import type { Model } from '../../lib/learn/learners/index.js';
import type { ReportStage, ReportThreshold } from '../../lib/report/index.js';
import { count } from '../../lib/util/count.js';
import { type Label, type Plan, type PlanStage, type Prefix, widthOf } from '../types/index.js';

/** The full model: what `tune` fitted, or what was given. */
export interface NamedFullModel {
  readonly learner: string | undefined;
  readonly fingerprint: string | undefined;
  /** Of a model that was given, as a file has it; a cascade has the model itself. */
  readonly name?: string;
  readonly model?: Pick<Model, 'name' | 'money'>;
}

/** What stands among the features of a model that reads the rows themselves. */
const ROWS = 'rows';

/** The stages of a plan, the full model last. */
export function stagesOf<L extends Label, Name extends string>(
  own: NamedFullModel,
  plan: Plan<L, Name>,
): ReportStage[] {
  const full = {
    learner: fullModelName(own),
    target: own.learner === undefined ? 'given trained' : 'labels',
  };
  return [
    ...plan.stages.map((stage, s) => ({
      name: `stage ${s + 1}`,
      features: stage.readsRows ? [...stage.features, ROWS] : stage.features,
      learner: stage.learner,
      ...(stage.prefix && { rounds: roundsOf(stage.prefix) }),
      target: stage.target === 'full' ? full.target : fittedTo(stage),
      thresholds: thresholdsOf(plan, stage),
      reach: stage.reach,
      exits: stage.exits,
      cost: stage.cost,
    })),
    {
      name: 'full model',
      features: plan.full.features.length === 0 ? [ROWS] : plan.full.features,
      ...full,
      thresholds: [],
      reach: plan.full.reach,
      exits: plan.full.reach,
      cost: plan.full.cost,
    },
  ];
}

/** The full model's learner, or the name of the model that was given; earlier files have its fingerprint alone. */
export function fullModelName({ learner, fingerprint, name, model }: NamedFullModel): string {
  return learner ?? model?.name ?? name ?? fingerprint ?? 'a trained model';
}

/** Whether every row of a class leaves a stage, at any score: its threshold can't bind. */
export function isAlways(
  { decision, classes }: Pick<Plan, 'decision' | 'classes'>,
  { thresholds, exit }: Pick<PlanStage, 'thresholds' | 'exit'>,
  answer: number,
): boolean {
  const threshold = thresholds[answer];
  return threshold !== null && threshold <= EXIT_FACTS[exit.score].least(decision, widthOf(classes), answer);
}

function thresholdsOf(plan: Plan, stage: PlanStage): ReportThreshold[] {
  const { thresholds, exit } = stage;
  const { scale } = exit;
  if (scale === undefined) {
    return thresholds.map((threshold, c) => ({
      label: String(plan.classes[c]),
      threshold,
      ...(isAlways(plan, stage, c) && { always: true }),
    }));
  }
  return thresholds.map((threshold) => ({
    label: 'expected difference',
    threshold: threshold === null ? null : errorAt(threshold, scale),
    atMost: true,
  }));
}

export function learnerWords({ learner, prefix }: Pick<PlanStage, 'learner' | 'prefix'>): string {
  return prefix ? `${learner}, ${roundsOf(prefix)}` : learner;
}

function roundsOf({ rounds, of }: Prefix): string {
  return `${count(rounds)} of ${count(of)} rounds`;
}

function fittedTo({ target, passed }: PlanStage): string {
  return passed ? `${target}, rows passed on` : target;
}

/** An exit score in a few words. */
export function exitWords({ calibration, score }: ExitKind): string {
  const { words } = EXIT_FACTS[score];
  return calibration === 'identity' ? words : `${words}, calibrated (${calibration})`;
}
