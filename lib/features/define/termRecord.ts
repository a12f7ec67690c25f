import type { Allowance } from './feature.js';

/** Numbers in a piece of a record; a text that needs more has a piece of its own. */
const PIECE = 1 << 16;
const BYTES = Int32Array.BYTES_PER_ELEMENT;

/**
 * Texts as numbers: of each its distinct terms, in the order in which they first come, and how often
 * each comes. Texts can be added as long as the dictionary of their terms grows.
 *
 * A term is its id. A term that comes more than once has the count before it, as a number below 0.
 */
export class TermRecord {
  private readonly pieces: Int32Array[] = [];
  /** For each text the piece that holds it, and where it ends there. */
  private readonly pieceOf: number[] = [];
  private readonly ends: number[] = [];

  /** @param allowance for the numbers */
  constructor(private readonly allowance: Allowance) {}

  /**
   * Adds a text.
   *
   * @param terms its distinct ones, the first `distinct` of these
   * @param counts how often each term comes, by id
   * @returns whether the allowance sufficed: otherwise the record is of no use any more
   */
  add(terms: Uint32Array, distinct: number, counts: Uint32Array): boolean {
    let piece = this.pieces.at(-1);
    let from = this.ends.at(-1) ?? 0;
    if (piece === undefined || from + 2 * distinct > piece.length) {
      const length = Math.max(PIECE, 2 * distinct);
      if (!this.allowance.take(BYTES * length)) return false;
      piece = new Int32Array(length);
      this.pieces.push(piece);
      from = 0;
    }
    for (let d = 0; d < distinct; d++) {
      const id = terms[d];
      if (counts[id] > 1) piece[from++] = -counts[id];
      piece[from++] = id;
    }
    this.pieceOf.push(this.pieces.length - 1);
    this.ends.push(from);
    return true;
  }

  /** Gives terms other ids. @param idOf the new id by the old one; -1: the term is left out */
  renumber(idOf: Int32Array): void {
    let text = 0;
    for (const [p, piece] of this.pieces.entries()) {
      // In place, since it only becomes shorter.
      let [from, to] = [0, 0];
      for (; this.pieceOf[text] === p; text++) {
        for (const end = this.ends[text]; from < end; from++) {
          const count = piece[from];
          if (count < 0) from++;
          const id = idOf[piece[from]];
          if (id < 0) continue;
          if (count < 0) piece[to++] = count;
          piece[to++] = id;
        }
        this.ends[text] = to;
      }
      this.pieces[p] = piece.slice(0, to);
      this.allowance.give(BYTES * (piece.length - to));
    }
  }

  /** Calls `use` with each of these texts: it lies from `from` to `to` of `numbers`. */
  forEach(texts: Int32Array, use: (numbers: Int32Array, from: number, to: number) => void): void {
    const { pieces, pieceOf, ends } = this;
    for (const text of texts) {
      const piece = pieceOf[text];
      use(pieces[piece], text > 0 && pieceOf[text - 1] === piece ? ends[text - 1] : 0, ends[text]);
    }
  }

  /** Forgets all texts. */
  clear(): void {
    this.allowance.give(BYTES * this.pieces.reduce((sum, { length }) => sum + length, 0));
    for (const list of [this.pieces, this.pieceOf, this.ends]) list.length = 0;
  }
}
