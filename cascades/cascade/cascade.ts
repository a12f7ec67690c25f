import { checkKeys, checkPositive, show } from '../../lib/check.js';
import type { Objective, Profile } from '../../lib/costs/index.js';
import { withOwnArrays } from '../../lib/data/rows/index.js';
import { OptionError } from '../../lib/errors.js';
import { htmlReport, type ReportMeasured, terminalSummary } from '../../lib/report/index.js';
import type { Answered } from '../../lib/run/runtime/index.js';
import type { Statistics } from '../../lib/run/telemetry/index.js';
import { type FileLoadOptions, loadCascade, type SaveOptions, saveCascade } from '../artifact/index.js';
import { type BatchOptions, BatchSteps, certifiedBatch } from '../batch/index.js';
import { anyChoice, noAnyChoice } from '../certification/index.js';
import type { Ledger } from '../holdout/index.js';
import { Audit, type AuditOptions } from '../monitoring/index.js';
import { type CascadeParts, servedPath } from '../plan/index.js';
import {
  type FreshRows,
  modesOf,
  partsOfMode,
  type RetuneOptions,
  recertified,
  retuned,
  type WhatIf,
  withCosts,
  withModes,
  withPlan,
} from '../recertify/index.js';
import {
  checkHardest,
  type HardestOptions,
  hardestOf,
  type ReportOptions,
  reportOf,
} from '../reporting/index.js';
import type {
  Advice,
  Certificate,
  CertifiedTable,
  FrontierPoint,
  Label,
  Mode,
  Plan,
  TunedFit,
} from '../types/index.js';
import type { BatchAnswers } from './answers.js';
import { ServedCascade } from './servedCascade.js';
import { type CascadeThreadsOptions, cascadeOnThreads, type ThreadedCascade } from './threads/index.js';

/** Additions to a cascade's report beyond the cascade itself. */
export interface CascadeReportOptions<Row, L extends Label> extends ReportOptions {
  /** Rows to search for hard ones. The cascade and the full model answer each of them. */
  readonly hardest?: HardestOptions<Row, L>;
}

let ledgerWithin: <Row, L extends Label, Name extends string>(cascade: Cascade<Row, L, Name>) => Ledger;
let besideTable: <Row, L extends Label, Name extends string>(
  cascade: Cascade<Row, L, Name>,
  batch: CertifiedTable,
) => Cascade<Row, L, Name>;
let batchWithin: <Row, L extends Label, Name extends string>(
  cascade: Cascade<Row, L, Name>,
) => BatchSteps<Row, L, Name>;

/**
 * A plan with its models and features, ready to answer. `tune` makes one; `Cascade.load` brings one back.
 *
 * @example
 * const { labels, exits } = await cascade.predict(newMails);
 * await cascade.save('mail.cascade', { reference: 'rows' });
 */
export class Cascade<Row, L extends Label = Label, Name extends string = string> extends ServedCascade<
  Row,
  L,
  Name
> {
  declare protected readonly parts: CascadeParts<Row, L, Name>;
  /** Made on first use. */
  private known: readonly Mode<L, Name>[] | undefined;
  private readonly others = new Map<number, Cascade<Row, L, Name>>();

  static {
    ledgerWithin = (cascade) => cascade.parts.used;
    besideTable = ({ parts }, batch) =>
      new Cascade({ ...parts, certificate: { ...parts.certificate, batch } });
    batchWithin = (cascade) =>
      new BatchSteps(
        cascade.parts,
        (rows, signal, ask) => cascade.answeredInFull(rows, signal, ask),
        (rows) => cascade.check(rows),
      );
  }

  constructor(parts: CascadeParts<Row, L, Name>) {
    super(parts);
  }

  /** The measured costs; give them to `tune` to get the same plan again. */
  get profile(): Profile<Name> {
    return this.parts.profile;
  }

  /** The cost that the plan minimizes: work, latency or money. */
  get objective(): Objective {
    return this.parts.objective;
  }

  /**
   * Expected cost by epsilon, certified for all these epsilons at once. `accuracy`, `disagreement` and `harm` over
   * rows have a band for any epsilon; other losses, and groups, have the epsilons of `bound.also`. It is empty for
   * several losses, and for plans without a certificate.
   */
  get frontier(): readonly FrontierPoint[] {
    return this.parts.frontier;
  }

  /**
   * Prepares everything that the first rows would wait for: compiles code, opens connections, runs
   * models. With `rows` it also answers them, by the cascade and by its whole pipeline, until that
   * gets no quicker.
   *
   * @param options `rows`: some tens of rows like those to come; `maxMs`: the longest time that they are answered.
   * @defaultValue none, and 2000
   * @throws OptionError for invalid options; what {@link predict} throws, where rows are given.
   * @example
   * const cascade = await Cascade.load('mail.cascade', { features });
   * await cascade.warm({ rows: someMails });
   */
  async warm(options: { readonly rows?: readonly Row[]; readonly maxMs?: number } = {}): Promise<void> {
    checkKeys(options, ['rows', 'maxMs']);
    const { rows = [], maxMs = 2_000 } = options;
    if (!Array.isArray(rows)) throw new OptionError('rows', `expected an array of rows, got ${show(rows)}`);
    checkPositive('maxMs', maxMs, 'milliseconds above 0');
    // The cascade's own answers come last: the full model replaces the contents of the processor's
    // caches.
    const wholeRound = async () => {
      for (const row of rows) await this.full.predictOne(row);
    };
    const ownRound = async () => {
      for (const row of rows) await this.predictOne(row);
    };
    await this.service.warm(rows.length > 0 ? [wholeRound, ownRound] : [], maxMs);
  }

  /**
   * At most three changes of one option each with which `tune` may be expected to find a faster plan, the best first:
   * an estimate from the rows that were tuned on. None after {@link retune}, {@link certify} or {@link whatIf}.
   *
   * @example
   * for (const { option, change, figure } of cascade.advice) console.log(option, change, figure); // repeats copies 8.1
   */
  get advice(): readonly Advice[] {
    return this.parts.advice ?? [];
  }

  /** The fits that `tune` made, in the order in which they ended; none of a cascade that was loaded. */
  get fits(): readonly TunedFit[] {
    return this.parts.fits ?? [];
  }

  /** Counts of the work of features and stages since this cascade was made. Plain data. */
  statistics(): Statistics<Name> {
    return this.service.statistics();
  }

  /**
   * The same cascade for another epsilon, at once: the cheapest plan of the path whose limit in the simultaneous band
   * is within it. The band holds for all epsilons together, so you may try as many as you like. It is a little wider
   * than the limit of `tune`'s own epsilon.
   *
   * @throws MissingEvidence if there is no band (see {@link frontier}), nothing was tested, or a
   * file was saved without evidence.
   * @example
   * const moreAggressive = cascade.retune({ epsilon: 0.02 });
   */
  retune(options: RetuneOptions): Cascade<Row, L, Name> {
    return new Cascade(retuned(this.parts, options));
  }

  /**
   * The plans that may be served, each with a promise of its own and what a call is expected to cost: the cascade's
   * own first, then more aggressive ones for overload. All these promises hold together with probability 1 - delta.
   * Without {@link withModes} only its own.
   */
  get modes(): readonly Mode<L, Name>[] {
    this.known ??= modesOf(this.parts);
    return this.known;
  }

  /**
   * The same cascade with modes: more aggressive plans of its path, each certified for a larger epsilon, to answer
   * under overload. They and the cascade's own plan are taken from one band, or one list of tested epsilons, and
   * share delta. So its own plan may be a little more conservative than `tune`'s, whose certificate spends a delta of
   * its own. Modes that come to the same plan are one. A file keeps modes, without evidence too. {@link retune} and
   * {@link certify} keep those above their epsilon.
   *
   * A mode's own promise is about rows drawn like the certification rows: it needs a choice by load alone, from
   * callers whose rows are alike. Chosen otherwise, {@link anyChoice} has what holds.
   *
   * @param limits epsilons, each above the cascade's own and below 1; of `absoluteError` `{ atMost: [0.4] }` in the
   *   units of the answers, below the cap. Epsilons of it are shares of the cap.
   * @defaultValue those of `bound.also` or `bound.modes`
   * @throws MissingEvidence as {@link retune}; OptionError for a limit that is missing, below the cascade's own, or
   *   not below 1 or the cap
   * @example
   * const served = cascade.withModes([0.02, 0.05]);
   * const answers = await served.inMode(isOverloaded ? 1 : 0).predict(rows);
   */
  withModes(limits?: readonly number[] | { readonly atMost: readonly number[] }): Cascade<Row, L, Name> {
    return new Cascade(withModes(this.parts, limits));
  }

  /**
   * The cascade that serves one of {@link modes}: that plan, with its certificate, over the same features and models.
   * Each has health, statistics and audits of its own. The same call returns the same cascade.
   *
   * @param mode its position in {@link modes}; 0 is this cascade
   * @throws OptionError for a position that there isn't
   * @example
   * const audit = cascade.inMode(1).audit({ rate: 0.01, onAlarm: (alarm) => log(alarm) });
   */
  inMode(mode: number): Cascade<Row, L, Name> {
    const known = mode === 0 ? this : this.others.get(mode);
    if (known !== undefined) return known;
    const made = new Cascade(partsOfMode(this.parts, mode));
    this.others.set(mode, made);
    return made;
  }

  /**
   * What holds of all answers together, in whatever way the mode of each row is chosen: also by its caller, or by the
   * row. Modes from the band lose at most the largest of their epsilons; modes that were named beforehand at most the
   * sum, for `disagreement`, `harm` and `recall`. It holds together with the promise of each mode, at the same delta.
   *
   * @returns the certificate with that epsilon; its own where there are no modes, or nothing is promised
   * @throws OptionError for other losses of modes that were named beforehand, which have no such promise
   * @example
   * const served = cascade.withModes([0.02, 0.05]);
   * served.anyChoice().epsilon; // 0.05
   */
  anyChoice(): Certificate {
    const certificates = this.modes.map(({ certificate }) => certificate);
    const promise = anyChoice(certificates);
    if (promise === null) throw new OptionError('modes', noAnyChoice(certificates));
    return promise;
  }

  /**
   * The plans of the served path, from conservative to aggressive, which {@link certify} takes: the
   * tested ones, or after {@link whatIf} those to be tested. Without evidence only the served plan and
   * those of its modes.
   */
  get path(): readonly Plan<L, Name>[] {
    return servedPath(this.parts).plans;
  }

  /**
   * Tests plans on rows that the cascade has never seen, and returns a cascade with the cheapest plan that passes.
   * Use it after a certificate became void, for a plan edited by hand, or for another delta. It fits nothing.
   *
   * @param plans from conservative to aggressive, over this cascade's own stages: {@link path}, or a plan with other
   *   thresholds
   * @param fresh rows, and labels where the loss needs them; options of the test
   * @throws UsedRows, naming them, for rows that made or tested the cascade before; DataError for fewer rows (or
   *   groups) than could certify epsilon; OptionError for labels, groups or losses that are needed and missing, and
   *   for a plan over other stages.
   * @example
   * const renewed = await cascade.certify(cascade.path, { rows, labels });
   */
  async certify(
    plans: Plan<L, Name> | readonly Plan<L, Name>[],
    fresh: FreshRows<Row, L>,
  ): Promise<Cascade<Row, L, Name>> {
    return new Cascade(await recertified(this.parts, [plans].flat(), fresh));
  }

  /**
   * The same cascade under any plan over its own stages, with verdict `exploratory` until {@link certify}.
   *
   * @param plan one of {@link path}, or one with other thresholds: exit scores from 0 to 1, or null
   * @throws OptionError for a plan over other stages, or an invalid threshold.
   * @example
   * const [first, ...others] = cascade.plan.stages;
   * const stages = [{ ...first, thresholds: [0.99, 0.9] }, ...others];
   * const pinned = cascade.explore({ ...cascade.plan, stages });
   */
  explore(plan: Plan<L, Name>): Cascade<Row, L, Name> {
    return new Cascade(withPlan(this.parts, plan));
  }

  /**
   * The same stages under other costs or another objective: a new path, and the plan on it that is expected to pass.
   * It measures and fits nothing. Verdict `exploratory` until {@link certify}.
   *
   * @param change other costs of features, or another objective
   * @throws MissingEvidence if nothing was tested, or a file was saved without evidence; OptionError for an unknown
   *   feature, or a cost out of its range.
   * @example
   * const cached = cascade.whatIf({ costs: { words: { perRow: 2 } } });
   * const served = await cached.certify(cached.path, { rows, labels });
   */
  whatIf(change: WhatIf<Name>): Cascade<Row, L, Name> {
    return new Cascade(withCosts(this.parts, change));
  }

  /**
   * This cascade in service, with a test of its certificate on a random few of the rows that it answers. An alarm
   * voids the certificate.
   *
   * @throws OptionError for groups, a cascade without a certificate, and a loss of your own that
   * isn't passed again: these can't be audited.
   * @example
   * const audit = cascade.audit({ rate: 0.01, alpha: 0.01, onAlarm: (alarm) => log(alarm) });
   * const answers = await audit.predict(rows);
   */
  audit(options: AuditOptions<L>): Audit<Row, L> {
    return new Audit(this, options, [Float64Array.of(this.parts.restsOn)]);
  }

  /**
   * Answers one finite batch and certifies its answers in place, by a random sample that the full model answers. Use
   * it where there are fewer rows than a certificate for all future rows needs, or where no other rows are like them.
   * Call it once a batch: the promise is over the draw of that call's sample. The same call again takes the same sample.
   *
   * @param rows all rows of the batch; none may have been used to make the cascade
   * @throws OptionError for regression, whose answers always differ; UsedRows for a batch about which another claim was
   *   made: by another epsilon, delta, loss, sample or seed, or with some of its rows more, fewer or in another order
   * @example
   * const { labels, certificate, byFull } = await cascade.certifyBatch(rows, { epsilon: 0.01 });
   */
  async certifyBatch(rows: readonly Row[], options: BatchOptions): Promise<BatchAnswers<L, Name>> {
    // `certifiedBatch` says what is wrong with anything but an array.
    if (Array.isArray(rows)) this.check(rows);
    const { answered, byFull, certificate, plan } = await certifiedBatch(
      this.parts,
      rows,
      options,
      (drawn, ask) => this.answeredInFull(drawn, options.signal, ask),
    );
    // These features made the certificate, whatever the file's were.
    const { unchecked: _, ...answers } = this.answers({ answered, impaired: false });
    return { ...answers, verdict: certificate.verdict, byFull, certificate, plan };
  }

  private async answeredInFull(
    rows: readonly Row[],
    signal: AbortSignal | undefined,
    ask: number,
  ): Promise<Answered> {
    return (await this.whole.run(rows, { ask, ...(signal !== undefined && { signal }) })).answered;
  }

  /**
   * Costs, plan and certificate as text for a terminal, with the limits of the promise and the next
   * steps.
   *
   * @param options `colour`: ANSI colours; `measured`: the result of `measure`; `time: false`: without the time that
   *   tuning took
   * @returns lines of at most 100 columns
   * @throws OptionError for an unknown option
   */
  summary(options: { colour?: boolean; measured?: ReportMeasured; time?: boolean } = {}): string {
    checkKeys(options, ['colour', 'width', 'measured', 'title', 'time']);
    const { time = true } = options;
    return terminalSummary(
      reportOf(time ? this.parts : { ...this.parts, spent: [], fits: [] }, options),
      options,
    );
  }

  /**
   * The same with pictures, as the text of one self-contained HTML file. A slider shows the plans
   * for other epsilons. Needs `@observablehq/plot` and `linkedom`.
   *
   * @returns the page; its size depends on stages and epsilons, not on the number of rows
   * @throws MissingPackage if these packages aren't installed; what `predict` throws, where rows are given
   * @example
   * const hardest = { rows: newMails, show: ({ subject }: Mail) => subject };
   * await writeFile('report.html', await cascade.report({ title: 'Spam or ham', hardest }));
   */
  async report(options: CascadeReportOptions<Row, L> = {}): Promise<string> {
    checkKeys(options, ['title', 'measured', 'hardest']);
    const { hardest, ...others } = options;
    if (hardest !== undefined) checkHardest(hardest);
    const data = reportOf(this.parts, others);
    if (hardest === undefined) return htmlReport(data);
    // The caller may change its array during the wait for answers.
    const own = withOwnArrays(hardest, 'rows');
    const [answers, full] = [await this.predict(own.rows), await this.full.predict(own.rows)];
    const isRegression = this.plan.decision.kind === 'value';
    return htmlReport({
      ...data,
      hardest: hardestOf(own, answers, full, this.plan.stages.length, isRegression),
    });
  }

  /**
   * Writes one file, whole or not at all.
   *
   * @param options `evidence`: whether to include what `retune` and `whatIf` need. @defaultValue false.
   *   `reference: 'rows'`: with a few rows, on which `load` compares features by itself. @defaultValue their values
   * @param path path of the file; an existing file is replaced
   * @throws ArtifactError if a model can't be saved or the file can't be written.
   */
  async save(path: string, options: SaveOptions = {}): Promise<void> {
    await saveCascade(this.parts, path, options);
  }

  /**
   * Reads a cascade that `save` wrote, from its path or its bytes. Features come from code, and
   * must be the ones it was made with; so must `full`, if it was given trained. Where all features read columns by
   * their names (`column`, `columns`; `oneHot`, `tfidf` and `counts` of a `column`), the file tells them, and
   * `features` may be left out.
   *
   * @param source a file's path, or its bytes
   * @throws ArtifactError if the file is damaged, foreign or newer, or doesn't fit; OptionError where it needs
   *   features or a full model that aren't given, by name.
   */
  static override async load<Row, L extends Label = Label, Name extends string = string>(
    source: string | Uint8Array | ArrayBuffer,
    options: FileLoadOptions<Row, L, Name> = {},
  ): Promise<Cascade<Row, L, Name>> {
    return new Cascade(await loadCascade(source, options));
  }

  /**
   * Loads a cascade on worker threads, which answer without keeping this thread: for heavy models in a web server.
   * Answers are the same, bit for bit. Threads share the memory of models.
   *
   * @param source a file's path, or its bytes
   * @param module URL or path of the module that exports `features`, by name or as its default, and `full` and
   *   `learners` where {@link load} takes them: threads can't be given functions. Left out where the file tells its
   *   features, as for {@link load}
   * @param program URL of the threads' module; only tests have a reason to give it
   * @throws OptionError, also for a module that can't be imported or has no features; what {@link load} throws
   * @example
   * const module = new URL('./features.js', import.meta.url);
   * const served = await Cascade.onThreads('mail.cascade', module, { threads: 2 });
   * const { labels } = await served.predict(newMails);
   */
  static onThreads<Row, L extends Label = Label, Name extends string = string>(
    source: string | Uint8Array | ArrayBuffer,
    module?: URL | string,
    options?: CascadeThreadsOptions,
    program?: URL,
  ): Promise<ThreadedCascade<Row, L, Name>> {
    return cascadeOnThreads(source, module, options, program);
  }
}

/** How many of the rows made or tested the cascade, or one of its lineage; undefined where that isn't known. */
export function usedAmong(cascade: unknown, rows: readonly unknown[]): number | undefined {
  return cascade instanceof Cascade ? ledgerWithin(cascade).usedAmong(rows) : undefined;
}

/** The same cascade, whose certificate also states that of a table: its file then says both. */
export function withTable<Row, L extends Label, Name extends string>(
  cascade: Cascade<Row, L, Name>,
  table: CertifiedTable,
): Cascade<Row, L, Name> {
  return besideTable(cascade, table);
}

/** The steps of a batch in partitions, by a cascade. @throws OptionError for regression */
export function batchStepsOf<Row, L extends Label, Name extends string>(
  cascade: Cascade<Row, L, Name>,
): BatchSteps<Row, L, Name> {
  return batchWithin(cascade);
}
