import { type Block, denseBlock, SparseWriter } from '../../../../lib/data/blocks/index.js';
import type { ComputeContext, FittedFeature, RowView } from '../../../../lib/features/define/index.js';

export interface Item {
  readonly key: string | number | bigint | null;
  readonly id: number;
}

/** A number for a key and a column that nothing but these decides. */
function numberOf(key: Item['key'], column: number): number {
  const text = `${typeof key} ${key} ${column}`;
  let hash = 7;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return Math.fround(hash / 1e7);
}

/** A dense or sparse block of rows with these keys: rows of one key are alike. */
export function numbersOf(keys: readonly Item['key'][], columns: number, sparse: boolean): Block {
  if (!sparse) {
    return denseBlock(
      keys.length,
      columns,
      Float32Array.from(keys.flatMap((key) => Array.from({ length: columns }, (_, c) => numberOf(key, c)))),
    );
  }
  const writer = new SparseWriter(keys.length, columns, keys.length);
  for (const key of keys) {
    for (let c = columns - 1; c >= 0; c--) {
      const value = numberOf(key, c);
      if (value > 0) writer.push(c, value);
    }
    writer.endRow();
  }
  return writer.block();
}

export interface Spied extends FittedFeature<Item> {
  /** The keys of each call. */
  readonly calls: Item['key'][][];
  readonly contexts: ComputeContext[];
}

/** @param answers what to do with a call's block: nothing, or a promise of it */
export function spied(
  columns: number,
  sparse: boolean,
  answers: (block: Block, keys: readonly Item['key'][], context: ComputeContext) => Block | Promise<Block> = (
    block,
  ) => block,
): Spied {
  const calls: Item['key'][][] = [];
  const contexts: ComputeContext[] = [];
  return {
    columns,
    calls,
    contexts,
    state: { json: null, tensors: {} },
    compute(view: RowView<Item>, context: ComputeContext = {}) {
      const keys = view.rows().map(({ key }) => key);
      calls.push(keys);
      contexts.push(context);
      return answers(numbersOf(keys, columns, sparse), keys, context);
    },
  };
}

export function items(keys: readonly Item['key'][]): Item[] {
  return keys.map((key, id) => ({ key, id }));
}
