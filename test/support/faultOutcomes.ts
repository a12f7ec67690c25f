import { Cascade, type PredictOptions } from 'spillway/runtime';
import { type PointRow, servedPoints } from './servedColumns.js';

/** What becomes of calls whose dear feature is late, fails, or never comes; what isn't over after a while hangs. */

const HANGS = 5_000;

type Costly = Parameters<typeof servedPoints>[0];

const never = () => new Promise<never>(() => {});
const rejects = async (): Promise<Float32Array> => {
  throw new Error('no route');
};
const throws = (): Float32Array => {
  throw new Error('no memory');
};

export async function outcomes(
  file: Uint8Array,
  rows: readonly PointRow[],
): Promise<Record<string, unknown>> {
  const load = (costly?: Costly) => Cascade.load(file, { features: servedPoints(costly) });
  const right = await (await load()).predict(rows);
  const hard = rows.filter((_, row) => right.exits[row] > 0);

  /** What a call answers, or its error. */
  async function of(costly: Costly, options: PredictOptions): Promise<unknown> {
    const cascade = await load(costly);
    const batch = cascade.predict(rows, options).then(
      ({ labels, degraded, faults }) => ({
        right: labels.every((label, row) => degraded[row] === 1 || label === right.labels[row]),
        degraded: degraded.every((each, row) => each === Number(right.exits[row] > 0))
          ? 'the hard ones'
          : [...degraded],
        missing: faults.map(({ missing, error }) => `${missing}: ${textOf(error)}`),
      }),
      textOf,
    );
    const one = cascade.predictOne(hard[0], options).then(({ degraded }) => ({ degraded }), textOf);
    return { batch: await unlessHangs(batch), one: await unlessHangs(one) };
  }

  const aborted = (milliseconds: number) => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Error('nobody waits')), milliseconds);
    return stop.signal;
  };
  const found: Record<string, unknown> = { hard: hard.length > 0 && hard.length < rows.length };
  for (const onFault of ['throw', 'degrade'] as const) {
    found[`rejects, ${onFault}`] = await of(rejects, { onFault });
    found[`throws, ${onFault}`] = await of(throws, { onFault });
    found[`never comes, deadline, ${onFault}`] = await of(never, { onFault, deadlineMs: 20 });
    found[`never comes, no time at all, ${onFault}`] = await of(never, { onFault, deadlineMs: 0 });
    found[`never comes, signal, ${onFault}`] = await of(never, { onFault, signal: aborted(20) });
    found[`never comes, signal before, ${onFault}`] = await of(never, {
      onFault,
      signal: AbortSignal.abort(new Error('nobody waits')),
    });
    found[`never comes, signal before a deadline, ${onFault}`] = await of(never, {
      onFault,
      signal: aborted(20),
      deadlineMs: 4_000,
    });
  }
  return found;
}

function unlessHangs(call: Promise<unknown>): Promise<unknown> {
  return new Promise((resolve) => {
    const timeout = setTimeout(() => resolve('hangs'), HANGS);
    void call.then((outcome) => {
      clearTimeout(timeout);
      resolve(outcome);
    });
  });
}

function textOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
