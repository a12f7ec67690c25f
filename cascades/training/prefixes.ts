import { isEnsemble, type Model, prefixOf } from '../../lib/learners/index.js';
import type { Cut } from '../types/index.js';

/** Where an ensemble is tried to be left, as parts of its rounds: halves again and again. */
const PARTS = [16, 8, 4, 2];

/**
 * Where models of one recipe may be cut; nowhere where they are no ensembles, or give one number a row: how wrong that is would take
 * another model for each cut.
 */
export function cutsOf(models: readonly Model[]): Cut[] {
  const counts = models.map((model) => (isEnsemble(model) && model.classes > 1 ? model.rounds : 0));
  // With early stopping each fit has its own number.
  const of = counts.includes(0) ? 0 : Math.max(...counts);
  const rounds = PARTS.map((part) => Math.floor(of / part)).filter((count) => count > 0);
  return [...new Set(rounds)].map((count) => ({ rounds: count, of }));
}

/** The first rounds of a model, or all of it. */
export function cutAt(model: Model, cut: Cut | null): Model {
  return cut !== null && isEnsemble(model) ? prefixOf(model, cut.rounds) : model;
}
