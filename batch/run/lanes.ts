import { InputError, PoisonRow, RunError, TableError } from '../../lib/errors.js';
import { receivedError } from '../../lib/util/workers/index.js';
import type { Unit } from '../units/index.js';
import type { UnitOutcome } from './answerUnit.js';
import type { FromWorker, WorkerTask } from './messages.js';
import type { FailedUnit } from './store.js';
import { type Died, Worker, type WorkerSetup } from './worker.js';

export interface LaneOptions {
  readonly workers: number;
  readonly setup: WorkerSetup;
  readonly task: WorkerTask;
  /** Ends the work: units in hand are dropped, and this returns. */
  readonly signal: AbortSignal;
  /** Asked before each unit: another run may have done it meanwhile. */
  isDone(unit: Unit): Promise<boolean>;
  onDone(unit: Unit, outcome: UnitOutcome): void;
  onFailed(unit: FailedUnit): Promise<void>;
  /** Why a worker's model isn't the run's, or can't answer its rows. */
  check(ready: Ready): Error | undefined;
}

type Ready = Extract<FromWorker, { kind: 'ready' }>;

/** Deaths of workers at one batch, from which on its rows are to blame; and of one unit wherever it was. */
const DEATHS = { batch: 3, unit: 10 };
/** Deaths one after the other before a worker has loaded its model. */
const STARTS = 3;

/**
 * Has worker processes answer units, one at a time each. A worker that dies is replaced, and its unit given again;
 * a unit whose rows can't be answered, or end worker after worker, is set aside, and the others go on.
 *
 * @throws RunError and other errors that concern all units: a full disk, a model that can't be loaded
 */
export async function answerUnits(units: readonly Unit[], options: LaneOptions): Promise<void> {
  const queue = [...units];
  const fatal = new AbortController();
  const signal = AbortSignal.any([options.signal, fatal.signal]);
  const lane = async () => {
    try {
      await runLane(queue, { ...options, signal });
    } catch (error) {
      fatal.abort(error);
    }
  };
  await Promise.all(Array.from({ length: Math.min(options.workers, units.length) }, lane));
  if (fatal.signal.aborted) throw fatal.signal.reason;
}

async function runLane(queue: Unit[], options: LaneOptions): Promise<void> {
  const { signal } = options;
  let worker: Worker | undefined;
  const stop = () => void worker?.stop();
  signal.addEventListener('abort', stop);
  try {
    for (let unit = queue.shift(); unit !== undefined && !signal.aborted; unit = queue.shift()) {
      const deaths: Died[] = [];
      while (!signal.aborted && !(await options.isDone(unit))) {
        worker ??= await started(options);
        if (worker === undefined || signal.aborted) break;
        const reply = await worker.ask({ kind: 'unit', unit });
        if (reply.kind === 'done') {
          options.onDone(unit, reply.outcome);
          break;
        }
        if (reply.kind === 'failed') {
          const error = receivedError(reply.error);
          if (!isOfRows(error)) throw error;
          await options.onFailed(failedUnit(unit, error, error instanceof PoisonRow ? error.row : undefined));
          break;
        }
        if (reply.kind !== 'died' || signal.aborted) break;
        worker = undefined;
        deaths.push(reply);
        if (isToBlame(deaths)) {
          const { row, how } = reply;
          const message = `its worker ended ${deaths.length} times, ${row === undefined ? 'before its first rows' : `in the rows from ${row} on`}: ${how}`;
          await options.onFailed(failedUnit(unit, { code: 'KILLED', message }, row));
          break;
        }
      }
    }
  } finally {
    signal.removeEventListener('abort', stop);
    await worker?.stop();
  }
}

/** A worker that has loaded the model; undefined where the run ends meanwhile. */
async function started({ setup, task, signal, check }: LaneOptions): Promise<Worker | undefined> {
  let how = '';
  for (let attempt = 0; attempt < STARTS; attempt++) {
    const worker = new Worker(setup);
    const stop = () => void worker.stop();
    signal.addEventListener('abort', stop);
    const reply = await worker.ask({ kind: 'start', task });
    signal.removeEventListener('abort', stop);
    const other = reply.kind === 'ready' ? check(reply) : undefined;
    if (reply.kind === 'ready' && other === undefined && !signal.aborted) return worker;
    await worker.stop();
    if (signal.aborted) return undefined;
    if (other !== undefined) throw other;
    if (reply.kind === 'failed') throw receivedError(reply.error);
    if (reply.kind === 'died') how = reply.how;
  }
  throw new RunError(
    'lost',
    `workers end before they have loaded the model, ${STARTS} times in a row: ${how}`,
  );
}

/** Somebody may end a worker at any batch; rows that do it, do it at theirs. */
function isToBlame(deaths: readonly Died[]): boolean {
  const last = deaths.at(-1)?.row;
  return deaths.length >= DEATHS.unit || deaths.filter(({ row }) => row === last).length >= DEATHS.batch;
}

/** Errors of a unit's own rows: others go on. A feature or a model that fails by itself would fail them all. */
function isOfRows(error: Error): error is PoisonRow | TableError | InputError {
  return error instanceof PoisonRow || error instanceof TableError || error instanceof InputError;
}

function failedUnit(
  { key, index, input }: Unit,
  { code, message }: Pick<FailedUnit, 'code' | 'message'>,
  row: number | undefined,
): FailedUnit {
  return { ...{ key, index, input: input.name, code, message }, ...(row !== undefined && { row }) };
}
