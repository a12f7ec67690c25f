import { demand, demandCount } from './demand.js';
import { type WorldRandom, worldRandom } from './random.js';

/** A candidate: what two cheap features and the costly one return. All are Float32 numbers. */
export interface RankedRow {
  /** The full score and noise of standard deviation `roughness` x the query's. */
  readonly rough: number;
  /** The full score and noise of the query's standard deviation. */
  readonly fair: number;
  /** The full score, normal with mean 0 and the query's spread. */
  readonly costly: number;
}

/** Options of {@link rankingWorld}. */
export interface RankingWorldOptions {
  /** How many, 1 or more. */
  readonly queries: number;
  /** Candidates of each query, 1 or more. */
  readonly candidates: number;
  /** An integer. */
  readonly seed: number;
  /**
   * Least and greatest standard deviation of a query's noise, between which each is equally likely. Default 0.2, 0.2.
   */
  readonly noise?: readonly [number, number];
  /**
   * Least and greatest standard deviation of a query's full scores, between which each is equally likely. Default 1,
   * 1.
   */
  readonly spread?: readonly [number, number];
  /** How many times as noisy the rough score is. Default 3. */
  readonly roughness?: number;
}

/**
 * Queries whose cheap scores are the full one and normal noise, so that the recall of a cut follows
 * a known law: of n candidates a member of the true top K, of full score x, is among the m best by
 * a noisy score with a probability that can be computed to any precision by drawing other queries.
 * They are independent and identically distributed, and no candidate is in two.
 *
 * Throws `RangeError` for an option out of its range.
 *
 * @example
 * const queries = rankingWorld({ queries: 100, candidates: 500, seed: 1 });
 */
export function rankingWorld(options: RankingWorldOptions): RankedRow[][] {
  const { queries, candidates, seed, noise = [0.2, 0.2], spread = [1, 1], roughness = 3 } = options;
  demandCount('queries', queries);
  demandCount('candidates', candidates);
  for (const [name, [least, greatest]] of Object.entries({ noise, spread })) {
    demand(least >= 0 && greatest >= least, name, [least, greatest], 'two numbers of at least 0, ascending');
  }
  demand(roughness >= 0, 'roughness', roughness, 'a number of at least 0');
  const source = worldRandom(seed);
  return Array.from({ length: queries }, () => {
    const ownNoise = between(noise, source);
    const ownSpread = between(spread, source);
    return Array.from({ length: candidates }, () => {
      const costly = ownSpread * source.normal();
      return {
        costly: Math.fround(costly),
        fair: Math.fround(costly + ownNoise * source.normal()),
        rough: Math.fround(costly + roughness * ownNoise * source.normal()),
      };
    });
  });
}

function between([least, greatest]: readonly [number, number], source: WorldRandom): number {
  return least + (greatest - least) * source.uniform();
}
