import { isEnsemble, type Model, prefixOf } from '../../lib/learn/learners/index.js';
import type { Prefix } from '../types/index.js';

/** Candidate prefix lengths of an ensemble, as divisors of its rounds: successive halves. */
const PARTS: readonly number[] = [16, 8, 4, 2];

/**
 * The prefixes that a stage may run: first rounds of an ensemble. None for other models, and none for models of
 * numbers: each prefix would need another model of its expected error.
 */
export function prefixesOf(models: readonly Model[], parts?: readonly number[]): Prefix[] {
  const counts = models.map((model) => (isEnsemble(model) && model.classes > 1 ? model.rounds : 0));
  // With early stopping each fit has its own number.
  return counts.includes(0) ? [] : prefixesAmong(Math.max(...counts), parts);
}

/** Divisors of the rounds that show what prefixes are worth. */
export const FEW_PARTS: readonly number[] = [4];

/** The same for models of so many rounds. @param parts divisors of the rounds */
export function prefixesAmong(of: number, parts: readonly number[] = PARTS): Prefix[] {
  const rounds = parts.map((part) => Math.floor(of / part)).filter((count) => count > 0);
  return [...new Set(rounds)].map((count) => ({ rounds: count, of }));
}

/** The first rounds of a model, or all of it. */
export function prefixAt(model: Model, prefix: Prefix | null): Model {
  return prefix !== null && isEnsemble(model) ? prefixOf(model, prefix.rounds) : model;
}
