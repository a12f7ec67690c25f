import type { ReportCertificate } from './certificate.js';
import type { ReportMeasured } from './measured.js';
import type {
  ReportExit,
  ReportFeature,
  ReportFrontierPoint,
  ReportReliability,
  ReportSubset,
} from './search.js';
import type { ReportSpending, ReportStage } from './stages.js';

/** Everything that a summary or a report shows. Plain data, so that anyone can print it and no view computes. */
export interface ReportData {
  readonly title: string;
  readonly verdict: 'certified' | 'full-model-only' | 'exploratory' | 'void';
  /** What makes the promise worth little, an item each; said before the verdict. */
  readonly warnings?: readonly string[];
  /** The promise, or why there is none, in sentences. */
  readonly promise: string;
  /** Further notes for the reader, for example on cuts by a budget. */
  readonly notes: readonly string[];
  /** Items that the certificate doesn't cover. */
  readonly notPromised?: readonly string[];
  /** Next steps, an item each. */
  readonly next?: readonly string[];
  readonly features: readonly ReportFeature[];
  /** Every subset that was tried as a stage. */
  readonly subsets: readonly ReportSubset[];
  /** The plan's stages in order, the full model last. */
  readonly stages: readonly ReportStage[];
  /** Other exit scores that were tried for the stages. */
  readonly exits?: readonly ReportExit[];
  /** Microseconds a row, or money where the objective is the price. */
  readonly expected: {
    readonly cost: number;
    readonly fullCost: number;
    readonly speedup: number;
    /** Where the speedup of as many new rows is in nine of ten cases. */
    readonly speedupRange?: { readonly least: number; readonly most: number };
  };
  /** 'µs'; or 'price', for prices in the unit they were declared in. */
  readonly unit: string;
  /** Whether waits are in expected costs and speedups, and prices: a sentence. */
  readonly counted?: string;
  /** Whether answers are numbers and not classes: agreement and importance then mean something else. */
  readonly isRegression?: boolean;
  /** The rule from probabilities to an answer, where it isn't the likeliest class. */
  readonly decision?: string;
  readonly certificate: ReportCertificate;
  /** Plans that one band certifies for any epsilon at once. */
  readonly frontier: readonly ReportFrontierPoint[];
  readonly measured?: ReportMeasured;
  /** Plans for other epsilons, in their order, by the band that holds for all plans together. */
  readonly choices?: readonly ReportChoice[];
  /** How often the stages that were tried together lose nothing, by confidence. */
  readonly reliability?: readonly ReportReliability[];
  /** The cost of a row by part: features and models by stage. */
  readonly spending?: readonly ReportSpending[];
  /** Rows that the cascade finds hard. */
  readonly hardest?: readonly ReportRow[];
}

/** The page's view of a plan and its promise, for one epsilon. */
export interface ReportChoice
  extends Pick<ReportData, 'verdict' | 'promise' | 'stages' | 'expected' | 'certificate'> {
  readonly epsilon: number;
}

/** The view of a row: text, or a picture as a data URL with a text for those who can't see it. */
export type ReportRowView = string | { readonly picture: string; readonly alt: string };

export interface ReportRow {
  /** Its position among the rows that were given. */
  readonly row: number;
  readonly view: ReportRowView;
  /** The stage that answered it. */
  readonly stage: string;
  readonly answer: string;
  /** The full model's answer. */
  readonly full: string;
  readonly truth?: string;
}
