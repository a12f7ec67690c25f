import { FeatureError } from '../../errors.js';
import type { Timer } from '../../util/timer.js';

/** The limit on waiting for a feature's promise, if no deadline ends the call. */
export interface Patience {
  /**
   * Waits for a feature's promise, with a limit.
   *
   * @param what completes the sentence "its promise of …"
   * @throws FeatureError, which doesn't know the feature's name, once the time is up
   */
  wait<T>(promise: Promise<T>, what: string): Promise<T>;
}

/** @param milliseconds of one batch */
export function patient(milliseconds: number, timer: Timer): Patience {
  return {
    wait: (promise, what) =>
      new Promise((resolve, reject) => {
        const callOff = timer.after(milliseconds, () => {
          reject(
            new FeatureError(
              '',
              undefined,
              `its promise of ${what} had not settled after ${milliseconds} ms: settle it, give its ` +
                'requests a timeout, or raise featureTimeoutMs',
            ),
          );
        });
        promise.then(resolve, reject).finally(callOff);
      }),
  };
}
