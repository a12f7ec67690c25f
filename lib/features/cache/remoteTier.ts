import type { Block } from '../../data/blocks/index.js';
import { unlessAborted } from '../../util/abort.js';
import { Breaker } from '../../util/retry/index.js';
import type { Timer } from '../../util/timer.js';
import { decodeBlock, encodeBlock, PATIENCE, type Tier } from './tier.js';

/** A block that was found, and the milliseconds until its time is over. */
export interface TierHit {
  readonly block: Block;
  readonly leftMs: number;
}

/**
 * A second cache as it is used: one that is down, slow or hangs counts as empty, and is left alone
 * for a while.
 */
export class SecondCache {
  private readonly breaker: Breaker;

  /** @param clock milliseconds since 1970, by which all processes decide what has expired */
  constructor(
    private readonly tier: Tier,
    private readonly timer: Timer,
    private readonly clock: () => number = Date.now,
  ) {
    this.breaker = new Breaker({ failures: 5, openMs: 500 }, timer);
  }

  /** The entries under these names. Never rejects. */
  async get(names: readonly string[], columns: number): Promise<readonly (TierHit | undefined)[]> {
    const there = names.length === 0 ? [] : await this.inTime(() => this.tier.get(names));
    return names.map((_, i) => {
      const bytes = there?.[i];
      return bytes instanceof Uint8Array ? this.unpacked(bytes, columns) : undefined;
    });
  }

  /** Stores blocks. Never rejects: another process will compute missing ones. */
  async set(entries: readonly (readonly [name: string, block: Block])[], ttlMs: number | undefined) {
    if (entries.length === 0) return;
    const until = this.clock() + (ttlMs ?? Number.POSITIVE_INFINITY);
    await this.inTime(() =>
      this.tier.set(
        entries.map(([name, block]) => [name, packed(block, until)] as const),
        ttlMs,
      ),
    );
  }

  private unpacked(bytes: Uint8Array, columns: number): TierHit | undefined {
    if (bytes.byteLength < STAMP) return;
    const until = new DataView(bytes.buffer, bytes.byteOffset).getFloat64(0, true);
    const leftMs = until - this.clock();
    const block = leftMs > 0 ? decodeBlock(bytes.subarray(STAMP), columns) : undefined;
    return block && { block, leftMs };
  }

  private async inTime<T>(work: () => Promise<T>): Promise<T | undefined> {
    if (!this.breaker.admit()) return undefined;
    const stop = new AbortController();
    const callOff = this.timer.after(this.tier.timeoutMs ?? PATIENCE, () => stop.abort());
    try {
      const answer = await unlessAborted(work(), stop.signal);
      this.breaker.succeed();
      return answer;
    } catch {
      this.breaker.fail();
      return undefined;
    } finally {
      callOff();
    }
  }
}

/** Until when it may be used, milliseconds since 1970, before the block. */
const STAMP = 8;

function packed(block: Block, until: number): Uint8Array {
  const body = encodeBlock(block);
  const bytes = new Uint8Array(STAMP + body.byteLength);
  new DataView(bytes.buffer).setFloat64(0, until, true);
  bytes.set(body, STAMP);
  return bytes;
}
