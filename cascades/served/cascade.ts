import { checkKeys, checkOneOf, show } from '../../lib/check.js';
import { DataError } from '../../lib/errors.js';
import type { Profile } from '../../lib/profile/index.js';
import { htmlReport, type ReportMeasured, terminalSummary } from '../../lib/report/index.js';
import { type Answered, type Engine, runAsync, runSync, serve } from '../../lib/runtime/index.js';
import type { Certificate, FrontierPoint, Label, Plan, Verdict } from '../terms/index.js';
import type { CascadeParts } from './parts.js';
import { reportOf } from './reporting.js';
import { type LoadOptions, loadCascade, saveCascade } from './saving.js';

/** Answers to a batch, in the order of its rows. */
export interface Answers<L> {
  readonly labels: L[];
  /** rows x classes, row-major: probabilities by the stage that answered; comparable between stages only where calibrated. */
  readonly scores: Float64Array;
  /** The stage at which each row was answered, 0 the first; the number of stages stands for the full model. */
  readonly exits: Uint8Array;
  /** 1 where the row needed something that failed, and the best stage available answered: outside the promise. */
  readonly degraded: Uint8Array;
  readonly verdict: Verdict;
  /** In shadow mode what the cascade would have answered, and where; `labels` are the full model's. */
  readonly shadow?: { readonly labels: L[]; readonly exits: Uint8Array };
}

/** The answer to one row. */
export interface Answer<L> {
  readonly label: L;
  readonly scores: Float64Array;
  readonly exit: number;
  readonly degraded: boolean;
  readonly verdict: Verdict;
}

export interface PredictOptions {
  /** `shadow`: answer with the full model, and record what the cascade would have said. @defaultValue 'serve' */
  readonly mode?: 'serve' | 'shadow';
  /** What happens to rows that needed a feature or model that failed. @defaultValue 'throw' */
  readonly onFault?: 'throw' | 'degrade';
  readonly signal?: AbortSignal;
}

/** A plan with its models and features, ready to answer. `tune` makes one; `Cascade.load` brings one back. */
export class Cascade<Row, L extends Label = Label, Name extends string = string> {
  /** The whole pipeline without exits, for comparison and audit. */
  readonly full: {
    predict(rows: readonly Row[], options?: Omit<PredictOptions, 'mode'>): Promise<Answers<L>>;
  };
  private readonly engine: Engine<Row>;
  private readonly whole: Engine<Row>;

  constructor(private readonly parts: CascadeParts<Row, L, Name>) {
    this.engine = engineOf(parts);
    this.whole = { ...this.engine, stages: [] };
    this.full = {
      predict: async (rows, options = {}) => {
        checkPredict(rows, options, ['onFault', 'signal']);
        return this.fromFull(await this.run(this.whole, rows, options));
      },
    };
  }

  /** What is promised of the answers, on how many rows, and what was observed. */
  get certificate(): Certificate {
    return this.parts.certificate;
  }

  /** The stages, thresholds and expected costs. */
  get plan(): Plan<L, Name> {
    return this.parts.plan;
  }

  /** What was measured; give it to `tune` to get the same plan again. */
  get profile(): Profile<Name> {
    return this.parts.profile;
  }

  /** What one band certifies for any epsilon at once: expected cost by epsilon. */
  get frontier(): readonly FrontierPoint[] {
    return this.parts.frontier;
  }

  /**
   * Answers a batch.
   *
   * @throws FeatureError or ModelError, naming the feature and row, unless `onFault` is 'degrade' and a stage has
   * answered the rows concerned.
   */
  async predict(rows: readonly Row[], options: PredictOptions = {}): Promise<Answers<L>> {
    checkPredict(rows, options);
    const answered = await this.run(this.engine, rows, options);
    if (options.mode !== 'shadow') return this.answers(answered);
    const full = await this.run(this.whole, rows, options);
    const { labels, exits } = this.answers(answered);
    return { ...this.fromFull(full), shadow: { labels, exits } };
  }

  /** Answers a batch at once. @throws AsyncError where a feature or model that is needed answers with a promise. */
  predictSync(rows: readonly Row[], options: PredictOptions = {}): Answers<L> {
    checkPredict(rows, options);
    const { onFault = 'throw', signal } = options;
    const run = (engine: Engine<Row>) =>
      runSync(serve(engine, rows, { onFault, signal }), 'a feature or model');
    const answered = run(this.engine);
    if (options.mode !== 'shadow') return this.answers(answered);
    const full = run(this.whole);
    const { labels, exits } = this.answers(answered);
    return { ...this.fromFull(full), shadow: { labels, exits } };
  }

  /** The point query: answers one row. */
  async predictOne(row: Row, options: PredictOptions = {}): Promise<Answer<L>> {
    const { labels, scores, exits, degraded, verdict } = await this.predict([row], options);
    return { label: labels[0], scores, exit: exits[0], degraded: degraded[0] === 1, verdict };
  }

  /** What costs what, the plan and the promise, as text for a terminal. */
  summary(options: { colour?: boolean; measured?: ReportMeasured } = {}): string {
    return terminalSummary(reportOf(this.parts, options.measured), options);
  }

  /** The same with pictures, as one self-contained HTML file's text. Needs @observablehq/plot and linkedom. */
  async report(options: { title?: string; measured?: ReportMeasured } = {}): Promise<string> {
    return htmlReport(reportOf(this.parts, options.measured, options.title));
  }

  /** Writes one file, whole or not at all. @throws ArtifactError where a model can't be saved or the file not written. */
  async save(path: string): Promise<void> {
    await saveCascade(this.parts, path);
  }

  /**
   * Reads a cascade that `save` wrote. Features come from code and must be those it was made with; so must `full`,
   * where it was given trained.
   *
   * @throws ArtifactError where the file is damaged, foreign or newer, or doesn't fit: before anything is read from it.
   */
  static async load<Row, L extends Label = Label, Name extends string = string>(
    path: string,
    options: LoadOptions<Row, L, Name>,
  ): Promise<Cascade<Row, L, Name>> {
    return new Cascade(await loadCascade(path, options));
  }

  private run(
    engine: Engine<Row>,
    rows: readonly Row[],
    options: Omit<PredictOptions, 'mode'>,
  ): Promise<Answered> {
    return runAsync(serve(engine, rows, { onFault: options.onFault ?? 'throw', signal: options.signal }));
  }

  /** The whole pipeline has no stages, and this cascade does: its answers count as left after the last. */
  private fromFull(answered: Answered): Answers<L> {
    return { ...this.answers(answered), exits: answered.exits.fill(this.engine.stages.length) };
  }

  private answers({ classes, scores, exits, degraded }: Answered): Answers<L> {
    const labels = Array.from(classes, (c) => this.parts.classes[c]);
    return { labels, scores, exits, degraded, verdict: this.parts.certificate.verdict };
  }
}

function engineOf<Row, L extends Label, Name extends string>(parts: CascadeParts<Row, L, Name>): Engine<Row> {
  const { fitted, plan, stages, full, reads, classes } = parts;
  const positions = (names: readonly string[]) =>
    names.map((name) => fitted.findIndex((f) => f.name === name));
  return {
    features: fitted,
    stages: plan.stages.map(({ features, thresholds }, s) => ({
      model: stages[s].model,
      reads: positions(features),
      thresholds: Float64Array.from(thresholds, (threshold) => threshold ?? Number.POSITIVE_INFINITY),
    })),
    full: { model: full.model, reads: positions(reads) },
    classes: classes.length,
    decision: plan.decision,
  };
}

function checkPredict(
  rows: unknown,
  options: PredictOptions,
  known: readonly string[] = ['mode', 'onFault', 'signal'],
): void {
  if (!Array.isArray(rows)) throw new DataError(`expected an array of rows, got ${show(rows)}`);
  checkKeys(options, known);
  if (options.mode !== undefined) checkOneOf('mode', options.mode, ['serve', 'shadow']);
  if (options.onFault !== undefined) checkOneOf('onFault', options.onFault, ['throw', 'degrade']);
}
