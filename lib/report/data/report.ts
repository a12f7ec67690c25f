import type { ReportCertificate } from './certificate.js';
import type { ReportMeasured } from './measured.js';
import type { ReportRow } from './rows.js';
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
  /** What is promised, or why nothing is, in sentences. */
  readonly promise: string;
  /** What else the reader should know, such as what a budget cut. */
  readonly notes: readonly string[];
  /** What the certificate doesn't cover, an item each. */
  readonly notPromised?: readonly string[];
  /** What to do next, an item each. */
  readonly next?: readonly string[];
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
