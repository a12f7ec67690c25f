/** Rows that can be read more than once, the same in the same order each time. */
export interface RowSource<out Row> {
  readonly length: number;
  /** All of them, where they are in memory anyway. */
  readonly held?: readonly Row[] | undefined;
  /**
   * Some of the rows, in arrays of `size`; the last array may be shorter.
   *
   * @param positions ascending, each at most once
   */
  batches(
    positions: Int32Array,
    size: number,
    signal?: AbortSignal,
  ): AsyncIterable<readonly Row[]> | Iterable<readonly Row[]>;
}

/** Rows of an array. */
export class HeldRows<Row> implements RowSource<Row> {
  /** @param held kept, not copied */
  constructor(readonly held: readonly Row[]) {}

  get length(): number {
    return this.held.length;
  }

  *batches(positions: Int32Array, size: number): Generator<readonly Row[], void, void> {
    for (let from = 0; from < positions.length; from += size) {
      yield pick(this.held, positions.subarray(from, from + size));
    }
  }
}

/** Some of a source's rows. They are read when they are needed. */
export class Rows<Row> {
  /** A few rows that were read before they are needed, and their positions here, ascending. */
  private kept: { readonly positions: Int32Array; readonly rows: readonly Row[] } = {
    positions: new Int32Array(0),
    rows: [],
  };

  constructor(
    readonly source: RowSource<Row>,
    /** Positions in the source, ascending: errors call rows by these. */
    readonly origin: Int32Array,
  ) {}

  /** All rows of a source, or of an array. */
  static of<Row>(rows: readonly Row[] | RowSource<Row>): Rows<Row> {
    const source = 'batches' in rows ? rows : new HeldRows(rows);
    const origin = new Int32Array(source.length).map((_, row) => row);
    return new Rows(source, origin);
  }

  get length(): number {
    return this.origin.length;
  }

  /** All of them, where they are in memory anyway. */
  get held(): readonly Row[] | undefined {
    return this.source.held && pick(this.source.held, this.origin);
  }

  /** Some of these. @param positions among these, ascending, each at most once */
  select(positions: Int32Array): Rows<Row> {
    return new Rows(
      this.source,
      positions.map((row) => this.origin[row]),
    );
  }

  /** All of them in arrays of `size`, in order; the last array may be shorter. */
  batches(size: number, signal?: AbortSignal): AsyncIterable<readonly Row[]> | Iterable<readonly Row[]> {
    return this.source.batches(this.origin, size, signal);
  }

  /** Reads in one pass what {@link take} will be asked for. Rows that are held anyway aren't read. */
  async keep(positions: Iterable<number>, signal?: AbortSignal): Promise<void> {
    if (this.source.held) return;
    const wanted = distinct(positions);
    this.kept = { positions: wanted, rows: await this.read(wanted, signal) };
  }

  /**
   * A few of them at once: from those that were kept, or else by one more pass.
   *
   * @param positions among these, in any order, repeats allowed
   * @returns one row for each position
   */
  async take(positions: Int32Array, signal?: AbortSignal): Promise<Row[]> {
    const { held } = this.source;
    if (held) {
      return pick(
        held,
        positions.map((row) => this.origin[row]),
      );
    }
    const places = new Map(Array.from(this.kept.positions, (position, place) => [position, place]));
    if (positions.every((position) => places.has(position))) {
      return Array.from(positions, (position) => this.kept.rows[places.get(position) ?? -1]);
    }
    const others = new Rows(this.source, this.origin);
    await others.keep(positions, signal);
    return others.take(positions);
  }

  private async read(positions: Int32Array, signal: AbortSignal | undefined): Promise<readonly Row[]> {
    for await (const rows of this.select(positions).batches(positions.length, signal)) return rows;
    return [];
  }
}

function pick<Row>(rows: readonly Row[], positions: Int32Array): Row[] {
  return Array.from(positions, (row) => rows[row]);
}

function distinct(positions: Iterable<number>): Int32Array {
  return Int32Array.from(new Set(positions)).sort();
}
