/** Keys that are followed at once, and the parts of the whole space that shares are made of. */
const MOST_FOLLOWED = 256;
export const PARTS = 64;
/** Of what was seen, the part that still counts when shares are made anew. */
const DECAY = 0.7;

/**
 * How many of a feature's lookups would be hits with how much space: an estimate of its miss-ratio curve, from a sample of its
 * keys chosen by their hash. Of each sampled lookup it counts the bytes of all keys used since the key's last use: a cache with
 * more room than that, which lets go of the least recently used, would have had it.
 *
 * @see Waldspurger, Park, Garthwaite and Ahmad, "Efficient MRC Construction with SHARDS", FAST 2015
 */
export class Reuse {
  /** Sampled keys and their bytes, the least recently used first. */
  private readonly followed = new Map<unknown, number>();
  private bytes = 0;
  /** Keys whose hash is below it are followed. */
  private limit = 2 ** 32;
  /** Lookups, not sampled ones, by the part of the space from which on they are hits. */
  private readonly hits = new Float64Array(PARTS);
  /** Lookups that were sampled since shares were made. */
  sampled = 0;
  /** Lookups, and those that the sampled ones stand for. */
  private lookups = 0;
  private reported = 0;

  constructor(private readonly space: number) {}

  /** A lookup of a key whose entry takes, or will take, so many bytes. */
  use(key: unknown, bytes: number): void {
    this.lookups++;
    if (hashOf(key) >= this.limit) return;
    const rate = this.limit / 2 ** 32;
    this.sampled++;
    this.reported += 1 / rate;
    const before = this.followed.get(key);
    if (before !== undefined) {
      const part = Math.floor((PARTS * (this.since(key) / rate)) / this.space);
      if (part < PARTS) this.hits[part] += 1 / rate;
      this.followed.delete(key);
      this.bytes -= before;
    }
    this.followed.set(key, bytes);
    this.bytes += bytes;
    // A key so long unused that no share would have kept it needn't be followed any more.
    for (const [oldest, size] of this.followed) {
      if ((this.bytes - size) / rate < this.space) break;
      this.forget(oldest, size);
    }
    if (this.followed.size > MOST_FOLLOWED) this.follow(this.limit * 0.75);
  }

  /**
   * Hits that more and more parts of the space would give: of none, one, … all of them. Where the sample stands for more or
   * fewer lookups than there were, a key of very many is in it or isn't: those are hits, or none, of the first part (the paper's
   * adjustment, section 3.3).
   */
  curve(): Float64Array {
    const curve = new Float64Array(PARTS + 1);
    let sum = this.lookups - this.reported;
    for (let part = 0; part < PARTS; part++) {
      sum += this.hits[part];
      curve[part + 1] = Math.max(0, sum);
    }
    return curve;
  }

  /** What was seen long ago counts less and less. */
  age(): void {
    for (let part = 0; part < PARTS; part++) this.hits[part] *= DECAY;
    this.lookups *= DECAY;
    this.reported *= DECAY;
    this.sampled = 0;
  }

  /** Bytes of the sampled keys used since this one, itself included. */
  private since(key: unknown): number {
    let older = 0;
    for (const [each, size] of this.followed) {
      if (each === key) break;
      older += size;
    }
    return this.bytes - older;
  }

  private follow(limit: number): void {
    this.limit = limit;
    for (const [key, size] of this.followed) if (hashOf(key) >= limit) this.forget(key, size);
  }

  private forget(key: unknown, size: number): void {
    this.followed.delete(key);
    this.bytes -= size;
  }
}

/** Of a key, 32 bits that look random: FNV-1a over its text, mixed. */
function hashOf(key: unknown): number {
  const text = String(key);
  let hash = typeof key === 'string' ? 0x811c9dc5 : 0x9e3779b9;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
