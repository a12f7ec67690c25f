import type { Block } from './block.js';

interface Region<Owner> {
  /** Bytes `from` … `to` - 1 of the buffer. */
  readonly from: number;
  readonly to: number;
  readonly owner: Owner;
}

/** The owner of each block's memory. Blocks that nobody holds any more are forgotten. */
export class Occupied<Owner> {
  private readonly regions = new WeakMap<ArrayBufferLike, Region<Owner>[]>();

  /**
   * Takes the memory of a block for its owner.
   *
   * @returns whose it was already, if anybody's
   */
  take(block: Block, owner: Owner): Owner | undefined {
    const used = block.kind === 'dense' ? block.rows * block.columns : block.offsets[block.rows];
    const arrays = block.kind === 'dense' ? [block.values] : [block.values, block.indices];
    for (const { buffer, byteOffset: from, BYTES_PER_ELEMENT } of arrays) {
      if (used === 0) continue;
      const to = from + used * BYTES_PER_ELEMENT;
      const taken = this.regions.get(buffer) ?? [];
      const other = taken.find((region) => region.from < to && from < region.to);
      if (other !== undefined) return other.owner;
      taken.push({ from, to, owner });
      this.regions.set(buffer, taken);
    }
    return undefined;
  }
}
