import { checkKeys, checkWhole } from '../../check.js';
import { systemTimer, type Timer } from '../../util/timer.js';
import { makeRoom } from './eviction.js';
import { SecondCache } from './remoteTier.js';
import { Shelf } from './store.js';
import type { Tier } from './tier.js';

/** Options of `featureCache`. */
export interface FeatureCacheOptions {
  /** Bytes, roughly, that all entries of all features take together at most. */
  readonly maxBytes: number;
  /** A second cache, shared by several processes, for entries that aren't here. */
  readonly tier?: Tier;
  /** The timer for waits and the time; tests pass their own. @defaultValue the process's own */
  readonly timer?: Timer;
}

/**
 * Memory for computed values of features, within one limit for all of them. Each feature keeps its
 * most recently used entries. To make room, the feature that takes the most bytes evicts its least
 * recently used entry. So no feature can push another below an equal share, and bytes that one
 * doesn't use are available to others.
 *
 * @example
 * const cache = featureCache({ maxBytes: 1e8 });
 */
export class FeatureCache {
  /** Bytes, roughly, that all entries may take together. */
  readonly maxBytes: number;
  /** The second cache, if there is one. */
  readonly second: SecondCache | undefined;
  /** The timer for waits and the time. */
  readonly timer: Timer;
  private readonly shelves: Shelf[] = [];

  /** @throws OptionError for an option that is unknown or out of its range */
  constructor(options: FeatureCacheOptions) {
    checkKeys(options, ['maxBytes', 'tier', 'timer']);
    const { maxBytes, tier, timer = systemTimer } = options;
    checkWhole('maxBytes', maxBytes, 1);
    this.maxBytes = maxBytes;
    this.second = tier && new SecondCache(tier, timer);
    this.timer = timer;
  }

  /** Bytes that are taken. */
  get bytes(): number {
    return this.shelves.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Forgets everything. */
  clear(): void {
    for (const shelf of this.shelves) shelf.clear();
  }

  /**
   * Room for one more feature.
   *
   * @returns the entries of that feature; {@link cached} makes one for each fitted feature
   */
  shelf(): Shelf {
    const shelf = new Shelf(this.maxBytes, this.timer.now, (needed) =>
      makeRoom(this.shelves, this.maxBytes, needed),
    );
    this.shelves.push(shelf);
    return shelf;
  }
}

/**
 * A cache for {@link cached} features. See {@link FeatureCache}.
 *
 * @throws OptionError for an option that is unknown or out of its range
 * @example
 * const cache = featureCache({ maxBytes: 1e8 });
 */
export function featureCache(options: FeatureCacheOptions): FeatureCache {
  return new FeatureCache(options);
}
