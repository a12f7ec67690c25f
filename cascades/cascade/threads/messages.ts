import type { State } from '../../../lib/util/state.js';
import type { SentError } from '../../../lib/util/workers/index.js';
import type { Answers, Certificate, ExpectedCost, Label, Made, Plan } from '../../types/index.js';
import type { PredictOptions } from '../answers.js';

/** What each thread is started with. */
export interface ThreadContent {
  /** What errors call the file. */
  readonly path: string;
  /** The part of the file that answers, its tensors in shared memory. */
  readonly states: Readonly<Record<string, State>>;
  /** URL of the module that has the features; undefined where the file tells them. */
  readonly module: string | undefined;
}

/** What a thread is asked: what it has loaded, or answers to some rows of a call. */
export type CascadeTask<Row> =
  | { readonly kind: 'about' }
  | {
      readonly kind: 'rows';
      readonly rows: readonly Row[];
      /** Position of the first one in the call. */
      readonly first: number;
      readonly options: Omit<PredictOptions, 'signal' | 'deadlineMs'>;
      /** The call's deadline, and when that is, in milliseconds since 1970. */
      readonly deadline: { readonly ms: number; readonly at: number } | undefined;
    };

/** A cascade as plain data. */
export interface AboutCascade<L extends Label, Name extends string> {
  readonly certificate: Certificate;
  readonly plan: Plan<L, Name>;
  readonly made: Made | undefined;
  readonly checked: number | undefined;
  readonly cost: ExpectedCost;
}

/** Answers as threads send them: rows by their positions in the call. */
export interface SentAnswers<L> extends Omit<Answers<L>, 'faults'> {
  readonly faults: readonly {
    readonly missing: string;
    readonly error: SentError;
    readonly rows: Int32Array;
  }[];
}

/** What a thread replies. */
export type CascadeReply<L extends Label, Name extends string> =
  | { readonly about: AboutCascade<L, Name> }
  | { readonly answers: SentAnswers<L> }
  | { readonly error: SentError };
