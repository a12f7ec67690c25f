/**
 * Digests of the images that settings of a detector were chosen on, or that certificates of it rest on. Detectors that were made of
 * one another share it.
 */
export class UsedImages {
  private readonly digests = new Set<number>();

  has(digest: number): boolean {
    return this.digests.has(digest);
  }

  add(digests: Iterable<number>): void {
    for (const digest of digests) this.digests.add(digest);
  }
}
