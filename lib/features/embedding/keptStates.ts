import type { TokenVectors } from './pooling.js';

/** What first layers made of a text's tokens. */
export interface LayerState {
  readonly layer: number;
  /** Tokens x dimensions. */
  readonly vectors: Float32Array;
}

/** Octets of a batch's states: 1,024 texts of 256 tokens of 384 numbers are 403 MB. */
const MOST = 512e6;

/** The states of one batch. */
interface BatchStates {
  readonly states: Map<Int32Array, LayerState>;
  bytes: number;
}

/**
 * States by the arrays of their tokens. They are held as long as their batch is. Of more than a batch may have the first
 * ones are kept: texts come with the longest first.
 */
export class KeptStates {
  private readonly batches = new WeakMap<object, BatchStates>();

  constructor(private readonly most = MOST) {}

  /**
   * @param batch of which the tokens are
   * @param row of the text among all whose vectors these are
   */
  put(batch: object, tokens: Int32Array, layer: number, all: TokenVectors, row: number): void {
    this.take(batch, tokens);
    const of = this.batches.get(batch) ?? { states: new Map(), bytes: 0 };
    this.batches.set(batch, of);
    const length = tokens.length * all.dimensions;
    const bytes = length * Float32Array.BYTES_PER_ELEMENT;
    if (of.bytes + bytes > this.most) return;
    const from = row * all.tokens * all.dimensions;
    const vectors = new Float32Array(length);
    for (let i = 0; i < length; i++) vectors[i] = all.data[from + i];
    of.states.set(tokens, { layer, vectors });
    of.bytes += bytes;
  }

  /** The state of a text, which isn't kept any longer. */
  take(batch: object, tokens: Int32Array): LayerState | undefined {
    const of = this.batches.get(batch);
    const state = of?.states.get(tokens);
    if (of === undefined || state === undefined) return undefined;
    of.states.delete(tokens);
    of.bytes -= state.vectors.byteLength;
    return state;
  }
}
