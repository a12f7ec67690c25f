import { type BlockRows, storedBlock } from '../../data/blocks/index.js';
import { textDigest } from '../../util/digest.js';
import { sha256 } from '../../util/sha256.js';
import type { LearnerRecipe } from '../learners/index.js';
import type { FitUnit } from './unit.js';

/** Digests of what units read: a unit has the same key in every process, and another one if anything differs. */
export class UnitKeys {
  private readonly digests = new WeakMap<ArrayBufferView, string>();

  key(unit: FitUnit, recipe: LearnerRecipe): string {
    const { features, blocks, targets, rows, seed, score, keeps } = unit;
    const { truth, soft, width } = targets;
    const parts = [
      recipe.kind,
      optionsText(recipe.options),
      features,
      blocks.map((block) => this.ofRows(block)),
      [this.of(truth), soft ? this.of(soft) : null, width, this.of(rows)],
      seed,
      score ? [score.blocks.map((block) => this.ofRows(block)), score.rounds] : null,
      keeps,
    ];
    return textDigest(JSON.stringify(parts));
  }

  private ofRows({ block: given, rows }: BlockRows): unknown {
    const block = storedBlock(given);
    const { kind, columns } = block;
    const arrays = kind === 'dense' ? [block.values] : [block.offsets, block.indices, block.values];
    const how = kind === 'dense' ? (block.scaling ?? 'columns') : null;
    return [
      kind,
      how,
      block.rows,
      columns,
      arrays.map((array) => this.of(array)),
      rows ? this.of(rows) : null,
    ];
  }

  private of(array: ArrayBufferView): string {
    const known = this.digests.get(array);
    if (known !== undefined) return known;
    const digest = sha256([new Uint8Array(array.buffer, array.byteOffset, array.byteLength)]);
    this.digests.set(array, digest);
    return digest;
  }
}

/** Options as text, whatever the order in which they were given. */
export function optionsText(options: object): string {
  return JSON.stringify(options, (_, value: unknown) => {
    // JSON has neither of these, and takes them for null.
    if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
