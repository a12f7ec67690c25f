import { type Answered, type Engine, runAsync, runSync, serve } from '../../lib/runtime/index.js';
import { type LoadOptions, readCascade } from '../file/index.js';
import type { CascadeParts } from '../parts/index.js';
import type { Certificate, Label, Plan } from '../terms/index.js';
import { type Answer, type Answers, checkPredict, type PredictOptions } from './answers.js';
import { engineOf, labelsOf } from './engine.js';

/**
 * A cascade that answers: what `spillway/runtime` has of it, as its `Cascade`. The `Cascade` of `spillway` adds what chooses, certifies and shows.
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
  };
  protected readonly whole: Engine<Row>;
  private readonly engine: Engine<Row>;

  constructor(protected readonly parts: CascadeParts<Row, L, Name>) {
    this.engine = engineOf(parts);
    this.whole = { ...this.engine, stages: [] };
    this.full = {
      predict: async (rows, options = {}) => {
        checkPredict(rows, options, ['onFault', 'deadlineMs', 'signal']);
        return this.fromFull(await this.run(this.whole, rows, options));
      },
      predictSync: (rows, options = {}) => {
        checkPredict(rows, options, ['onFault', 'deadlineMs', 'signal']);
        return this.fromFull(this.runSync(this.whole, rows, options));
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
    const answered = this.runSync(this.engine, rows, options);
    if (options.mode !== 'shadow') return this.answers(answered);
    const full = this.runSync(this.whole, rows, options);
    const { labels, exits } = this.answers(answered);
    return { ...this.fromFull(full), shadow: { labels, exits } };
  }

  /** The point query: answers one row. */
  async predictOne(row: Row, options: PredictOptions = {}): Promise<Answer<L>> {
    const { labels, scores, exits, degraded, faults, verdict } = await this.predict([row], options);
    return { label: labels[0], scores, exit: exits[0], degraded: degraded[0] === 1, faults, verdict };
  }

  /**
   * Reads a cascade from the bytes of a file that `save` wrote. Features come from code and must be those it was made
   * with; so must `full`, where it was given trained.
   *
   * @throws ArtifactError where the bytes are damaged, foreign or newer, or don't fit; OptionError for what are none.
   * @example
   * const bytes = await (await fetch('mail.cascade')).arrayBuffer();
   * const served = await Cascade.load(bytes, { features });
   */
  static async load<Row, L extends Label = Label, Name extends string = string>(
    bytes: Uint8Array | ArrayBuffer,
    options: LoadOptions<Row, L, Name>,
  ): Promise<ServedCascade<Row, L, Name>> {
    return new ServedCascade(await readCascade(bytes, options));
  }

  protected run(
    engine: Engine<Row>,
    rows: readonly Row[],
    options: Omit<PredictOptions, 'mode'>,
  ): Promise<Answered> {
    const { onFault = 'throw', deadlineMs, signal } = options;
    return runAsync(serve(engine, rows, { onFault, deadlineMs, signal }));
  }

  private runSync(
    engine: Engine<Row>,
    rows: readonly Row[],
    { onFault = 'throw', deadlineMs, signal }: Omit<PredictOptions, 'mode'>,
  ): Answered {
    return runSync(serve(engine, rows, { onFault, deadlineMs, signal }), 'a feature or model');
  }

  /** The whole pipeline has no stages, and this cascade does: its answers count as left after the last. */
  private fromFull(answered: Answered): Answers<L> {
    return { ...this.answers(answered), exits: answered.exits.fill(this.engine.stages.length) };
  }

  protected answers({ answers, scores, exits, degraded, faults }: Answered): Answers<L> {
    const labels = labelsOf(answers, this.parts.classes);
    return { labels, scores, exits, degraded, faults, verdict: this.parts.certificate.verdict };
  }
}
