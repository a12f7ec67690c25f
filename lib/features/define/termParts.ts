import { countDistinct } from './text/distinct.js';
import type { Grams } from './text/grams.js';
import type { RowView, Transform } from './view.js';

/** The texts of a view. */
export type TextsOf<in Row> = (view: RowView<Row>) => readonly string[];

/**
 * The terms of a part of each text: what a step reads of it, beyond what steps before have read. It stays with the
 * batch, so that later steps go on from there. The n-grams that cross a cut belong to the later part.
 */
export class TermPart<Row> implements Transform<Row, number> {
  readonly name: string;
  private readonly memory = new WeakMap<readonly Row[], FoundPart>();

  /**
   * @param parent the part before, or what texts are made from
   * @param end where the beginning of a text ends that is read: ~ of the position where reading can't go on
   */
  constructor(
    at: string,
    readonly parent: Transform<Row, unknown> | undefined,
    private readonly textsOf: TextsOf<Row>,
    private readonly grams: Grams,
    private readonly end: (text: string) => number,
    private readonly before?: TermPart<Row>,
  ) {
    this.name = `terms@${at}`;
  }

  /** @returns how many terms of the vocabulary each part has */
  read(view: RowView<Row>): readonly number[] {
    const part = this.of(view.batch);
    const wanted = part.unknown(view);
    if (wanted.length > 0) {
      const rows = view.select(wanted);
      this.before?.read(rows);
      part.find(this.textsOf(rows), wanted, this.end, this.before?.of(view.batch));
    }
    const terms = new Array<number>(view.length);
    for (let i = 0; i < terms.length; i++) terms[i] = part.terms(view.at(i));
    return terms;
  }

  of(batch: readonly Row[]): FoundPart {
    let part = this.memory.get(batch);
    if (part === undefined) {
      part = new FoundPart(this.grams, batch.length);
      this.memory.set(batch, part);
    }
    return part;
  }
}

/** The terms of a part of each text of a batch, as numbers in a few arrays. */
export class FoundPart {
  private readonly known: Uint8Array;
  private ids = new Int32Array(1024);
  private length = 0;
  /** By row: where its terms begin in `ids`; by row and group, where they end, and where the settled ones do. */
  private readonly begins: Uint32Array;
  private readonly ends: Uint32Array;
  private readonly settled: Uint32Array;
  /** By row: where the next part begins in the text, and what is read before it. */
  private readonly next: Uint32Array;
  private readonly tails: string[];

  constructor(
    private readonly grams: Grams,
    rows: number,
  ) {
    this.known = new Uint8Array(rows);
    this.begins = new Uint32Array(rows);
    this.ends = new Uint32Array(rows * grams.groups);
    this.settled = new Uint32Array(rows * grams.groups);
    this.next = new Uint32Array(rows);
    this.tails = new Array<string>(rows).fill('');
  }

  /** Positions in the batch of a view's rows that haven't been read. */
  unknown(view: RowView<unknown>): Int32Array {
    const rows = new Int32Array(view.length);
    let count = 0;
    for (let i = 0; i < rows.length; i++) if (this.known[view.at(i)] === 0) rows[count++] = view.at(i);
    return rows.subarray(0, count);
  }

  terms(row: number): number {
    return this.ends[(row + 1) * this.grams.groups - 1] - this.begins[row];
  }

  /** What is still to be read of a text, up to `end`. */
  rest(row: number, text: string, end?: number): string {
    const rest = text.slice(this.next[row], end);
    const tail = this.tails[row];
    return tail === '' ? rest : tail + rest;
  }

  /** Counts those terms of a row's group that more text, or another part, adds nothing to; or all. */
  count(
    row: number,
    group: number,
    counts: Uint32Array,
    distinct: Uint32Array,
    already: number,
    isLast: boolean,
  ): number {
    const at = row * this.grams.groups + group;
    const begin = group === 0 ? this.begins[row] : this.ends[at - 1];
    const end = isLast ? this.ends[at] : this.settled[at];
    return countDistinct(this.ids, begin, end, counts, distinct, already);
  }

  find(
    texts: readonly string[],
    rows: Int32Array,
    endOf: (text: string) => number,
    before?: FoundPart,
  ): void {
    const { grams } = this;
    const ends = new Int32Array(rows.length);
    const parts = new Array<string>(rows.length);
    for (let i = 0; i < parts.length; i++) {
      ends[i] = endOf(texts[i]);
      const end = ends[i] < 0 ? ~ends[i] : ends[i];
      parts[i] = before === undefined ? texts[i].slice(0, end) : before.rest(rows[i], texts[i], end);
    }
    for (let i = 0; i < parts.length; ) {
      const found = grams.read(parts, i);
      for (let t = 0, begin = 0; t < found.texts; t++, i++) {
        this.add(rows[i], found.ids, begin, found.ends[t]);
        this.goOn(rows[i], texts[i], ends[i], before);
        this.known[rows[i]] = 1;
        begin = found.ends[t];
      }
    }
  }

  /** Adds a row's terms, all of them settled. */
  private add(row: number, ids: Int32Array, begin: number, end: number): void {
    const { groups, groupEnds } = this.grams;
    const { length } = this;
    const needed = length + end - begin;
    if (needed > this.ids.length) {
      const larger = new Int32Array(2 * needed);
      larger.set(this.ids.subarray(0, length));
      this.ids = larger;
    }
    for (let i = begin; i < end; i++) this.ids[length + i - begin] = ids[i];
    this.begins[row] = length;
    this.length = needed;
    for (let group = 0, at = row * groups; group < groups; group++, at++) {
      this.ends[at] = group < groups - 1 ? length + groupEnds[group] : needed;
      this.settled[at] = this.ends[at];
    }
  }

  /** Remembers from where the next part reads a text, of which the one up to `end` was read last. */
  private goOn(row: number, text: string, end: number, before: FoundPart | undefined): void {
    const { grams, begins, ends, settled, tails } = this;
    const { groups } = grams;
    this.next[row] = end;
    if (end === text.length) return;
    const tail = end > 0 && grams.canGoOn ? grams.tail() : undefined;
    const at = row * groups;
    if (tail === undefined) {
      // Nothing of this part is of use: the next one begins where this one did.
      for (let group = 0; group < groups; group++)
        settled[at + group] = group === 0 ? begins[row] : ends[at + group - 1];
      this.next[row] = before?.next[row] ?? 0;
      tails[row] = before?.tails[row] ?? '';
    } else if (tail !== '') {
      for (let group = 0; group < groups; group++) settled[at + group] = begins[row] + grams.settled[group];
      tails[row] = tail;
    }
  }
}
