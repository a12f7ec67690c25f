import type { Cascade, Certificate, Label } from '../cascades/index.js';
import { decisionOf, withTable } from '../cascades/internal.js';
import { PriceLimitError } from '../lib/errors.js';
import type { FeatureSet } from '../lib/features/define/index.js';
import { type Learner, logisticRegression } from '../lib/learn/learners/index.js';
import type { TrainedModel } from '../lib/models/full/index.js';
import { freshSeed, type Random, random } from '../lib/stats/index.js';
import { systemTimer } from '../lib/util/timer.js';
import { Agreement } from './agreement.js';
import { AnswerBook } from './answerBook.js';
import { AskProgress } from './askProgress.js';
import { type CertifiedRest, certifyRest, type TableClaim } from './certifiedRest.js';
import {
  flipShare,
  forecastMap,
  type MapForecast,
  MOST_TRAINING,
  pricesOfAll,
  withoutGain,
} from './forecast/index.js';
import { askHardRows } from './hardRows.js';
import type { AskedRows, MappedRows } from './mapped.js';
import { mappedAnswers, verdictCounts } from './mappedAnswers.js';
import type { ClaimKeeper } from './models/index.js';
import { type MapOptions, PILOT } from './options.js';
import { pilotOf } from './pilot.js';
import { certifyForNew, rowsForNew } from './population.js';
import { type Payments, RowBudget } from './rowBudget.js';
import { stagesOn } from './stages.js';
import { studentChoice } from './studentChoice.js';
import { textFeatures } from './textFeatures.js';
import { askTraining, drawPilot, drawPool } from './training.js';

type AskingStep = Exclude<keyof AskedRows, 'again'>;

/** How a run ended. */
interface Ending<L extends Label> {
  readonly outcome: MappedRows<unknown, L>['outcome'];
  readonly tested?: CertifiedRest<L, string> | undefined;
  readonly stopped?: string | null;
}

/** One run over a table: its steps, and what they have made so far. */
export class MapRun<Row, L extends Label> {
  private readonly budget: RowBudget;
  private readonly book: AnswerBook<Row, L>;
  private readonly progress: AskProgress;
  private readonly agreement: Agreement;
  private readonly features: FeatureSet<Row>;
  private readonly learner: Learner;
  private readonly random: Random;
  private claim: TableClaim;
  private readonly asked: Record<AskingStep, number> = { pilot: 0, training: 0, sample: 0, rest: 0 };
  /** Rows of the pilot, and those that training rows were taken from. */
  private drawn: Int32Array = new Int32Array(0);
  private pool: Int32Array = new Int32Array(0);
  private cascade: Cascade<Row, L> | undefined;
  /** Null as long as the pilot isn't answered. */
  private forecast: MapForecast | null = null;
  /** Where rows leave, once that is certified. */
  private certified: CertifiedRest<L, string> | undefined;

  constructor(
    private readonly options: MapOptions<Row, L>,
    private readonly full: TrainedModel<L>,
  ) {
    const { rows, reads = (row) => row, maxPrice, bound, timer = systemTimer } = options;
    const { payments = countedBy(full) } = options;
    const { batchPrice = payments?.batchPrice ?? { isUsed: false, share: 0.5 } } = options;
    const { features, text, embedding, approximate = [] } = options;
    this.budget = new RowBudget(payments, full.price ?? 0, maxPrice, batchPrice, full.money);
    this.book = new AnswerBook(rows, full, decisionOf(full.decision, full.labels), reads, this.budget);
    this.progress = new AskProgress(this.budget, timer, options.onProgress, options.signal);
    this.features = features ?? textFeatures(text ?? String, embedding);
    this.learner = [approximate].flat()[0] ?? logisticRegression();
    this.random = random(options.seed ?? 0).fork('map');
    this.agreement = new Agreement(options, this.budget, this.progress, this.book, this.random);
    const { loss = 'disagreement', epsilon, delta = 0.05 } = bound;
    this.claim = { loss, epsilon, delta, seed: options.sampleSeed ?? freshSeed() };
  }

  async run(): Promise<MappedRows<Row, L>> {
    await this.budget.open();
    await this.goOnWithClaim();
    try {
      return await this.result(await this.toItsEnd());
    } catch (error) {
      // Before anything but the pilot was asked a forecast above the limit is a refusal.
      const isPilotAlone = this.book.asked === this.asked.pilot;
      if (!(error instanceof PriceLimitError) || (error.reason === 'forecast' && isPilotAlone)) throw error;
      return this.result({ outcome: 'stopped', stopped: error.message });
    }
  }

  /** Goes on with the sample of the claim that was made about this table. @throws JournalError where it is another */
  private async goOnWithClaim(): Promise<void> {
    const { table, claim } = this.stated;
    const before = await this.keeper?.claimOf(table, claim, this.options.sampleSeed);
    if (before) this.claim = { ...this.claim, seed: before.seed };
  }

  /** What is claimed of the table, and the choices that decide which stages are tested and which rows are drawn. */
  private get stated(): { readonly table: string; readonly claim: string } {
    const { pilot = PILOT, training = 'planned', seed = 0, newRows = false } = this.options;
    const { loss, epsilon, delta } = this.claim;
    const { rows, order } = this.book.digests;
    const claim = [
      `${loss} of at most ${epsilon}`,
      `delta ${delta}`,
      `pilot ${pilot}`,
      `training ${training}`,
      `seed ${seed}`,
      `new rows ${JSON.stringify(newRows)}`,
      `stages ${this.learner.name} of ${this.features.names.join(' + ')}`,
      `order ${order.slice(0, 8)}`,
    ];
    return { table: rows, claim: claim.join(', ') };
  }

  private get keeper(): ClaimKeeper | undefined {
    return keepsClaims(this.full) ? this.full : undefined;
  }

  private async toItsEnd(): Promise<Ending<L>> {
    const { agreement, options } = this;
    const forecast = await this.pilot();
    if (!(await agreement.mayGoOn(forecast))) return { outcome: 'declined' };
    if (forecast.against !== null) {
      await this.askRest(options.rows.keys());
      return { outcome: 'done' };
    }
    const tested = await this.tested(forecast);
    if (agreement.isDeclined) return { outcome: 'declined' };
    if (tested?.certificate.verdict === 'certified') {
      this.certified = tested;
      await this.askRest(tested.rest.filter((_, place) => Number.isNaN(tested.answers[place])));
      return { outcome: 'done', tested };
    }
    const reason = tested?.certificate.reason ?? 'no stage is ever sure of its answers';
    this.forecast = withoutGain(forecast, reason);
    if (!(await agreement.mayGoOn(this.forecast))) return { outcome: 'declined', tested };
    await this.askRest(options.rows.keys());
    return { outcome: 'done', tested };
  }

  /** Asks about the pilot, and forecasts. */
  private async pilot(): Promise<MapForecast> {
    const { book, budget, features, learner, claim, progress } = this;
    const { rows, pilot = PILOT, training } = this.options;
    const { twice = claim.loss === 'excessDisagreement' ? pilot : 0 } = this.options;
    this.drawn = drawPilot(rows.length, pilot, this.random);
    const { drawn } = this;
    const asked = { rows, drawn, twice, book, budget, features, learner, width: this.full.classes };
    const findings = await this.counting('pilot', () =>
      pilotOf({ ...asked, bound: claim }, progress, this.random),
    );
    this.forecast = forecastMap(findings, this.random.fork('forecast'), training);
    return this.forecast;
  }

  /** Trains stages, and tests them; undefined where there are none, or nobody wants to go on. */
  private async tested(forecast: MapForecast): Promise<CertifiedRest<L, string> | undefined> {
    const { options, features, book, claim, progress, agreement } = this;
    const { rows, newRows = false } = options;
    const trained = await this.askHardRows(await this.askTraining(forecast), forecast);
    progress.report('search', 0);
    const cascade = await stagesOn({ options, features, book, claim }, trained, forecast);
    progress.report('search', 1);
    this.cascade = cascade;
    // A path of one plan lets nothing out.
    if (cascade.path.length <= 1) return undefined;
    progress.report('score', 0);
    const population =
      newRows === false
        ? undefined
        : rowsForNew(cascade, rows.length, [this.drawn, this.pool], this.claimForNew);
    return this.counting('sample', () =>
      progress.asks('sample', (round) =>
        certifyRest(
          { cascade, rows, book, population, flips: flipShare(forecast.pilot) },
          claim,
          round,
          async (stages) => {
            if (!(await agreement.stillMayGoOn(forecast, stages, claim))) return false;
            await this.keeper?.keepClaim({ ...this.stated, seed: claim.seed });
            return true;
          },
        ),
      ),
    );
  }

  private askTraining({ training, pilot }: MapForecast): Promise<Int32Array> {
    const { options, book, drawn } = this;
    // The forecast counts different rows: of the pilot's some may be alike.
    const count = drawn.length + Math.max(0, training - pilot.asked);
    const { rows, newRows = false } = options;
    const choose = options.chooseTraining ?? studentChoice(this.features, this.learner, this.full.classes);
    this.pool = drawPool(rows.length, drawn, count, newRows !== false, this.random);
    return this.counting('training', () =>
      this.progress.asks('training', (round) =>
        askTraining(
          { rows, book, choose },
          { pilot: drawn, pool: this.pool, count },
          round,
          this.random.fork('training'),
        ),
      ),
    );
  }

  /** Asks about rows that hardly any plan would let out, as far as whoever agreed was told to expect. */
  private askHardRows(trained: Int32Array, { certified }: MapForecast): Promise<Int32Array> {
    const { book, features, learner, claim, pool } = this;
    const { rows } = this.options;
    // Which plans are likely to pass is told by rows that differ, not by those in excess of the model's own flips.
    if (claim.loss === 'excessDisagreement') return Promise.resolve(trained);
    const most = Math.min(certified.asked.middle - book.asked, MOST_TRAINING - trained.length);
    const table = { rows, book, features, learner, claim, width: this.full.classes };
    return this.counting('rest', () =>
      this.progress.asks('training', (round) =>
        askHardRows(table, trained, { pool, most }, round, this.random.fork('hard rows')),
      ),
    );
  }

  private get claimForNew(): { readonly epsilon: number; readonly delta: number } {
    const { newRows } = this.options;
    const { epsilon, delta } = this.claim;
    return { epsilon, delta, ...(typeof newRows === 'object' && newRows) };
  }

  private askRest(rows: Iterable<number>): Promise<void> {
    return this.counting('rest', () => this.progress.asks('rest', (round) => this.book.ask(rows, round)));
  }

  /** Counts what a step asks, also where the budget ends it. */
  private async counting<Value>(step: AskingStep, ask: () => Promise<Value>): Promise<Value> {
    const before = this.book.asked;
    try {
      return await ask();
    } finally {
      this.asked[step] += this.book.asked - before;
    }
  }

  private async result({ outcome, tested, stopped = null }: Ending<L>): Promise<MappedRows<Row, L>> {
    const { rows } = this.options;
    const { cascade, book, forecast, budget } = this;
    const population = outcome === 'done' ? tested?.population : undefined;
    const forNew =
      cascade && population
        ? await certifyForNew(cascade, rows, population, book, this.claimForNew)
        : { cascade, newRows: null };
    const certificate = tested?.certificate ?? null;
    const answers = mappedAnswers(rows.length, this.full.labels, book, this.certified);
    return {
      outcome,
      answers,
      certificate: certificate ?? this.certified?.certificate ?? null,
      forecast,
      afterTraining: this.agreement.afterTraining,
      asked: { ...this.asked, again: book.askedAgain },
      different: book.different,
      counts: verdictCounts(answers, book.first),
      spent: budget.spent,
      all: forecast?.all ?? pricesOfAll(book.different, book.perRow().mean, budget.batch),
      against: forecast?.against ?? null,
      sampleSeed: this.claim.seed,
      stopped,
      cascade: forNew.cascade === undefined ? null : besides(forNew.cascade, rows.length, certificate),
      newRows: forNew.newRows,
    };
  }
}

/** The cascade with what is promised of the table: whoever loads it finds both. */
function besides<Row, L extends Label>(
  cascade: Cascade<Row, L>,
  rows: number,
  table: Certificate | null,
): Cascade<Row, L> {
  if (table?.verdict !== 'certified') return cascade;
  const { loss, epsilon, delta } = table;
  return withTable(cascade, { ...(loss === 'excessDisagreement' && { loss }), rows, epsilon, delta });
}

/** A model that counts what its answers cost. */
function countedBy<L>(full: TrainedModel<L>): Payments | undefined {
  return isPayments(full) ? full : undefined;
}

function keepsClaims(model: object): model is ClaimKeeper {
  return 'keepClaim' in model && typeof model.keepClaim === 'function';
}

function isPayments(model: object): model is Payments {
  return 'account' in model && typeof model.account === 'function';
}
