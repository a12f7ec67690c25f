import { type Fits, workOfUnit } from '../../lib/learn/fits/index.js';
import type { TunedFit } from '../types/index.js';

/** Fits that took less say little of the pace: much of their time is none of the fit's. */
const LEAST_SECONDS = 0.02;

/** What models are fitted for that are only timed. */
export const TIMED = 'cost';

/** The fits of a run: what each took, and the pace at which they do their work. */
export class FitLog {
  readonly fits: TunedFit[] = [];
  private work = 0;
  private seconds = 0;
  private guessed: number | undefined;

  /** The same fits, written down as they end. */
  following(fits: Fits): Fits {
    return {
      ...fits,
      run: async (unit, onProgress, signal) => {
        const result = await fits.run(unit, onProgress, signal);
        const { features, learner, rows, why = 'other' } = unit;
        const { seconds } = result;
        this.fits.push({ features: [...features], learner: learner.name, rows: rows.length, seconds, why });
        // A model that is only timed takes one step of many.
        if (seconds < LEAST_SECONDS || why === TIMED) return result;
        this.work += workOfUnit(unit);
        this.seconds += seconds;
        return result;
      },
    };
  }

  /** Takes in the pace that fits probably have, before any has told. */
  guess(pace: number): void {
    this.guessed = pace;
  }

  /** Multiplications a second, in the unit of `work`; undefined before anything has told. */
  pace(): number | undefined {
    return this.seconds > 0 ? this.work / this.seconds : this.guessed;
  }
}
