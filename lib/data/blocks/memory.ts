import { type Block, entries } from './block.js';

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
    const used = entries(block);
    const arrays: (Float32Array | Float64Array | Uint32Array)[] = [block.values];
    if (block.kind === 'sparse') arrays.push(block.indices);
    if (block.exact !== undefined) arrays.push(block.exact);
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
