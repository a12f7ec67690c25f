export interface ReportCertificate {
  readonly loss: string;
  /** The reference of the answers, in words: which full model, and where it comes from. */
  readonly reference?: string;
  readonly epsilon: number;
  readonly delta: number;
  /**
   * The chance, at most, that this limit or any of the frontier's fails, if a band gave both from
   * the same rows.
   */
  readonly jointDelta?: number;
  readonly method: string;
  /** Certification rows, or groups. */
  readonly n: number;
  readonly observed: string;
  /** What each of two tests had, in words, where rows repeat. */
  readonly tests?: string;
  /** How often the full model differs from itself, in words, where it was asked twice. */
  readonly flips?: string;
  readonly rowsNeeded: number | null;
  /** For losses of numbers: how much a loss of 1 is, in the units of the answers. */
  readonly scale?: number;
  /** How good answers are by the labels. */
  readonly quality?: ReportQuality;
  /** Answers made worse and better by the class that is right, where there are labels. */
  readonly byClass?: readonly ReportHarm[];
  /** Which answers the plan changes; absent where none was counted. */
  readonly changes?: ReportChanges;
  /** The effect of more rows, if no plan was certified. */
  readonly prospect?: ReportProspect;
  /** Date and sources of the certificate. */
  readonly made?: ReportMade;
  /** Each of several losses promised together; the fields above are the first's. */
  readonly all?: readonly ReportClause[];
}

export interface ReportClause {
  readonly loss: string;
  /** As in {@link ReportCertificate}. */
  readonly scale?: number;
  readonly epsilon: number;
  readonly method: string;
  /** The observed loss. */
  readonly found: string;
  readonly rowsNeeded: number | null;
}

/** Accuracies; or mean absolute errors, in the units of the labels. */
export interface ReportQuality {
  readonly kind: 'accuracy' | 'mean absolute error';
  readonly full: number;
  /** Absent where the cascade answered none of these rows. */
  readonly cascade?: number;
  /** Quality of the best answer that is the same for every row. */
  readonly constant: number;
  readonly constantAnswer: string;
  /** Which rows these are, in words: 'the 480 certification rows'. */
  readonly rows: string;
}

export interface ReportHarm {
  readonly label: string;
  /** Rows of this class. */
  readonly rows?: number;
  readonly worse: number;
  readonly better: number;
}

export interface ReportChanges {
  /** What the limits are, in a sentence. */
  readonly limits: string;
  /** The answers of the full model that change most, the worst first; and how many more it gives. */
  readonly answers: readonly ReportChangedAnswer[];
  readonly more: number;
}

export interface ReportChangedAnswer {
  /** The full model's answer, and the rows that have it. */
  readonly full: string;
  readonly rows: number;
  /** How many of these the cascade answers otherwise, and limits of that share, 0 to 1. */
  readonly changed: number;
  readonly lower: number;
  readonly upper: number;
  /** What it answers instead, each with its count: '9 "common"'. */
  readonly to: readonly string[];
}

export interface ReportProspect {
  readonly unit: 'rows' | 'different rows' | 'groups';
  readonly cost: number;
  readonly fullCost: number;
  readonly speedup: number;
  /** For the certificate, and in all. */
  readonly certify: number;
  readonly total: number | null;
  /** In all, for the least that could certify anything. */
  readonly least: number | null;
}

export interface ReportMade {
  /** ISO 8601. */
  readonly date: string;
  readonly version: string;
  readonly seed: string | number | null;
  readonly rows: { readonly tune: number; readonly certify: number };
  /** Which rows those were, by content. */
  readonly digests?:
    | { readonly tune?: string | undefined; readonly certify?: string | undefined }
    | undefined;
  /** Names of the files that they were read of. */
  readonly files?:
    | { readonly tune?: readonly string[] | undefined; readonly certify?: readonly string[] | undefined }
    | undefined;
}
