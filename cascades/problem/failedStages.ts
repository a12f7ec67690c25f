import { FeatureError, ModelError, SpillwayError } from '../../lib/errors.js';
import { errorText } from '../../lib/util/errorText.js';
import type { StageSpec } from '../types/index.js';

/** What a stage is fitted to and by. */
type Fitted = Pick<StageSpec, 'features' | 'learner'>;

/** Lines that are told one by one. */
const MOST_TOLD = 5;

/**
 * Stages whose fit fails: `tune` finds a plan without them, and tells. An end of its time, an abort and what isn't a
 * learner's fault stay errors.
 */
export class FailedStages {
  private readonly errors = new Set<unknown>();
  private readonly reasons = new Map<string, string>();

  /** @param isOver whether fits fail because nobody waits for them any more */
  constructor(private readonly isOver: () => boolean) {}

  /** A stage's fit, whose failure is noted. @throws what it throws */
  async noting<Found>(stage: Fitted, fit: () => Promise<Found>): Promise<Found> {
    try {
      return await fit();
    } catch (error) {
      if (this.isOver() || !isOfLearner(error)) throw error;
      this.errors.add(error);
      this.reasons.set(keyOf(stage), errorText(error));
      throw error;
    }
  }

  /** What comes of a stage; undefined where its fit fails, which is noted. */
  async without<Found>(stage: Fitted, fit: () => Promise<Found>): Promise<Found | undefined> {
    try {
      return await this.noting(stage, fit);
    } catch (error) {
      if (!this.hasNoted(error)) throw error;
      return undefined;
    }
  }

  hasNoted(error: unknown): boolean {
    return this.errors.has(error);
  }

  has(stage: Fitted): boolean {
    return this.reasons.has(keyOf(stage));
  }

  /** A line for each stage that was left out. */
  notes(): string[] {
    const lines = [...this.reasons].map(
      ([stage, why]) => `Left out of stages: ${stage}, which failed (${why}).`,
    );
    const more = lines.length - MOST_TOLD;
    if (more <= 0) return lines;
    return [...lines.slice(0, MOST_TOLD), `Left out of stages: ${more} more that failed likewise.`];
  }
}

function keyOf({ features, learner }: Fitted): string {
  return `${learner} on ${features.join(', ')}`;
}

function isOfLearner(error: unknown): boolean {
  return !(error instanceof SpillwayError) || error instanceof ModelError || error instanceof FeatureError;
}
