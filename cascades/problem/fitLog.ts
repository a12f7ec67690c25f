import { type Fits, workOfUnit } from '../../lib/learn/fits/index.js';
import type { TunedFit } from '../types/index.js';

/** Fits that took less say little of the pace: much of their time is none of the fit's. */
const LEAST_SECONDS = 0.02;

/** The fits of a run: what each took, and the pace at which they do their work. */
export class FitLog {
  readonly fits: TunedFit[] = [];
  private work = 0;
  private seconds = 0;

  /** The same fits, written down as they end. */
  following(fits: Fits): Fits {
    return {
      ...fits,
      run: async (unit, onProgress, signal) => {
        const result = await fits.run(unit, onProgress, signal);
        const { features, learner, rows, why = 'other' } = unit;
        const { seconds } = result;
        this.fits.push({ features: [...features], learner: learner.name, rows: rows.length, seconds, why });
        if (seconds >= LEAST_SECONDS) this.count(workOfUnit(unit), seconds);
        return result;
      },
    };
  }

  /** Takes in what some work took. */
  count(work: number, seconds: number): void {
    this.work += work;
    this.seconds += seconds;
  }

  /** Multiplications a second, in the unit of `work`; undefined before any fit was long enough to tell. */
  pace(): number | undefined {
    return this.seconds > 0 ? this.work / this.seconds : undefined;
  }
}
