import { PriceLimitError } from '../lib/errors.js';
import type { Random } from '../lib/stats/index.js';
import type { AnswerBook } from './answerBook.js';
import type { AskProgress } from './askProgress.js';
import type { TableClaim } from './certifiedRest.js';
import { forecastTrained, likelyOutcome, type MapForecast, type TrainedStages } from './forecast/index.js';
import type { MapOptions } from './options.js';
import type { RowBudget } from './rowBudget.js';

/** From this chance on a way to end that whoever agreed wasn't told of is asked about anew. */
const LIKELY = 0.05;

/** Whether a run may go on: by its limit, and by whoever pays. */
export class Agreement {
  /** The forecast once stages were trained, where it came to that. */
  afterTraining: MapForecast | null = null;
  /** Whether it was declined after training. */
  isDeclined = false;

  constructor(
    private readonly options: Pick<MapOptions<never, never>, 'maxPrice' | 'onForecast'>,
    private readonly budget: RowBudget,
    private readonly progress: AskProgress,
    private readonly book: Pick<AnswerBook<never, never>, 'asked' | 'askedAgain'>,
    private readonly random: Random,
  ) {}

  /** @throws PriceLimitError where more than the limit is expected to be spent */
  async mayGoOn(forecast: MapForecast): Promise<boolean> {
    const { maxPrice, onForecast } = this.options;
    const { money, asked, again } = likelyOutcome(forecast);
    if (maxPrice !== undefined && money.middle > maxPrice) {
      const [low, middle, high] = [money.low, money.middle, money.high].map((sum) => sum.toPrecision(3));
      throw new PriceLimitError(
        maxPrice,
        money.middle,
        'forecast',
        `this table is expected to cost ${middle} (${low} to ${high}), and 'maxPrice' is ${maxPrice}: ` +
          `${this.budget.spent.toPrecision(3)} is spent, and nothing more was asked. ` +
          `${forecast.against === null ? '' : `Nothing can be saved: ${forecast.against}. `}` +
          "Allow a larger epsilon, take fewer rows, or raise 'maxPrice'",
      );
    }
    this.progress.expect(asked.middle + again);
    return onForecast === undefined || (await onForecast(forecast));
  }

  /**
   * Forecasts anew once stages have scored the table. Whoever agreed before is asked again only where it turns out dearer
   * than he was told, or a way to end that he wasn't told of.
   */
  async stillMayGoOn(agreed: MapForecast, stages: TrainedStages, claim: TableClaim): Promise<boolean> {
    const { book, progress } = this;
    const facts = { asked: book.asked, again: book.askedAgain, hoursPerRow: progress.hoursPerRow };
    const trained = forecastTrained(agreed, stages, claim, facts, this.random.fork('forecast'));
    this.afterTraining = trained;
    const { asked, again } = likelyOutcome(trained);
    progress.expect(asked.middle + again);
    const isDearer = mostQuestions(trained) > mostQuestions(agreed);
    const isNew = trained.full.chance >= LIKELY && agreed.full.chance < LIKELY;
    if (!isDearer && !isNew) return true;
    this.isDeclined = !(await this.mayGoOn(trained));
    return !this.isDeclined;
  }
}

/** Questions of a run that is certified, at most: those that are asked twice are two. */
function mostQuestions({ certified }: MapForecast): number {
  return certified.asked.high + certified.again;
}
