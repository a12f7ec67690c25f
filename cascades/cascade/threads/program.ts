import { workerData } from 'node:worker_threads';
import { DeadlineError, FeatureError, RefusedRow } from '../../../lib/errors.js';
import { withRow } from '../../../lib/run/runtime/index.js';
import { sentError, serveTasks, type TaskContext } from '../../../lib/util/workers/index.js';
import { rowsOfReference, UNSHARED } from '../../artifact/index.js';
import type { Answers, Label } from '../../types/index.js';
import type { Cascade } from '../cascade.js';
import { importFeatures, loadedOf } from '../moduleExports.js';
import { restoreCascade } from '../restoring.js';
import type { AboutCascade, CascadeReply, CascadeTask, SentAnswers, ThreadContent } from './messages.js';

/** The program of a thread of `Cascade.onThreads`: it loads the cascade, and answers rows. */

/** Milliseconds for which the file's own rows are answered ahead. */
const WARM_MS = 20;

const loading = load(workerData);

serveTasks<CascadeTask<unknown>, CascadeReply<Label, string>>(
  async (task, context) => {
    const first = task.kind === 'rows' ? task.first : 0;
    try {
      const cascade = await loading;
      if (task.kind === 'about') return { about: aboutOf(cascade) };
      return { answers: sentAnswers(await answersOf(cascade, task, context), first) };
    } catch (error) {
      return { error: sentError(ofCall(error, first)) };
    }
  },
  () => [],
  loading,
);

async function load({ path, states, module }: ThreadContent): Promise<Cascade<unknown>> {
  const options = module === undefined ? {} : loadedOf(await importFeatures(module));
  const cascade = await restoreCascade<unknown, Label, string>(path, { ...states }, options, UNSHARED);
  const rows = states.reference && rowsOfReference(states.reference);
  // A call that fails alike throws the error to its caller.
  await cascade.warm({ rows, maxMs: WARM_MS }).catch(() => {});
  return cascade;
}

function aboutOf(cascade: Cascade<unknown>): AboutCascade<Label, string> {
  const { certificate, plan, made, checked, modes } = cascade;
  return { certificate, plan, made, checked, cost: modes[0].cost };
}

async function answersOf(
  cascade: Cascade<unknown>,
  { rows, options, deadline }: Extract<CascadeTask<unknown>, { readonly kind: 'rows' }>,
  { signal, onWait }: TaskContext,
): Promise<Answers<Label>> {
  const now = performance.timeOrigin + performance.now();
  const left = deadline && { deadlineMs: Math.max(0, deadline.at - now) };
  // Runs once the rows wait for something, unless they are answered by then.
  const waits = setImmediate(onWait);
  try {
    return await cascade.predict(rows, { ...options, ...left, signal });
  } catch (error) {
    if (!(error instanceof DeadlineError && deadline)) throw error;
    throw new DeadlineError(deadline.ms, error.waitingFor);
  } finally {
    clearImmediate(waits);
  }
}

/** @param first position of the first row in the call */
function sentAnswers(answers: Answers<Label>, first: number): SentAnswers<Label> {
  const faults = answers.faults.map(({ missing, error, rows }) => ({
    missing,
    error: sentError(ofCall(error, first)),
    rows: rows.map((row) => row + first),
  }));
  return { ...answers, faults };
}

/** The error of a row by its position in the call. */
function ofCall(error: unknown, first: number): unknown {
  if (!(error instanceof FeatureError)) return withRow(error, (row) => row + first);
  const { feature, row } = error;
  if (row === undefined) return error;
  return error instanceof RefusedRow
    ? new RefusedRow(feature, row + first, error)
    : error.of(feature, row + first);
}
