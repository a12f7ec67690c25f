import { type Block, BlockBuilder } from '../../lib/data/blocks/index.js';
import { MemoryLimitError } from '../../lib/errors.js';
import type { NamedFeature } from '../../lib/run/runtime/index.js';
import { isOutOfMemory } from '../../lib/util/outOfMemory.js';

/** Builds the blocks of several features of the same rows. */
export class BlocksBuilder {
  private readonly builders: readonly BlockBuilder[];

  /** @param isShared whether the blocks are to lie in memory that threads share */
  constructor(
    private readonly features: readonly Pick<NamedFeature<never>, 'name'>[],
    private readonly rows: number,
    isShared = false,
  ) {
    this.builders = features.map(() => new BlockBuilder(rows, isShared));
  }

  /**
   * @param f the feature's position
   * @param places of the batch's rows, which are kept; each row of the block comes once
   * @throws MemoryLimitError where there is no room for the feature's block
   */
  put(f: number, batch: Block, places: Int32Array): void {
    this.within(f, (builder) => builder.put(batch, places));
  }

  /** Each row must have come. @throws MemoryLimitError as {@link put} */
  blocks(): Block[] {
    return this.builders.map((_, f) => this.within(f, (builder) => builder.block()));
  }

  private within<Result>(f: number, use: (builder: BlockBuilder) => Result): Result {
    const builder = this.builders[f];
    try {
      return use(builder);
    } catch (error) {
      if (!isOutOfMemory(error)) throw error;
      const { bytes } = builder;
      throw new MemoryLimitError(
        bytes,
        Number.NaN,
        `feature '${this.features[f].name}': its numbers for ${this.rows} rows take ${Math.ceil(bytes / 1e6)} MB, and there is no ` +
          "more memory. Give fewer rows or columns; for text, a smaller 'maxFeatures' or a larger 'minDf'",
        { cause: error },
      );
    }
  }
}
