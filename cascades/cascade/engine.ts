import { featureCosts, type Profile } from '../../lib/costs/index.js';
import { type FeatureSet, fidelityOf } from '../../lib/features/define/index.js';
import type { Engine } from '../../lib/run/runtime/index.js';
import { channels, Tally } from '../../lib/run/telemetry/index.js';
import { type ServedParts, servedSet, speculation } from '../plan/index.js';
import { type Label, widthOf } from '../types/index.js';

/** Features that wait for at least this share of their time are started before the others. */
const WAITING = 0.5;

/** A cascade as the engine runs it: names become positions. */
export function engineOf<Row, L extends Label, Name extends string>(
  parts: ServedParts<Row, L, Name>,
): Engine<Row> {
  const { fitted, fidelities = {}, plan, stages, full, reads, classes, profile, objective } = parts;
  const positions = (names: readonly string[]) =>
    names.map((name) => fitted.findIndex((f) => f.name === name));
  const ahead = speculation(plan, reads, profile, objective);
  const named: FeatureSet<Row> = servedSet(parts);
  // What serves in place of a fidelity does the work that it shares with others, too.
  const aloneCost = (name: string) =>
    fidelityOf(name, fidelities)
      ? featureCosts(profile, [name]).reduce((sum, { perRow }) => sum + perRow, 0)
      : costs.get(name)?.cost.perRow;
  const costs = new Map(Object.entries<Profile['features'][string]>(profile.features));
  return {
    features: fitted.map(({ name, fitted }) => {
      const cost = costs.get(name)?.cost;
      return {
        name,
        fitted: named.get(name).served?.(fitted, name, aloneCost(name)) ?? fitted,
        waits: (cost?.wait ?? 0) >= WAITING,
        tally: new Tally(name, -1, channels.feature),
      };
    }),
    stages: plan.stages.map(({ thresholds }, s) => ({
      model: stages[s].model,
      rule: stages[s].rule,
      reads: stages[s].model.readsRows ? [] : positions(stages[s].features),
      thresholds: Float64Array.from(thresholds, (threshold) => threshold ?? Number.POSITIVE_INFINITY),
      ahead: positions(ahead[s]),
      tally: new Tally(stages[s].model.name, s, channels.stage),
    })),
    full: {
      model: full.model,
      reads: positions(reads),
      tally: new Tally(full.model.name, plan.stages.length, channels.stage),
    },
    classes: widthOf(classes),
    decision: plan.decision,
  };
}

/** The user's labels; for regression, which has no classes, the numbers themselves. */
export function labelsOf<L extends Label>(answers: Float64Array, classes: readonly L[]): L[] {
  if (classes.length > 0) return Array.from(answers, (c) => classes[c]);
  return Array.from(answers, numberLabel<L>);
}

/** Without classes, labels are numbers. */
export function numberLabel<L extends Label>(answer: number): L {
  const label: Label = answer;
  return label as L;
}
