import { type FidelityNames, fidelityName } from '../../lib/features/define/index.js';
import type { StageSpec } from '../types/index.js';

/**
 * Whether `outer` may follow `inner`: it reads more features, or the rows beside the same features, or runs more
 * rounds of the same ensemble.
 */
export function isNested(inner: StageSpec, outer: StageSpec): boolean {
  if (isSameEnsemble(inner, outer)) return roundsOf(inner) < roundsOf(outer);
  const readsMore =
    inner.features.length < outer.features.length ||
    (outer.readsRows === true &&
      outer.learner !== inner.learner &&
      inner.features.length === outer.features.length);
  return readsMore && inner.features.every((feature) => outer.features.includes(feature));
}

/**
 * The same where features have fidelities: `outer` may have a feature at a higher one than `inner`. The feature itself
 * is above all of them.
 */
export function nestedAmong(fidelities: FidelityNames): typeof isNested {
  const levels = new Map<string, { readonly feature: string; readonly level: number }>(
    Object.entries(fidelities).flatMap(([feature, all]) =>
      all.map((at, level) => [fidelityName(feature, at), { feature, level }] as const),
    ),
  );
  if (levels.size === 0) return isNested;
  const levelOf = (name: string) => levels.get(name) ?? { feature: name, level: Number.POSITIVE_INFINITY };
  return (inner, outer) => {
    if (isSameEnsemble(inner, outer)) return roundsOf(inner) < roundsOf(outer);
    const there = outer.features.map(levelOf);
    let isHigher = false;
    for (const name of inner.features) {
      const { feature, level } = levelOf(name);
      const other = there.find((each) => each.feature === feature);
      if (other === undefined || other.level < level) return false;
      isHigher ||= other.level > level;
    }
    const [few, many] = [inner.features.length, outer.features.length];
    return isHigher || few < many || (outer.readsRows === true && outer.learner !== inner.learner);
  };
}

/** Whether two stages run one model, for different numbers of rounds or not. */
export function isSameEnsemble(a: StageSpec, b: StageSpec): boolean {
  return (
    a.learner === b.learner &&
    a.target === b.target &&
    a.passed === b.passed &&
    a.features.length === b.features.length &&
    a.features.every((feature, i) => feature === b.features[i])
  );
}

function roundsOf({ prefix }: StageSpec): number {
  return prefix?.rounds ?? Number.POSITIVE_INFINITY;
}

/**
 * The same for equal features in any order: a full model that was given trained has an order of its
 * own.
 */
export function keyOf(features: readonly string[]): string {
  return JSON.stringify([...features].sort());
}

/** What stages of equal features and learner have alike, whatever they are fitted to. */
export function subsetKey({ features, learner }: Pick<StageSpec, 'features' | 'learner'>): string {
  return `${keyOf(features)} ${learner}`;
}

/** What a stage is fitted to and on, whatever its prefix. */
export function specKey(spec: Pick<StageSpec, 'features' | 'learner' | 'target'>): string {
  return `${subsetKey(spec)} ${spec.target}`;
}
