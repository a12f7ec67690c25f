import type { Answer, Answers, Certificate, Label, Plan } from '../types/index.js';

/** The part of a cascade that an audit needs. */
export interface AuditableCascade<Row, L extends Label> extends BatchPredictor<Row, L> {
  readonly certificate: Certificate;
  readonly plan: Plan<L>;
  /** The tested plans, from conservative to aggressive. */
  readonly path: readonly Plan<L>[];
  readonly full: BatchPredictor<Row, L>;
  explore(plan: Plan<L>): BatchPredictor<Row, L>;
  /** Positions of rows that were drawn before they came here, ascending. @defaultValue the audit draws */
  drawn?(rows: readonly Row[]): readonly number[];
  /** Throws for rows that it refuses by themselves: the promise isn't about them, so none is drawn. */
  check?(rows: readonly Row[]): void;
}

/** Answers batches, synchronously or not. */
export interface BatchPredictor<Row, L extends Label> {
  predict(rows: readonly Row[], options?: FullPredictOptions): Promise<ServedAnswers<L>>;
  predictSync(rows: readonly Row[], options?: FullPredictOptions): ServedAnswers<L>;
}

/** Answers of a cascade that serves: shadow mode isn't audited. */
export type ServedAnswers<L> = Omit<Answers<L>, 'shadow'>;

/** The cascade's answers to a batch, and what became of the rows that were drawn. */
export interface AuditedAnswers<L> extends ServedAnswers<L> {
  /** `drift`: an alarm has voided the certificate. */
  readonly uncertified: 'drift' | null;
  /** In the order of the rows. */
  readonly drawn: readonly DrawnRow<L>[];
}

/** The answer to one row, and its outcome if it was drawn. */
export interface AuditedAnswer<L> extends Answer<L> {
  readonly uncertified: 'drift' | null;
  /** Null where it wasn't drawn. */
  readonly drawn: DrawnRow<L> | null;
}

/** A served row that was drawn to be tested. */
export interface DrawnRow<L> {
  /** Its number among the drawn, from 0: what `Audit.label` takes. */
  readonly id: number;
  /** Its position in the batch. */
  readonly row: number;
  /** The full model's answer; null if it had none. */
  readonly full: L | null;
  /** Whether one of its losses depends on its label: see `Audit.label`. */
  readonly awaitsLabel: boolean;
}

/** Options of an audit’s `predict`. */
export interface AuditPredictOptions {
  /** The policy for rows that need a feature or model that failed. @defaultValue 'throw' */
  readonly onFault?: 'throw' | 'degrade';
  /** Milliseconds, as the cascade's; a drawn exit waits for the full model no longer than that. @defaultValue none */
  readonly deadlineMs?: number;
  /** Aborts the call, which then rejects with its reason. */
  readonly signal?: AbortSignal;
}

/** The same, as the full model gets them. */
export interface FullPredictOptions extends AuditPredictOptions {
  /** Which time it is asked about these rows, where a loss has it asked twice: see `ScoreContext.ask`. */
  readonly ask?: number;
}
