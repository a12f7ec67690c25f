import type { Timer } from '../lib/util/timer.js';
import type { AskRound } from './answerBook.js';
import type { MapProgress } from './options.js';
import type { RowBudget } from './rowBudget.js';

const SECOND = 1_000;
const SECONDS_PER_HOUR = 3_600;

/** How far a run over a table has come: what was asked, and how long the rest will take. */
export class AskProgress {
  private asked = 0;
  private asking = 0;
  private expected: number | undefined;

  constructor(
    private readonly budget: RowBudget,
    private readonly timer: Timer,
    private readonly onProgress: ((progress: MapProgress) => void) | undefined,
    readonly signal: AbortSignal | undefined,
  ) {}

  /** Seconds that a row has taken so far, on average. */
  get secondsPerRow(): number {
    return this.asked === 0 ? 0 : this.asking / SECOND / this.asked;
  }

  get hoursPerRow(): number {
    return this.secondsPerRow / SECONDS_PER_HOUR;
  }

  /** Different rows that are expected to be asked about in all. */
  expect(rows: number): void {
    this.expected = rows;
  }

  /** A step that asks: its rows count, and its time. @param chunk rows of a request */
  async asks<Value>(
    step: MapProgress['step'],
    ask: (round: AskRound) => Promise<Value>,
    chunk?: number,
  ): Promise<Value> {
    const began = this.timer.now();
    const [askedBefore, before] = [this.asked, this.asking];
    return ask({
      signal: this.signal,
      ...(chunk !== undefined && { chunk }),
      onProgress: (done, of) => {
        this.asked = askedBefore + done;
        this.asking = before + this.timer.now() - began;
        this.report(step, of === 0 ? 1 : done / of);
      },
    });
  }

  /** Progress of a step that asks nothing. */
  report(step: MapProgress['step'], share: number): void {
    const { asked, expected } = this;
    const remaining = expected === undefined ? undefined : Math.max(0, expected - asked) * this.secondsPerRow;
    this.onProgress?.({
      step,
      share,
      asked,
      spent: this.budget.spent,
      ...(remaining !== undefined && { remaining }),
    });
  }
}
