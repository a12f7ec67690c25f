import type { Objective, Profile } from '../lib/costs/index.js';
import { htmlReport, type TerminalOptions, terminalSummary } from '../lib/report/index.js';
import { frozen } from '../lib/util/frozen.js';
import { type DescribedFile, describeFile, type FeatureTerms } from './artifact/index.js';
import { modesOf } from './recertify/index.js';
import { type ReportOptions, reportOf } from './reporting/index.js';
import type { Advice, Certificate, FrontierPoint, Made, Mode, Plan } from './types/index.js';

/**
 * The contents of a cascade's file, read without the code that it needs to answer. {@link inspect} reads one.
 *
 * @example
 * const found = await inspect('mail.cascade');
 * console.log(found.summary(), found.features);
 */
export class Inspection {
  /** @param described the content of the file */
  constructor(private readonly described: DescribedFile) {}

  /** The stages, thresholds and expected costs. */
  get plan(): Plan {
    return this.described.plan;
  }

  /**
   * The certificate when it was saved. A feature or full model that has changed since makes it void, which only
   * loading finds.
   */
  get certificate(): Certificate {
    return this.described.certificate;
  }

  /** The plans that may be served, the cascade's own first: see `Cascade.modes`. */
  get modes(): readonly Mode[] {
    return modesOf(this.described);
  }

  /** Expected cost by epsilon, certified for all these epsilons at once. */
  get frontier(): readonly FrontierPoint[] {
    return this.described.frontier;
  }

  /** As `cascade.advice`. */
  get advice(): readonly Advice[] {
    return this.described.advice ?? [];
  }

  /** The measured costs of features and models. */
  get profile(): Profile<string> {
    return this.described.profile;
  }

  /** The cost that the plan minimizes: work, latency or money. */
  get objective(): Objective {
    return this.described.objective;
  }

  /**
   * The date, version, seed and number of rows with which it was made or last certified; undefined
   * for older files.
   */
  get made(): Made | undefined {
    return this.described.made;
  }

  /** The features that `Cascade.load` must be given. */
  get features(): readonly FeatureTerms[] {
    return this.described.features;
  }

  /**
   * The origin of the full model: the learner that trained it, or the fingerprint of the model that
   * was given, with its name.
   */
  get full(): {
    readonly learner: string | undefined;
    readonly fingerprint: string | undefined;
    readonly name?: string;
  } {
    return this.described.full;
  }

  /** Whether it was saved with what `retune` and `whatIf` choose from. */
  get hasEvidence(): boolean {
    return this.described.evidence !== undefined;
  }

  /**
   * As `cascade.summary`.
   *
   * @returns lines of at most `width` columns
   */
  summary(options: TerminalOptions & ReportOptions = {}): string {
    return terminalSummary(this.reported(options), options);
  }

  /**
   * As `cascade.report`.
   *
   * @returns the page: a file's text
   * @throws MissingPackage if the packages that draw aren't installed
   */
  async report(options: ReportOptions = {}): Promise<string> {
    return htmlReport(this.reported(options));
  }

  /** A file has the features' terms, not the features. */
  private reported(options: ReportOptions) {
    return reportOf({ ...this.described, features: undefined }, options);
  }
}

/**
 * Reads the description in a cascade's file, without its features, its full model, or anything that
 * could predict.
 *
 * @param source a file's path, or its bytes
 * @throws ArtifactError if it can't be read, or is damaged, foreign or of another version
 * @example
 * const { certificate, plan } = await inspect('mail.cascade');
 * console.log(certificate.verdict, plan.expected.speedup);
 */
export async function inspect(source: string | Uint8Array | ArrayBuffer): Promise<Inspection> {
  return new Inspection(frozen(await describeFile(source)));
}
