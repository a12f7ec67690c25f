import type { TokenVectors } from './pooling.js';

/** What first layers made of a text's tokens. */
export interface LayerState {
  readonly layer: number;
  /** Tokens x dimensions. */
  readonly vectors: Float32Array;
}

/** Octets of states that are kept: most texts leave after the first layers, and theirs aren't asked for. */
const MOST = 64e6;

/** States by the arrays of their tokens, the newest ones. */
export class KeptStates {
  private readonly states = new Map<Int32Array, LayerState>();
  private bytes = 0;

  constructor(private readonly most = MOST) {}

  /** @param row of the text among all whose vectors these are */
  put(tokens: Int32Array, layer: number, all: TokenVectors, row: number): void {
    this.take(tokens);
    const from = row * all.tokens * all.dimensions;
    const vectors = new Float32Array(tokens.length * all.dimensions);
    for (let i = 0; i < vectors.length; i++) vectors[i] = all.data[from + i];
    this.states.set(tokens, { layer, vectors });
    this.bytes += vectors.byteLength;
    for (const oldest of this.states.keys()) {
      if (this.bytes <= this.most) break;
      this.take(oldest);
    }
  }

  /** The state of a text, which isn't kept any longer. */
  take(tokens: Int32Array): LayerState | undefined {
    const state = this.states.get(tokens);
    if (state !== undefined) {
      this.states.delete(tokens);
      this.bytes -= state.vectors.byteLength;
    }
    return state;
  }
}
