import type { BatchHeader } from './layout.js';

/** The parts of a record batch, one after the other. */
export class BatchMemory {
  readonly nodes: { length: number; nullCount: number }[] = [];
  readonly buffers: { offset: number; length: number }[] = [];
  readonly variadicBufferCounts: number[] = [];
  private readonly pieces: Uint8Array[] = [];
  private at = 0;

  constructor(readonly length: number) {}

  /** All of a batch as it was read: its body stays one piece. */
  whole({ nodes, buffers, variadicBufferCounts }: BatchHeader, body: Uint8Array): void {
    this.nodes.push(...nodes);
    this.buffers.push(...buffers);
    this.variadicBufferCounts.push(...variadicBufferCounts);
    this.piece(body);
  }

  node(length: number, nullCount: number): void {
    this.nodes.push({ length, nullCount });
  }

  buffer(bytes: Uint8Array): void {
    this.buffers.push({ offset: this.at, length: bytes.length });
    this.piece(bytes);
  }

  /** All in one piece. @param begin what comes before */
  joined(begin: readonly Uint8Array[]): Uint8Array {
    return Buffer.concat([...begin, ...this.pieces]);
  }

  /** Octets: a multiple of 8, as each buffer's beginning is. */
  get octets(): number {
    return this.at;
  }

  private piece(bytes: Uint8Array): void {
    this.pieces.push(bytes);
    const padding = -bytes.length & 7;
    if (padding > 0) this.pieces.push(PADDING.subarray(0, padding));
    this.at += bytes.length + padding;
  }
}

const PADDING = new Uint8Array(8);
