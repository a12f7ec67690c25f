import { Service } from '#service';
import type { Answered, AnsweredOne } from '../../lib/run/runtime/index.js';
import { type LoadOptions, readCascadeFile } from '../artifact/index.js';
import { frozenParts, type ServedParts } from '../plan/index.js';
import type { Answer, Answers, Certificate, Label, Made, Plan, Shadow, Verdict } from '../types/index.js';
import { checkPredict, checkPredictOptions, type PredictOptions, WHOLE } from './answers.js';
import { engineOf, labelsOf, numberLabel } from './engine.js';
import { Health, longestWait, type WatchedAnswer, WholeHealth } from './health.js';
import { RowCheck } from './rowCheck.js';

const NONE: Omit<PredictOptions, 'mode'> = {};

/** What runs a cascade: wings that are built on cascades need it, and users don't. */
export interface Services<Row> {
  /** Of its plan, and of its full model alone. */
  readonly own: Service<Row>;
  readonly whole: Service<Row>;
  verdict(impaired: boolean): Verdict;
  /** Whether calls with that deadline are in a spell, which a row that the full model answers would end. */
  isInSpell(deadlineMs: number | undefined): boolean;
}

let servicesWithin: <Row, L extends Label, Name extends string>(
  cascade: ServedCascade<Row, L, Name>,
) => Services<Row>;

/**
 * A cascade that serves: the part that `spillway/runtime` has, as its `Cascade`. The `Cascade` of
 * `spillway` adds choosing, certifying and reports.
 *
 * @example
 * const served = await Cascade.load(bytes, { features });
 * const { label, exit } = await served.predictOne(mail);
 */
export class ServedCascade<Row, L extends Label = Label, Name extends string = string> {
  /** The whole pipeline without exits, for comparison and audit. */
  readonly full: {
    predict(rows: readonly Row[], options?: Omit<PredictOptions, 'mode'>): Promise<Answers<L>>;
    predictSync(rows: readonly Row[], options?: Omit<PredictOptions, 'mode'>): Answers<L>;
    predictOne(row: Row, options?: Omit<PredictOptions, 'mode'>): Promise<Answer<L>>;
  };
  protected readonly health: Health;
  private readonly rows: RowCheck<Row>;
  protected readonly service: Service<Row>;
  protected readonly whole: Service<Row>;

  protected readonly parts: ServedParts<Row, L, Name>;

  static {
    servicesWithin = (cascade) => ({
      own: cascade.service,
      whole: cascade.whole,
      verdict: (impaired) => cascade.verdict(impaired),
      isInSpell: (deadlineMs) => cascade.health.isFailing(longestWait(deadlineMs, false)),
    });
  }

  constructor(given: ServedParts<Row, L, Name>) {
    const parts = frozenParts(given);
    this.parts = parts;
    const engine = engineOf(parts);
    this.health = new Health(parts.plan.stages.length);
    const [sample] = (parts.reference?.rows ?? []) as readonly Row[];
    this.rows = new RowCheck(engine, parts.features, parts.fidelities ?? {}, sample);
    this.service = new Service(engine, this.health, this.rows);
    const { full } = engine;
    // Stages count the cascade's own answers alone.
    this.whole = new Service(
      { ...engine, stages: [], full: { model: full.model, reads: full.reads } },
      new WholeHealth(this.health),
      this.rows,
    );
    this.full = {
      predict: async (rows, options = {}) => {
        checkPredict(rows, options, WHOLE);
        return this.fromFull(await this.whole.run(rows, options));
      },
      predictSync: (rows, options = {}) => {
        checkPredict(rows, options, WHOLE);
        return this.fromFull(this.whole.runSync(rows, options));
      },
      predictOne: async (row, options = {}) => {
        checkPredictOptions(options, WHOLE);
        return { ...this.answer(await this.whole.one(row, options)), exit: parts.plan.stages.length };
      },
    };
  }

  /** The promise about the answers, its evidence, and the observations. */
  get certificate(): Certificate {
    return this.parts.certificate;
  }

  /**
   * Rows whose values a saved file holds, so that `load` can check features: their positions among
   * the rows of tuning, and the number of those. Undefined if it was loaded from a file without
   * them.
   */
  get reference(): { readonly positions: readonly number[]; readonly of: number } | undefined {
    const { reference } = this.parts;
    return reference && { positions: reference.positions, of: reference.of };
  }

  /**
   * For a loaded cascade, the number of reference rows on which its features were compared with the file. 0: features
   * are unchecked, as each answer says, and the certificate holds only if their code is unchanged. Undefined for a
   * cascade that was made here.
   */
  get checked(): number | undefined {
    return this.parts.checked;
  }

  /**
   * The date, version, seed and number of rows with which it was made or last certified; undefined
   * for older files.
   */
  get made(): Made | undefined {
    return this.parts.made;
  }

  /** The stages, thresholds and expected costs. */
  get plan(): Plan<L, Name> {
    return this.parts.plan;
  }

  /**
   * Refuses what every call refuses before any stage sees it: rows that a feature can't compute, told from each row
   * by itself. Servers call it at their door.
   *
   * @param rows as `predict` takes them
   * @throws RefusedRow, naming the feature and row
   * @example
   * cascade.check([JSON.parse(body)]);
   */
  check(rows: readonly Row[]): void {
    this.rows.all(rows);
  }

  /**
   * Answers a batch.
   *
   * @param rows the rows to answer; neither copied nor changed
   * @throws RefusedRow for a row that {@link check} refuses, whatever `onFault` says.
   * @throws FeatureError or ModelError, naming the feature and row, unless `onFault` is 'degrade' and a stage has
   * answered the rows concerned.
   * @throws DataError for anything but an array; OptionError for options that are unknown or out of their range.
   */
  async predict(rows: readonly Row[], options: PredictOptions = {}): Promise<Answers<L>> {
    checkPredict(rows, options);
    const answered = await this.service.run(rows, options);
    if (options.mode !== 'shadow') return this.answers(answered);
    const full = await this.whole.run(rows, options);
    return { ...this.fromFull(full), shadow: shadowOf(this.answers(answered)) };
  }

  /**
   * Answers a batch synchronously.
   *
   * @param rows the rows to answer
   * @throws AsyncError if a needed feature or model answers with a promise.
   * @throws DataError, OptionError, FeatureError, ModelError as {@link predict}.
   */
  predictSync(rows: readonly Row[], options: PredictOptions = {}): Answers<L> {
    checkPredict(rows, options);
    const answered = this.service.runSync(rows, options);
    if (options.mode !== 'shadow') return this.answers(answered);
    const full = this.whole.runSync(rows, options);
    return { ...this.fromFull(full), shadow: shadowOf(this.answers(answered)) };
  }

  /**
   * The point query: answers one row.
   *
   * @param row the row to answer
   * @throws what {@link predict} does
   */
  async predictOne(row: Row, options: PredictOptions = NONE): Promise<Answer<L>> {
    if (options !== NONE) checkPredictOptions(options);
    if (options.mode !== 'shadow') return this.answer(await this.service.one(row, options));
    const { labels, scores, exits, degraded, faults, verdict } = await this.predict([row], options);
    return this.noted({
      label: labels[0],
      scores,
      exit: exits[0],
      degraded: degraded[0] === 1,
      faults,
      verdict,
    });
  }

  /**
   * The point query at once.
   *
   * @param row the row to answer
   * @throws AsyncError if a feature or model that is needed answers with a promise.
   * @throws OptionError for options that are unknown or out of their range.
   */
  predictOneSync(row: Row, options: Omit<PredictOptions, 'mode'> = NONE): Answer<L> {
    if (options !== NONE) checkPredictOptions(options, WHOLE);
    return this.answer(this.service.oneSync(row, options));
  }

  /**
   * Reads a cascade from the bytes of a file that `save` wrote. Features come from code and must be
   * the ones it was made with; so must `full`, if it was given trained.
   *
   * @param bytes of the whole file
   * @returns a cascade that answers as the one that was saved, bit for bit
   * @throws ArtifactError if the bytes are damaged, foreign or newer, or don't fit; OptionError for
   * a value that isn't bytes.
   * @example
   * const bytes = await (await fetch('mail.cascade')).arrayBuffer();
   * const served = await Cascade.load(bytes, { features });
   */
  static async load<Row, L extends Label = Label, Name extends string = string>(
    bytes: Uint8Array | ArrayBuffer,
    options: LoadOptions<Row, L, Name>,
  ): Promise<ServedCascade<Row, L, Name>> {
    return new ServedCascade((await readCascadeFile(bytes, options)).parts);
  }

  /** The whole pipeline has no stages, and this cascade does: its answers count as left after the last. */
  protected fromFull(outcome: WatchedAnswer<Answered>): Answers<L> {
    return { ...this.answers(outcome), exits: outcome.answered.exits.fill(this.parts.plan.stages.length) };
  }

  protected answers({ answered, impaired }: WatchedAnswer<Answered>): Answers<L> {
    const { answers, scores, exits, degraded, faults } = answered;
    const labels = labelsOf(answers, this.parts.classes);
    return this.noted({ labels, scores, exits, degraded, faults, verdict: this.verdict(impaired) });
  }

  protected answer({ answered, impaired }: WatchedAnswer<AnsweredOne>): Answer<L> {
    const { answer, scores, exit, degraded, faults } = answered;
    const { classes } = this.parts;
    const label = classes.length > 0 ? classes[answer] : numberLabel<L>(answer);
    return this.noted({ label, scores, exit, degraded, faults, verdict: this.verdict(impaired) });
  }

  private noted<A extends object>(answers: A): A & { readonly unchecked?: true } {
    return this.parts.checked === 0 ? { ...answers, unchecked: true } : answers;
  }

  /** A cascade without a promise reports the reason for that first. */
  private verdict(impaired: boolean): Verdict {
    const { verdict } = this.parts.certificate;
    return impaired && verdict === 'certified' ? 'degraded' : verdict;
  }
}

/** The services of a cascade, which has no public members for them. */
export function servicesOf<Row, L extends Label, Name extends string>(
  cascade: ServedCascade<Row, L, Name>,
): Services<Row> {
  return servicesWithin(cascade);
}

function shadowOf<L>({ labels, exits, degraded, verdict }: Answers<L>): Shadow<L> {
  return { labels, exits, degraded, verdict };
}
