/** Where threads agree on what is left of a job: parts that none has taken, parts that are done, and the job's name. */
const [LEFT, DONE, JOB] = [0, 1, 2];

export const CONTROL_WORDS = 3;

/** Below 0 whatever is added. */
const FAILED = -(2 ** 30);

/** So often a thread looks again before it sleeps: for longer than a division mostly takes. */
const LOOKS = 20_000;

/** No part takes so long, in milliseconds: its thread must have died. */
const PATIENCE = 60_000;

/** Takes parts of the job until none is left. A part that is taken keeps its job from ending, so it can't be of another. */
export function takeParts(control: Int32Array, work: (job: number, part: number) => void): void {
  for (;;) {
    const left = Atomics.load(control, LEFT);
    if (left <= 0) return;
    if (Atomics.compareExchange(control, LEFT, left, left - 1) !== left) continue;
    try {
      work(Atomics.load(control, JOB), left - 1);
      Atomics.add(control, DONE, 1);
    } catch (error) {
      // Whoever waits for this part must learn that it won't come.
      Atomics.store(control, DONE, FAILED);
      throw error;
    } finally {
      Atomics.notify(control, DONE);
    }
  }
}

/** Offers a job to whoever is awake, takes parts too, and returns when all are done. Nobody who sleeps is waited for. */
export function shareOut(
  control: Int32Array,
  job: number,
  parts: number,
  work: (job: number, part: number) => void,
): void {
  Atomics.store(control, DONE, 0);
  Atomics.store(control, JOB, job);
  Atomics.store(control, LEFT, parts);
  Atomics.notify(control, LEFT);
  takeParts(control, work);
  for (let look = 0; ; look++) {
    const done = Atomics.load(control, DONE);
    if (done === parts) return;
    if (done < 0) throw new Error('a thread of the fit failed: fit with { threads: 1 }');
    if (look > LOOKS && Atomics.wait(control, DONE, done, PATIENCE) === 'timed-out')
      throw new Error('a thread of the fit doesn’t answer: fit with { threads: 1 }');
  }
}

/** Returns when there may be a job. */
export function awaitJob(control: Int32Array): void {
  for (let look = 0; look < LOOKS; look++) if (Atomics.load(control, LEFT) > 0) return;
  Atomics.wait(control, LEFT, 0);
}
