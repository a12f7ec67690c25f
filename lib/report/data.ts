/** Everything that a summary or a report shows. Plain data, so that anyone can print it and no view computes. */
export interface ReportData {
  readonly title: string;
  readonly verdict: 'certified' | 'full-model-only' | 'exploratory' | 'void';
  /** What is promised, or why nothing is, in sentences. */
  readonly promise: string;
  /** What else the reader should know: what a budget cut, what a certificate doesn't cover. */
  readonly notes: readonly string[];
  readonly features: readonly ReportFeature[];
  /** Every subset that was tried as a stage. */
  readonly subsets: readonly ReportSubset[];
  /** The plan's stages in order, the full model last. */
  readonly stages: readonly ReportStage[];
  /** What else the stages might have exited on. */
  readonly exits?: readonly ReportExit[];
  /** Microseconds a row, or money where the objective is the price. */
  readonly expected: { readonly cost: number; readonly fullCost: number; readonly speedup: number };
  /** 'µs'; or 'price', for prices in whatever unit they were declared in. */
  readonly unit: string;
  /** Whether answers are numbers and not classes: agreement and importance then mean something else. */
  readonly isRegression?: boolean;
  readonly certificate: ReportCertificate;
  /** What one band certifies for any epsilon at once. */
  readonly frontier: readonly ReportFrontierPoint[];
  readonly measured?: ReportMeasured;
  /** What other epsilons would serve, in their order, by the band that holds for all plans together. */
  readonly choices?: readonly ReportChoice[];
  /** How often the stages that were tried together lose nothing, by how sure they are. */
  readonly reliability?: readonly ReportReliability[];
  /** Where a row's cost goes: features and models by stage. */
  readonly spending?: readonly ReportSpending[];
  /** Rows that the cascade finds hard. */
  readonly hardest?: readonly ReportRow[];
}

/** What the page shows of a plan and its promise, for one epsilon. */
export interface ReportChoice
  extends Pick<ReportData, 'verdict' | 'promise' | 'stages' | 'expected' | 'certificate'> {
  readonly epsilon: number;
}

export interface ReportReliability {
  readonly stage: string;
  /** What the stage's exits are decided by. */
  readonly score: string;
  /** In order of the exit score. */
  readonly bins: readonly {
    readonly rows: number;
    /** The mean exit score of its rows. */
    readonly confidence: number;
    /** The share of its rows on which the stage's answer loses nothing against the full model's. */
    readonly agreement: number;
  }[];
}

export interface ReportSpending {
  /** A feature, or 'models'. */
  readonly name: string;
  /** One a stage, the full model last: shares of the whole cost of a row, which sum to 1 over all. */
  readonly shares: readonly number[];
}

/** What a row looks like: text, or a picture as a data URL with a text for those who can't see it. */
export type RowView = string | { readonly picture: string; readonly alt: string };

export interface ReportRow {
  /** Its position among the rows that were given. */
  readonly row: number;
  readonly view: RowView;
  /** Where the cascade answered it. */
  readonly stage: string;
  readonly answer: string;
  /** The full model's answer. */
  readonly full: string;
  readonly truth?: string;
}

export interface ReportFeature {
  readonly name: string;
  /** Cost a row at the objective's batch size, in `unit`. */
  readonly cost: number;
  /** Interquartile range of the cost, as a share of it. */
  readonly costSpread: number;
  /** Accuracy lost when the feature is shuffled, and its standard deviation. */
  readonly importance?: { readonly mean: number; readonly spread: number };
}

export interface ReportSubset {
  readonly features: readonly string[];
  readonly learner: string;
  readonly target: string;
  /** Cost a row in `unit`, its model's included. */
  readonly cost: number;
  /** Share of rows on which it alone agrees with the full model (out of fold); for regression 1 less its mean loss. */
  readonly agreement: number;
  /** What a row would cost in a cascade of this stage alone, at the loss that may be expected to pass. */
  readonly alone?: number;
  /** Whether the plan uses it. */
  readonly chosen: boolean;
}

/** An exit score that was tried for a stage. */
export interface ReportExit {
  readonly stage: string;
  readonly score: string;
  /** What a row would cost with it, in `unit`, at the loss that may be expected to pass. */
  readonly cost: number;
  readonly chosen: boolean;
}

/** The exit score from which rows with this answer leave; null: they never do. */
export interface ReportThreshold {
  readonly label: string;
  readonly threshold: number | null;
  /** Whether rows leave up to it instead: an expected error. */
  readonly atMost?: boolean;
  /** Whether no row is so unsure that it would be held back. */
  readonly always?: boolean;
}

export interface ReportStage {
  /** Where its model is an ensemble that is left early: '125 of 1000 rounds'. */
  readonly rounds?: string;
  readonly name: string;
  readonly features: readonly string[];
  readonly learner: string;
  readonly target: string;
  /** When a row leaves here. Empty for the full model. */
  readonly thresholds: readonly ReportThreshold[];
  /** Shares of all rows that get here and that are answered here. */
  readonly reach: number;
  readonly exits: number;
  /** Cost a row *that gets here*, in `unit`. */
  readonly cost: number;
}

export interface ReportCertificate {
  readonly loss: string;
  readonly epsilon: number;
  readonly delta: number;
  /** Where a band gave the frontier from the same rows: the chance, at most, that this or any of its limits doesn't hold. */
  readonly jointDelta?: number;
  readonly method: string;
  /** Certification rows, or groups. */
  readonly n: number;
  readonly observed: string;
  /** Upper limit of the loss, where there is one: of this plan alone (pointwise), unless it holds for all together. */
  readonly upper: number | null;
  readonly isSimultaneous?: boolean;
  readonly rowsNeeded: number | null;
  /** For losses of numbers: how much a loss of 1 is, in the units of the answers. */
  readonly scale?: number;
  /** How good answers are by the labels. */
  readonly quality?: ReportQuality;
  /** Answers made worse and better by the class that is right, where there are labels. */
  readonly byClass?: readonly ReportHarm[];
  /** Where no plan was certified, what more rows might give. */
  readonly prospect?: ReportProspect;
  /** When and from what the certificate was made. */
  readonly made?: ReportMade;
  /** Where several losses are promised together: each of them, and those above are the first's. */
  readonly all?: readonly ReportClause[];
}

/** Accuracies; or mean absolute errors, in the units of the labels. */
export interface ReportQuality {
  readonly kind: 'accuracy' | 'mean absolute error';
  readonly full: number;
  /** Absent where the cascade answered none of these rows. */
  readonly cascade?: number;
  /** Of the best answer that is the same for every row. */
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
}

export interface ReportClause {
  readonly loss: string;
  /** As in {@link ReportCertificate}. */
  readonly scale?: number;
  readonly epsilon: number;
  readonly method: string;
  /** What was observed of this loss. */
  readonly found: string;
  readonly upper: number | null;
  readonly rowsNeeded: number | null;
}

export interface ReportFrontierPoint {
  readonly epsilon: number;
  readonly cost: number;
  readonly speedup: number;
  readonly chosen: boolean;
}

/** What `measure` returns: the cascade beside its full model on the same rows. */
export interface ReportMeasured {
  /** Rows that both answered. */
  readonly rows: number;
  /** Whether rows were answered all at once, or, where the plan is for latency, one after the other. @defaultValue 'batch' */
  readonly mode?: 'batch' | 'one by one';
  readonly full: ReportMeasurement;
  readonly cascade: ReportMeasurement;
  /** How many times as fast as its full pipeline the cascade was, and was expected to be: time beside time. */
  readonly speedup: number;
  readonly predictedSpeedup: number;
  /** Where anything has a price: what rows cost, money beside money. */
  readonly price?: ReportMeasuredPrice;
  /** The losses that are promised, on these rows; but for losses of one's own, which a certificate only names. */
  readonly losses?: readonly ReportMeasuredLoss[];
}

/** Prices a row, in the unit that they were declared in. */
export interface ReportMeasuredPrice {
  readonly full: number;
  /** What the features and models of the stages that rows went through declare. */
  readonly cascade: number;
  /** What the plan expected of the cascade. */
  readonly predicted: number;
}

export interface ReportMeasuredLoss {
  /** In words. */
  readonly loss: string;
  /** What is promised at most, and what was found. */
  readonly epsilon: number;
  readonly found: number;
  /** For losses of numbers: how much a loss of 1 is, in the units of the answers. */
  readonly scale?: number;
}

/** Of classes `accuracy` and `disagreement`; of regression `meanAbsoluteError` and `meanDifference`. */
export interface ReportMeasurement {
  /** Rows answered in a second, the median of the rounds, above 0. */
  readonly rowsPerSecond: number;
  /** The share of answers that equal the label. Absent without labels. */
  readonly accuracy?: number;
  /** The share of answers that differ from the full model's. */
  readonly disagreement?: number;
  /** The mean absolute error (MAE), in the units of the labels. Absent without labels. */
  readonly meanAbsoluteError?: number;
  /** The mean absolute difference from the full model's answers, in their units. */
  readonly meanDifference?: number;
}
