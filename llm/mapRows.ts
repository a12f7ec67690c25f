import type { Cascade, Label } from '../cascades/index.js';
import { decisionOf, tuneUntested } from '../cascades/internal.js';
import { PriceLimitError } from '../lib/errors.js';
import type { FeatureSet } from '../lib/features/define/index.js';
import { logisticRegression } from '../lib/learn/learners/index.js';
import type { TrainedModel } from '../lib/models/full/index.js';
import { freshSeed, type Random, random } from '../lib/stats/index.js';
import { systemTimer } from '../lib/util/timer.js';
import { AnswerBook } from './answerBook.js';
import { type CertifiedRest, certifyRest, type TableClaim } from './certifiedRest.js';
import {
  forecastMap,
  forecastTrained,
  likelyOutcome,
  type MapForecast,
  type TrainedStages,
  withoutGain,
} from './forecast/index.js';
import { Journey } from './journey.js';
import type { MappedRows } from './mapped.js';
import { mappedAnswers } from './mappedAnswers.js';
import { checkMapOptions, type MapOptions, PILOT } from './options.js';
import { pilotOf } from './pilot.js';
import { certifyForNew, type PopulationSample, populationCount } from './population.js';
import { type Payments, Purse } from './purse.js';
import { textFeatures } from './textFeatures.js';
import { askTraining, drawPilot, drawPool } from './training.js';

/**
 * Classifies every row of a table by a language model, and asks it about a part of the rows only: of all answers at most
 * epsilon differ from the model's own, except with a chance of delta.
 *
 * 1. A pilot of 200 random rows is asked about. It tells what a row costs, how many answers can't be read, and what a
 *    cheap student learns from them: `onForecast` gets the forecast, and says whether to go on.
 * 2. More random rows are asked about, and `tune`'s search finds cheap stages on them.
 * 3. A random sample of the rows that stages would answer is asked about. It certifies this table's answers (see
 *    `cascade.certifyBatch`); rows that stages aren't sure of are asked about.
 *
 * Rows that are equal are one question. Where nothing can be gained the model answers all, if `onForecast` allows it.
 * The promise is against the one answer a row that a whole run would have given: how often the model contradicts itself
 * is another matter, which `twice` tells.
 *
 * @returns an answer for every row, its certificate and what was spent; where the budget ended it, what there is
 * @throws OptionError, DataError for invalid options or rows; PriceLimitError where the forecast exceeds `maxPrice`;
 *   VacuousBound where a constant answer would meet the bound; what the model throws; the signal's reason
 * @example
 * const { answers, certificate } = await mapRows({
 *   rows: mails, text: (mail: Mail) => mail.body, full: chatModel({ … }),
 *   bound: { epsilon: 0.05 }, maxPrice: 5, onForecast: ({ certified }) => certified.money.high < 4,
 * });
 */
export async function mapRows<Row, L extends Label>(given: MapOptions<Row, L>): Promise<MappedRows<Row, L>> {
  const full = await given?.full;
  checkMapOptions(given, full);
  // The caller may change its array while something is waited for.
  return new Run({ ...given, rows: given.rows.slice() }, full).run();
}

const SECONDS_PER_HOUR = 3_600;
/** From this chance on a way to end is told. */
const SAID = 0.05;

/** One run over a table: its steps, and what they have made so far. */
class Run<Row, L extends Label> {
  private readonly purse: Purse;
  private readonly book: AnswerBook<Row, L>;
  private readonly journey: Journey;
  private readonly features: FeatureSet<Row>;
  private readonly random: Random;
  private readonly claim: TableClaim;
  private readonly asked = { pilot: 0, training: 0, sample: 0, rest: 0 };
  /** Rows of the pilot, and those that training rows were taken from. */
  private drawn: Int32Array = new Int32Array(0);
  private pool: Int32Array = new Int32Array(0);
  private cascade: Cascade<Row, L> | undefined;
  private afterTraining: MapForecast | null = null;
  private isDeclined = false;
  /** Where rows leave, once that is certified. */
  private certified: CertifiedRest<L, string> | undefined;

  constructor(
    private readonly options: MapOptions<Row, L>,
    private readonly full: TrainedModel<L>,
  ) {
    const { rows, reads = (row) => row, maxPrice, bound, timer = systemTimer } = options;
    const { payments = countedBy(full), batchPrice = { isUsed: false, share: 0.5 } } = options;
    const { features, text, embedding } = options;
    this.purse = new Purse(payments, full.price ?? 0, maxPrice, batchPrice);
    this.book = new AnswerBook(rows, full, decisionOf(full.decision, full.labels), reads, this.purse);
    this.journey = new Journey(this.purse, timer, options.onProgress, options.signal);
    this.features = features ?? textFeatures(text ?? String, embedding);
    this.random = random(options.seed ?? 0).fork('map');
    const { epsilon, delta = 0.05 } = bound;
    this.claim = { epsilon, delta, seed: options.sampleSeed ?? freshSeed() };
  }

  async run(): Promise<MappedRows<Row, L>> {
    await this.purse.open();
    let forecast = await this.pilot();
    try {
      if (!(await this.mayGoOn(forecast))) return this.result(forecast, { outcome: 'declined' });
      if (forecast.against === null) {
        const tested = await this.tested(forecast);
        if (this.isDeclined) return this.result(forecast, { outcome: 'declined' });
        if (tested?.certificate.verdict === 'certified') {
          this.certified = tested;
          await this.askRest(tested.rest.filter((_, place) => Number.isNaN(tested.answers[place])));
          return this.result(forecast, { outcome: 'done', tested });
        }
        const reason = tested?.certificate.reason ?? 'no stage is ever sure of its answers';
        forecast = withoutGain(forecast, reason);
        if (!(await this.mayGoOn(forecast))) return this.result(forecast, { outcome: 'declined', tested });
        await this.askRest(this.options.rows.keys());
        return this.result(forecast, { outcome: 'done', tested });
      }
      await this.askRest(this.options.rows.keys());
      return this.result(forecast, { outcome: 'done' });
    } catch (error) {
      // Before anything but the pilot was asked there is nothing to keep.
      if (!(error instanceof PriceLimitError) || (error.reason === 'forecast' && this.asked.training === 0))
        throw error;
      return this.result(forecast, { outcome: 'stopped', stopped: error.message });
    }
  }

  /** Asks about the pilot, and forecasts. */
  private async pilot(): Promise<MapForecast> {
    const { rows, pilot = PILOT, twice = 0, training, approximate = [] } = this.options;
    this.drawn = drawPilot(rows.length, pilot, this.random);
    const findings = await pilotOf(
      {
        rows,
        drawn: this.drawn,
        twice,
        book: this.book,
        purse: this.purse,
        features: this.features,
        learner: [approximate].flat()[0] ?? logisticRegression(),
        width: this.full.classes,
        bound: this.claim,
      },
      this.journey,
      this.random,
    );
    this.asked.pilot = findings.pilot.asked;
    return forecastMap(findings, this.random.fork('forecast'), training);
  }

  /** @throws PriceLimitError where more than the limit is expected to be spent */
  private async mayGoOn(forecast: MapForecast): Promise<boolean> {
    const { maxPrice, onForecast } = this.options;
    const { money, asked } = likelyOutcome(forecast);
    if (maxPrice !== undefined && money.middle > maxPrice) {
      const [low, middle, high] = [money.low, money.middle, money.high].map((sum) => sum.toPrecision(3));
      throw new PriceLimitError(
        maxPrice,
        money.middle,
        'forecast',
        `this table is expected to cost ${middle} (${low} to ${high}), and 'maxPrice' is ${maxPrice}: ` +
          `${this.purse.spent.toPrecision(3)} is spent, and nothing more was asked. ` +
          `${forecast.against === null ? '' : `Nothing can be saved: ${forecast.against}. `}` +
          "Allow a larger epsilon, take fewer rows, or raise 'maxPrice'",
      );
    }
    this.journey.expect(asked.middle);
    return onForecast === undefined || (await onForecast(forecast));
  }

  /**
   * Forecasts anew once stages have scored the table. Whoever agreed before is asked again only where it turns out dearer
   * than he was told, or a way to end that he wasn't told of.
   */
  private async stillMayGoOn(agreed: MapForecast, stages: TrainedStages): Promise<boolean> {
    const { book, journey } = this;
    const facts = { asked: book.asked, hoursPerRow: journey.secondsPerRow / SECONDS_PER_HOUR };
    const trained = forecastTrained(agreed, stages, facts, this.random.fork('forecast'));
    this.afterTraining = trained;
    journey.expect(likelyOutcome(trained).asked.middle);
    const isDearer = trained.certified.asked.high > agreed.certified.asked.high;
    const isNew = trained.full.chance >= SAID && agreed.full.chance < SAID;
    if (!isDearer && !isNew) return true;
    this.isDeclined = !(await this.mayGoOn(trained));
    return !this.isDeclined;
  }

  /** Trains stages, and tests them; undefined where there are none. */
  private async tested(forecast: MapForecast): Promise<CertifiedRest<L, string> | undefined> {
    const { rows } = this.options;
    const { book, journey } = this;
    const cascade = await this.trained(forecast);
    this.cascade = cascade;
    // A path of one plan lets nothing out.
    if (cascade.path.length <= 1) return undefined;
    journey.report('score', 0);
    const population = this.populationFor(cascade);
    const began = book.asked;
    const tested = await journey.asks('sample', (round) =>
      certifyRest({ cascade, rows, book, population }, this.claim, round, (stages) =>
        this.stillMayGoOn(forecast, stages),
      ),
    );
    this.asked.sample = book.asked - began;
    return tested;
  }

  /** Asks about rows to train on, and finds stages on them. */
  private async trained({ training, sample, pilot }: MapForecast): Promise<Cascade<Row, L>> {
    const { rows, chooseTraining: choose, allowVacuous, approximate, signal, seed = 0 } = this.options;
    const { book, journey, claim, drawn } = this;
    this.pool = drawPool(rows.length, drawn, training, choose !== undefined, this.random);
    const began = book.asked;
    const trained = await journey.asks('training', (round) =>
      askTraining(
        { rows, book, choose },
        { pilot: drawn, pool: this.pool, count: training },
        round,
        this.random.fork('training'),
      ),
    );
    this.asked.training = book.asked - began;
    const readable = trained.filter((row) => !Number.isNaN(book.answerOf(row)));
    journey.report('search', 0);
    const cascade = await tuneUntested<Row, L, string>(
      {
        features: this.features,
        rows: Array.from(readable, (row) => rows[row]),
        full: book.model(pilot.perRow.mean),
        bound: { loss: 'disagreement', epsilon: claim.epsilon, delta: claim.delta },
        objective: 'price',
        repeats: true,
        fidelities: false,
        seed,
        ...(approximate !== undefined && { approximate }),
        ...(allowVacuous !== undefined && { allowVacuous }),
        ...(signal !== undefined && { signal }),
      },
      Math.max(1, sample),
    );
    journey.report('search', 1);
    return cascade;
  }

  /** Rows that a promise about new rows may be tested on, where one is wanted. */
  private populationFor(cascade: Cascade<Row, L>): PopulationSample | undefined {
    const { rows, newRows = false } = this.options;
    if (newRows === false) return undefined;
    const taken = new Set([...this.drawn, ...this.pool]);
    const among = Int32Array.from(rows.keys()).filter((row) => !taken.has(row));
    return {
      among,
      count: populationCount(cascade, { ...this.claimForNew, rows: rows.length, among: among.length }),
    };
  }

  private get claimForNew(): { readonly epsilon: number; readonly delta: number } {
    const { newRows } = this.options;
    const { epsilon, delta } = this.claim;
    return { epsilon, delta, ...(typeof newRows === 'object' && newRows) };
  }

  private async askRest(rows: Iterable<number>): Promise<void> {
    const began = this.book.asked;
    await this.journey.asks('rest', (round) => this.book.ask(rows, round));
    this.asked.rest = this.book.asked - began;
  }

  private async result(
    forecast: MapForecast,
    {
      outcome,
      tested,
      stopped = null,
    }: {
      readonly outcome: MappedRows<Row, L>['outcome'];
      readonly tested?: CertifiedRest<L, string> | undefined;
      readonly stopped?: string | null;
    },
  ): Promise<MappedRows<Row, L>> {
    const { rows } = this.options;
    const { cascade, book } = this;
    const population = outcome === 'done' ? tested?.population : undefined;
    const forNew =
      cascade && population
        ? await certifyForNew(cascade, rows, population, book, this.claimForNew)
        : { cascade, newRows: null };
    return {
      outcome,
      answers: mappedAnswers(rows.length, this.full.labels, book, this.certified),
      certificate: tested?.certificate ?? this.certified?.certificate ?? null,
      forecast,
      afterTraining: this.afterTraining,
      asked: { ...this.asked },
      spent: this.purse.spent,
      all: forecast.all,
      against: forecast.against,
      stopped,
      cascade: forNew.cascade ?? null,
      newRows: forNew.newRows,
    };
  }
}

/** A model that counts what its answers cost. */
function countedBy<L>(full: TrainedModel<L>): Payments | undefined {
  return isPayments(full) ? full : undefined;
}

function isPayments(model: object): model is Payments {
  return 'account' in model && typeof model.account === 'function';
}
