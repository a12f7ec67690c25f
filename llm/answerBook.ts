import type { Label } from '../cascades/index.js';
import { type AskingTurn, turnsOf } from '../cascades/internal.js';
import { type Block, isRowBlock, rowBlock } from '../lib/data/blocks/index.js';
import { equalsOf, RowReader } from '../lib/data/rows/index.js';
import { type Decision, decideAll } from '../lib/learn/exits/index.js';
import { type ScoreContext, scoreInto } from '../lib/learn/learners/index.js';
import type { TrainedModel } from '../lib/models/full/index.js';
import type { Random } from '../lib/stats/index.js';
import { numbersDigest } from '../lib/util/digest.js';
import type { RowBudget, RowPrice } from './rowBudget.js';

/** Rows of a request to the model: progress and budget are looked at between them. */
const CHUNK = 256;

/** The circumstances in which rows are asked about. */
export interface AskRound {
  readonly signal?: AbortSignal | undefined;
  /** Called with the number of different rows that have an answer, of those of this round. */
  readonly onProgress?: ((done: number, of: number) => void) | undefined;
  /** Rows of a request. @defaultValue 256 */
  readonly chunk?: number;
}

/**
 * The full model's answers to rows, as far as they were asked for. Rows that are alike to the model are one question: it
 * is asked once, and all of them have its answer.
 */
export class AnswerBook<Row, L extends Label> {
  /** By row: the first that is like it. */
  readonly first: Int32Array;
  /** How many different rows there are. */
  readonly different: number;
  /** Digests of what the model reads of all rows: in any order, and in this one. */
  readonly digests: { readonly rows: string; readonly order: string };
  /** By first row: its class, NaN where the model had no answer. */
  private readonly answers: Float64Array;
  /** By first row: the money paid for its answer. */
  private readonly prices: Float64Array;
  /** By first row that the model was asked about: what it said. */
  private readonly scores = new Map<number, Float64Array>();
  /** By first row that the model was asked about once more: its second class, NaN where it had none. */
  private readonly seconds = new Map<number, number>();
  private readonly places: ReadonlyMap<number, number>;
  private readonly reader = new RowReader();

  /** @param reads what the model reads of a row */
  constructor(
    private readonly rows: readonly Row[],
    private readonly full: TrainedModel<L>,
    private readonly decision: Decision,
    private readonly reads: (row: Row) => unknown,
    private readonly budget: RowBudget,
  ) {
    const { keys } = this.reader.keysOf(rows.map(reads));
    const equals = equalsOf(keys);
    this.digests = { rows: numbersDigest(keys.toSorted()), order: numbersDigest(keys) };
    this.first = equals.first;
    this.different = rows.length - equals.copies;
    this.places = new Map(Array.from(this.first, (row) => [keys[row], row]));
    this.answers = new Float64Array(rows.length).fill(Number.NaN);
    this.prices = new Float64Array(rows.length);
  }

  /** Different rows that the model was asked about. */
  get asked(): number {
    return this.scores.size;
  }

  /** Different rows that it was asked about once more, on purpose. */
  get askedAgain(): number {
    return this.seconds.size;
  }

  /** Whether the model was asked about a row like this one. */
  knows(row: number): boolean {
    return this.scores.has(this.first[row]);
  }

  /** The class that the model gave; NaN where it gave none, or wasn't asked. */
  answerOf(row: number): number {
    return this.answers[this.first[row]];
  }

  /** What the model said of each class of rows that it was asked about, rows x classes. */
  saidOf(rows: Int32Array): Float64Array {
    const { classes } = this.full;
    const said = new Float64Array(rows.length * classes).fill(Number.NaN);
    rows.forEach((row, i) => {
      said.set(this.scores.get(this.first[row]) ?? [], i * classes);
    });
    return said;
  }

  /** Whether a row's second answer, where it is known, is another than its first. None that can be read is an answer, too. */
  hasFlipped(row: number): boolean {
    const second = this.seconds.get(this.first[row]);
    return second !== undefined && !Object.is(second, this.answerOf(row));
  }

  /** Money paid for the answers to this very row: 0 where it shares that of an earlier one. */
  priceOf(row: number): number {
    return this.prices[row];
  }

  /** What a row costs, by those that were asked about. */
  perRow(): RowPrice {
    return this.budget.perRow(this.rowsAt(this.scores.keys()));
  }

  /** The different rows among these, each by its first. */
  firstOf(rows: Iterable<number>): Int32Array {
    return Int32Array.from(new Set(Array.from(rows, (row) => this.first[row])));
  }

  /** The first rows among these of which nothing is known yet: what would be asked. */
  unknown(rows: Iterable<number>): Int32Array {
    return this.firstOf(rows).filter((row) => !this.knows(row));
  }

  /**
   * Asks about rows that nothing is known of.
   *
   * @throws PriceLimitError before a request that is expected to exceed the limit: what is known until then stays
   */
  ask(rows: Iterable<number>, round: AskRound = {}): Promise<void> {
    return this.send([{ ask: 0, rows: this.unknown(rows) }], round);
  }

  /** Asks about rows whose answers are known once more, on purpose: what is answered is kept apart. */
  askAgain(rows: Iterable<number>, round: AskRound = {}): Promise<void> {
    return this.send([{ ask: 1, rows: this.firstOf(rows) }], round);
  }

  /**
   * Asks twice about rows of which nothing is known, in the order that makes both answers exchangeable (`turnsOf`). The
   * question of rows whose first equal isn't among them is asked once.
   */
  askTwice(rows: readonly number[], coins: Random, round: AskRound = {}): Promise<void> {
    const given = new Set(rows);
    const unknown = this.unknown(rows);
    const once = unknown.filter((row) => !given.has(row));
    return this.send(
      [
        ...turnsOf(
          unknown.filter((row) => given.has(row)),
          coins,
        ),
        { ask: 0, rows: once },
      ],
      round,
    );
  }

  private async send(turns: readonly AskingTurn[], round: AskRound): Promise<void> {
    const { signal, onProgress, chunk = CHUNK } = round;
    const total = turns.reduce((sum, { rows }) => sum + rows.length, 0);
    const context = (ask: number): ScoreContext => ({
      signal,
      onSpend: (most) => this.budget.admit(most),
      ask,
    });
    onProgress?.(0, total);
    // A model that sends whole rounds is paid here, for all of them at once.
    const ahead = await this.budget.payAhead(async () => {
      const told = await Promise.allSettled(
        turns.map(async ({ ask, rows }) => {
          if (rows.length === 0) return;
          await this.full.readAhead?.(this.rowsAt(rows), context(ask));
        }),
      );
      // None is left under way: what it pays is to be counted.
      for (const each of told) if (each.status === 'rejected') throw each.reason;
    });
    let done = 0;
    for (const { ask, rows } of turns) {
      for (let from = 0; from < rows.length; from += chunk) {
        signal?.throwIfAborted();
        const some = rows.subarray(from, from + chunk);
        const { money } = await this.budget.pay(some.length, () => this.hear(some, context(ask)));
        const prices = this.budget.pricesOf(this.rowsAt(some), ask);
        const shared = money / some.length + ahead / total;
        some.forEach((row, i) => {
          this.prices[row] += prices?.[i] ?? shared;
        });
        done += some.length;
        onProgress?.(done, total);
      }
    }
  }

  /**
   * The full model, which is asked for what isn't known: the same to whoever loads what is made of it.
   *
   * @param price what a row costs. @defaultValue as the model says, or else 1: only the ratio of prices counts
   */
  model(price: number): TrainedModel<L> {
    const { full } = this;
    const { classes } = full;
    const own = {
      price: price > 0 ? price : (full.price ?? 0) || 1,
      readsRows: true,
      readAhead: async (rows: readonly unknown[], context?: ScoreContext) => {
        const known = this.scoresOf(rows as readonly Row[]);
        const others = rows.filter((_, i) => known[i] === undefined);
        if (others.length > 0) await full.readAhead?.(others, context);
      },
      score: async (blocks: readonly Block[], out: Float64Array, context?: ScoreContext) => {
        const [block] = blocks;
        const held = block !== undefined && isRowBlock(block) ? (block.held as readonly Row[]) : [];
        const missing: number[] = [];
        this.scoresOf(held).forEach((scores, i) => {
          if (scores === undefined) missing.push(i);
          else out.set(scores, i * classes);
        });
        if (missing.length === 0) return;
        const others = new Float64Array(missing.length * classes);
        await scoreInto(full, [rowBlock(missing.map((i) => held[i]))], others, context);
        missing.forEach((i, m) => {
          out.set(others.subarray(m * classes, (m + 1) * classes), i * classes);
        });
      },
    } satisfies Partial<TrainedModel<L>>;
    // Not a copy of values: some of what a model says of itself is known only once there are replies.
    return Object.create(Object.getPrototypeOf(full), {
      ...Object.getOwnPropertyDescriptors(full),
      ...Object.getOwnPropertyDescriptors(own),
    });
  }

  /** What the model has said of rows, each by what it reads of it; undefined where it wasn't asked. */
  private scoresOf(rows: readonly Row[]): (Float64Array | undefined)[] {
    const { keys } = this.reader.keysOf(rows.map(this.reads));
    return rows.map((_, i) => {
      const place = this.places.get(keys[i]);
      return place === undefined ? undefined : this.scores.get(place);
    });
  }

  private rowsAt(positions: Iterable<number>): Row[] {
    return Array.from(positions, (row) => this.rows[row]);
  }

  private async hear(rows: Int32Array, context: ScoreContext): Promise<void> {
    const { classes } = this.full;
    const scores = new Float64Array(rows.length * classes);
    await scoreInto(this.full, [rowBlock(this.rowsAt(rows))], scores, context);
    decideAll(this.decision, scores, classes).forEach((answer, i) => {
      const row = rows[i];
      if (context.ask !== 0) {
        this.seconds.set(row, answer);
        return;
      }
      this.answers[row] = answer;
      this.scores.set(row, scores.slice(i * classes, (i + 1) * classes));
    });
  }
}
