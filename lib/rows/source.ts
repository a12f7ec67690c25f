/** Rows that can be read more than once, the same in the same order each time. */
export interface RowSource<out Row> {
  readonly length: number;
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
  /** @param rows kept, not copied */
  constructor(readonly rows: readonly Row[]) {}

  get length(): number {
    return this.rows.length;
  }

  *batches(positions: Int32Array, size: number): Generator<readonly Row[], void, void> {
    for (let from = 0; from < positions.length; from += size) {
      yield Array.from(positions.subarray(from, from + size), (row) => this.rows[row]);
    }
  }
}

/** Some of a source's rows. They are read when they are needed. */
export class Rows<out Row> {
  constructor(
    readonly source: RowSource<Row>,
    /** Positions in the source, ascending: errors call rows by these. */
    readonly origin: Int32Array,
  ) {}

  /** All rows of a source, or of an array. */
  static of<Row>(rows: readonly Row[] | RowSource<Row>): Rows<Row> {
    const source = 'batches' in rows ? rows : new HeldRows(rows);
    return new Rows(
      source,
      Int32Array.from({ length: source.length }, (_, row) => row),
    );
  }

  get length(): number {
    return this.origin.length;
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

  /**
   * A few of them at once.
   *
   * @param positions among these, in any order, repeats allowed
   * @returns one row for each position
   */
  async take(positions: Int32Array, signal?: AbortSignal): Promise<Row[]> {
    if (positions.length === 0) return [];
    const wanted = Int32Array.from(new Set(positions)).sort();
    const read: Row[] = [];
    for await (const batch of this.select(wanted).batches(wanted.length, signal)) read.push(...batch);
    const places = new Map(Array.from(wanted, (position, place) => [position, place]));
    return Array.from(positions, (position) => read[places.get(position) ?? -1]);
  }
}
