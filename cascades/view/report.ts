import { errorAt } from '../../lib/exits/index.js';
import { costOf } from '../../lib/profile/index.js';
import type { ReportData, ReportMeasured, ReportThreshold } from '../../lib/report/index.js';
import type { CascadeParts } from '../parts/index.js';
import { keyOf } from '../stages/index.js';
import type { Cut, Label, Plan, PlanStage } from '../terms/index.js';
import { exitOf, foundOf, lossOf, observedOf, promiseOf } from './wording.js';

/** What a cascade is and promises, as the plain data that every view shows. */
export function reportOf<Row, L extends Label, Name extends string>(
  parts: CascadeParts<Row, L, Name>,
  measured?: ReportMeasured,
  title = 'A spillway cascade',
): ReportData {
  const { plan, certificate, profile, objective, frontier, tried, exits, stageNotes } = parts;
  const { all } = certificate;
  const keyOfStage = ({ features, learner }: { features: readonly string[]; learner: string }) =>
    `${keyOf(features)} ${learner}`;
  const chosen = new Set(plan.stages.map(keyOfStage));
  const full = {
    learner: parts.full.learner ?? parts.full.fingerprint ?? parts.full.model.name,
    target: parts.full.learner === undefined ? 'given trained' : 'labels',
  };
  const names = Object.keys(profile.features) as Name[]; // The record's keys are the names.
  return {
    title,
    verdict: certificate.verdict,
    promise: promiseOf(certificate),
    notes: [...parts.notes, ...stageNotes],
    unit: objective === 'price' ? 'money' : 'µs',
    features: names.map((name) => {
      const { cost, importance } = profile.features[name];
      return {
        name,
        cost: costOf([cost], objective),
        costSpread: cost.spread,
        ...(importance && { importance }),
      };
    }),
    subsets: tried.map((subset) => ({
      ...subset,
      learner: learnerOf(subset),
      chosen: chosen.has(keyOfStage(subset)),
    })),
    stages: [
      ...plan.stages.map((stage, s) => ({
        name: `stage ${s + 1}`,
        features: stage.features,
        learner: stage.learner,
        ...(stage.cut && { rounds: roundsOf(stage.cut) }),
        target: stage.target === 'full' ? full.target : fittedTo(stage),
        thresholds: thresholdsOf(plan, stage),
        reach: stage.reach,
        exits: stage.exits,
        cost: stage.cost,
      })),
      {
        name: 'full model',
        features: plan.full.features,
        ...full,
        thresholds: [],
        reach: plan.full.reach,
        exits: plan.full.reach,
        cost: plan.full.cost,
      },
    ],
    exits: exits.map(({ stage, cost, chosen: taken, ...kind }) => ({
      stage: `${stage + 1} of the chain`,
      score: exitOf(kind),
      cost,
      chosen: taken,
    })),
    expected: plan.expected,
    certificate: {
      loss: lossOf(certificate.loss),
      epsilon: certificate.epsilon,
      delta: certificate.delta,
      method: certificate.method,
      n: certificate.n,
      observed: observedOf(certificate),
      upper: certificate.upper,
      isSimultaneous: certificate.method.startsWith('simultaneous'),
      rowsNeeded: certificate.rowsNeeded,
      ...(all && {
        all: all.map((clause) => ({
          ...clause,
          loss: lossOf(clause.loss),
          found: foundOf(clause, certificate.unit),
        })),
      }),
    },
    frontier: frontier.map(({ epsilon, cost, speedup }) => ({
      epsilon,
      cost,
      speedup,
      chosen: epsilon === certificate.epsilon,
    })),
    ...(measured && { measured }),
  };
}

function thresholdsOf({ classes }: Plan, { thresholds, exit: { scale } }: PlanStage): ReportThreshold[] {
  if (scale === undefined) {
    return thresholds.map((threshold, c) => ({ label: String(classes[c]), threshold }));
  }
  return thresholds.map((threshold) => ({
    label: 'expected error',
    threshold: threshold === null ? null : errorAt(threshold, scale),
    atMost: true,
  }));
}

function learnerOf({ learner, cut }: Pick<PlanStage, 'learner' | 'cut'>): string {
  return cut ? `${learner}, ${roundsOf(cut)}` : learner;
}

function roundsOf({ rounds, of }: Cut): string {
  return `${rounds} of ${of} rounds`;
}

function fittedTo({ target, passed }: PlanStage): string {
  return passed ? `${target}, rows passed on` : target;
}
