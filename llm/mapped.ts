import type { Cascade, Certificate, Label } from '../cascades/index.js';
import type { MapForecast } from './forecast/index.js';

/** The answer to one row. */
export interface MappedAnswer<L> {
  /** Null where there is none. */
  readonly label: L | null;
  /** Which of the plan's stages answered, from 1 on; 'model' where the model did; null where there is no answer. */
  readonly stage: number | 'model' | null;
  /**
   * `certified`: a stage answered, within the certificate of the table. `model`: it is the model's own answer. `unread`:
   * the model answered, and not with one of the labels. `unasked`: the run ended before.
   */
  readonly verdict: 'certified' | 'model' | 'unread' | 'unasked';
  /** Money paid for this row: 0 where an equal row before it has been paid for. */
  readonly price: number;
}

/**
 * Different rows that the model was asked about, by what for: questions are these, and `again`. `rest` has all that no stage
 * answers, also those of them that were asked about early to train on: they cost nothing extra.
 */
export interface AskedRows {
  readonly pilot: number;
  readonly training: number;
  readonly sample: number;
  readonly rest: number;
  /** Of these, rows that it was asked about once more, on purpose: of the pilot (`twice`), and in excess of the sample. */
  readonly again: number;
}

/** What `mapRows` made of a table. */
export interface MappedRows<Row, L extends Label, Name extends string = string> {
  /**
   * `done`: every row was answered. `stopped`: the budget ended it, and the same call with more goes on. `declined`:
   * `onForecast` said no.
   */
  readonly outcome: 'done' | 'stopped' | 'declined';
  /** By row of the table, those that are equal included. */
  readonly answers: readonly MappedAnswer<L>[];
  /** The promise over this table; null where it wasn't tested. */
  readonly certificate: Certificate | null;
  /** After the pilot, and after training, where it came to that: null where the budget ended the pilot itself. */
  readonly forecast: MapForecast | null;
  readonly afterTraining: MapForecast | null;
  readonly asked: AskedRows;
  /** Different rows of the table: the unit of `asked`, of `counts` and of forecasts. */
  readonly different: number;
  /** Of them, by the verdict of their answers: all four make up `different`. */
  readonly counts: Readonly<Record<MappedAnswer<L>['verdict'], number>>;
  /** Money spent, and what asking about every different row costs, one request each, and by batch. */
  readonly spent: number;
  readonly all: MapForecast['all'];
  /** Why nothing was gained; null where some rows were saved. */
  readonly against: string | null;
  /** The seed that the sample was drawn by. The same call with it goes on with this run; it is never to be chosen by results. */
  readonly sampleSeed: string;
  /** Why it stopped, in words; null where it didn't. */
  readonly stopped: string | null;
  /**
   * A cascade to save: with `newRows`, one whose certificate is about rows like these; else one that promises nothing about
   * others. Null where there is none.
   */
  readonly cascade: Cascade<Row, L, Name> | null;
  /** Why nothing is promised about new rows, though `newRows` asked for it; null where it is, or didn't. */
  readonly newRows: string | null;
}
