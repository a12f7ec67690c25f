import type { Cascade, Label } from '../cascades/index.js';
import { type BatchLoss, type BatchOutcome, batchStepsOf } from '../cascades/internal.js';
import { random } from '../lib/stats/index.js';
import type { AnswerBook, AskRound } from './answerBook.js';
import type { TrainedStages } from './forecast/index.js';
import { drawPopulation, type PopulationSample } from './population.js';

/** What is to be kept over a whole table, and how rows are drawn. */
export interface TableClaim {
  readonly loss: BatchLoss;
  readonly epsilon: number;
  readonly delta: number;
  /** The seed of the sample: nobody may have chosen it by its results. */
  readonly seed: string;
}

/** The table, and what is known of it. */
export interface RestOfTable<Row, L extends Label, Name extends string> {
  readonly cascade: Cascade<Row, L, Name>;
  readonly rows: readonly Row[];
  readonly book: AnswerBook<Row, L>;
  /** Rows that may be drawn for a promise about new rows, and how many are; undefined where none is wanted. */
  readonly population: PopulationSample | undefined;
  /** In excess, the share of rows that the model is thought to answer in two ways: it plans the sample. */
  readonly flips?: number | undefined;
}

/** A table whose rest is certified, and where its rows leave. */
export interface CertifiedRest<L extends Label, Name extends string> extends BatchOutcome<L, Name> {
  /** Positions of the rows that weren't asked about before the sample. */
  readonly rest: Int32Array;
  /** By place in `rest`: the class that a stage gives; NaN where the model answers. */
  readonly answers: Float64Array;
  /** By place in `rest`: the stage of the plan that answers. */
  readonly stages: Uint8Array;
  /** Rows that were drawn for a promise about new rows. */
  readonly population: Int32Array | undefined;
}

const PARTITION = 'rest';
/** Classes that no stage gives: that of a row without an answer, and of one whose second answer isn't the first. */
const [NONE, OTHER] = [-1, -2];

/**
 * Certifies the rows of a table that nobody has asked about yet: the model answers a random sample of those that some
 * plan lets out, and the most aggressive plan passes of whose answers few enough differ. Rows that were asked about
 * before keep the model's answer and lose nothing, so that all that the bound allows of the whole table may be lost
 * among the rest (lib/stats/finiteRest.ts). The sample is simple random given which rows may be drawn, and no answer
 * of the model to the rest decided that.
 *
 * A row without a readable answer counts as lost where a plan lets it out.
 *
 * In excess sampled rows are asked about twice, in turn. Of equal rows, which are one question, one alone counts as changed
 * where the model changes its mind: a text that many rows have would else make up for as many wrong answers, by one throw of
 * a coin. That never makes the loss smaller (docs/decisions/157-flips-of-equal-rows-count-once.md).
 *
 * @param mayAsk asked before the sample is, when all else is known
 * @returns undefined where it may not be asked
 */
export async function certifyRest<Row, L extends Label, Name extends string>(
  { cascade, rows, book, population, flips }: RestOfTable<Row, L, Name>,
  { loss, epsilon, delta, seed }: TableClaim,
  round: AskRound,
  mayAsk: (stages: TrainedStages) => Promise<boolean> = async () => true,
): Promise<CertifiedRest<L, Name> | undefined> {
  const steps = batchStepsOf(cascade);
  const rest = Int32Array.from(rows.keys()).filter((row) => !book.knows(row));
  const coded = await steps.score(
    Array.from(rest, (row) => rows[row]),
    round.signal,
  );
  const counts = steps.counts(seed, PARTITION, coded);
  // The design takes a share of the rows that it gets: with half a row more, it is the same whole number of rows.
  const allowed = (Math.floor(epsilon * rows.length) + 0.5) / Math.max(1, rest.length);
  // One sample for both promises: as many rows as that for new rows is expected to ask about.
  const shared =
    population && Math.round((population.count * (counts.open.at(-1) ?? 0)) / population.among.length);
  const claim = { loss, epsilon: Math.min(1, allowed), delta, sample: shared, flips };
  const design = steps.design([PARTITION], new Map([[PARTITION, counts]]), claim);
  const seen = steps.tunedOn();
  const { leaving, open: mayLeave } = counts;
  if (seen && !(await mayAsk({ rest: rest.length, leaving, open: mayLeave, design, seen }))) return undefined;
  const open = steps.draw(seed, { ...design, count: rest.length }, PARTITION, coded);
  const drawn = open.slice(0, design.count).map(({ index }) => index);
  const others = population && drawPopulation(population, rest, PARTITION, seed);
  const isOpen = new Set(open.map(({ index }) => rest[index]));
  const asked = drawn.map((place) => rest[place]);
  if (loss === 'excessDisagreement') await book.askTwice(asked, random(seed).fork('asked twice'), round);
  else await book.ask([...asked, ...(others ?? []).filter((row) => isOpen.has(row))], round);
  const sample = drawn.map((place, i) => {
    const row = asked[i];
    // No answer is one, too: no stage gives it.
    const full = Number.isNaN(book.answerOf(row)) ? NONE : book.answerOf(row);
    const isFirst = book.first[row] === row;
    return {
      codes: coded.stages.map(({ answers, ranks }) => ({ answer: answers[place], rank: ranks[place] })),
      full,
      second: isFirst && book.hasFlipped(row) ? OTHER : full,
    };
  });
  // All that the bound allows of the table may be lost among the rest.
  const table = { ...counts, rows: rows.length };
  const outcome = steps.conclude(design, table, sample, { loss, epsilon, delta, seed });
  return { ...outcome, ...steps.exits(outcome.step, coded), rest, population: others };
}
