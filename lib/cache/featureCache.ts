import { checkKeys, checkWhole } from '../check.js';
import { systemTimer, type Timer } from '../timer.js';
import { SecondCache } from './remoteTier.js';
import { PARTS } from './reuse.js';
import { bestShares, equalShares, gainOf } from './shares.js';
import { type Room, Shelf } from './store.js';
import type { Tier } from './tier.js';

/** Options of `featureCache`. */
export interface FeatureCacheOptions {
  /** Bytes, roughly, that all entries of all features take together at most. */
  readonly maxBytes: number;
  /** A second cache, which several processes share: what isn't here is looked for there. */
  readonly tier?: Tier;
  /** What waits, and tells the time; tests have one of their own. @defaultValue the process's own */
  readonly timer?: Timer;
}

/** Sampled lookups after which the space is divided anew, and the gain from which on that is done. */
const [ANEW, GAIN] = [1_024, 1.02];

/**
 * Room for what features have computed, within one limit for all of them. Each feature keeps what was used last; how much
 * each may keep is divided, again and again, so that the most milliseconds are saved together, and not less than if all had
 * equal parts. Space that one leaves free others may use.
 *
 * @example
 * const cache = featureCache({ maxBytes: 1e8 });
 */
export class FeatureCache {
  /** Bytes, roughly, that all entries may take together. */
  readonly maxBytes: number;
  /** The second cache, where there is one. */
  readonly second: SecondCache | undefined;
  /** What waits, and tells the time. */
  readonly timer: Timer;
  private readonly shelves: Shelf[] = [];
  private shares: Int32Array = new Int32Array(0);

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
   * A place for one more feature.
   *
   * @param worth milliseconds that a row of it costs, where that isn't to be measured
   * @returns what keeps that feature's numbers; `cached` asks for it
   */
  shelf(worth: number | undefined): Shelf {
    const room: Room = {
      make: (needed) => this.makeRoom(needed),
      isShared: () => this.shelves.length > 1,
    };
    const shelf = new Shelf(this.maxBytes, this.timer.now, room, worth);
    this.shelves.push(shelf);
    this.shares = equalShares(this.shelves.length, PARTS);
    return shelf;
  }

  private makeRoom(needed: number): void {
    this.divide();
    let free = this.maxBytes - this.bytes;
    while (free < needed) {
      const { shelf } = this.shelves.reduce(
        (most, each, s) => {
          const over = each.bytes - (this.shares[s] / PARTS) * this.maxBytes;
          return each.bytes > 0 && over > most.over ? { shelf: each, over } : most;
        },
        { shelf: this.shelves[0], over: Number.NEGATIVE_INFINITY },
      );
      const before = shelf.bytes;
      shelf.drop();
      free += before - shelf.bytes;
    }
  }

  /** Gives the space to those that save most by it, when enough has been seen to tell. */
  private divide(): void {
    if (this.shelves.length < 2) return;
    if (this.shelves.reduce((sum, { reuse }) => sum + reuse.sampled, 0) < ANEW) return;
    const curves = this.shelves.map(({ reuse, costMs }) =>
      reuse.curve().map((hits) => hits * (Number.isNaN(costMs) ? 0 : costMs)),
    );
    const best = bestShares(curves);
    if (gainOf(curves, best) > GAIN * gainOf(curves, this.shares)) this.shares = best;
    for (const { reuse } of this.shelves) reuse.age();
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
