import { RunError } from '../../lib/errors.js';
import { sentError } from '../../lib/util/workers/index.js';
import type { loadBatchModel } from '../model/index.js';
import { ParquetFiles, type Unit } from '../units/index.js';
import { answerUnit, type UnitWork } from './answerUnit.js';
import type { FromWorker, ToWorker, WorkerTask } from './messages.js';
import { RunFolder } from './store.js';

/** Answers the units that the parent process gives, one at a time, until it says stop or is gone. */
export function serveUnits(load: typeof loadBatchModel): void {
  const stop = new AbortController();
  let isBusy = false;
  let work: UnitWork | undefined;
  const send = (message: FromWorker) => void (process.connected && process.send?.(message));
  const leave = () => process.connected && process.disconnect();
  const attempt = async (does: () => Promise<FromWorker>) => {
    isBusy = true;
    try {
      send(await does());
    } catch (error) {
      if (!stop.signal.aborted) send({ kind: 'failed', error: sentError(error) });
    }
    isBusy = false;
    if (stop.signal.aborted) leave();
  };
  const start = async ({
    folder,
    model: path,
    features,
    options,
    mayDiffer,
  }: WorkerTask): Promise<FromWorker> => {
    const model = await load(path, features === undefined ? {} : { features });
    work = {
      ...{
        folder: new RunFolder(folder),
        model,
        options,
        mayDiffer,
        files: new ParquetFiles(),
        signal: stop.signal,
      },
      onBatch: (row) => send({ kind: 'batch', row }),
    };
    const { identity, columns, isUnchecked } = model;
    return { kind: 'ready', identity, columns, isUnchecked };
  };
  const answer = async (unit: Unit): Promise<FromWorker> => {
    if (work === undefined) throw new RunError('lost', 'a unit came before the model');
    return { kind: 'done', outcome: await answerUnit(unit, work) };
  };
  process.on('message', (message: ToWorker) => {
    if (message.kind === 'start') void attempt(() => start(message.task));
    else if (message.kind === 'unit') void attempt(() => answer(message.unit));
    else {
      // The unit in hand sees it after its batch.
      stop.abort();
      if (!isBusy) leave();
    }
  });
  // Nothing is left to do, or nobody is left to tell: then the unit in hand is dropped, and another run does it.
  process.on('disconnect', () => process.exit());
  // A terminal sends them to all of its processes, and the parent decides what becomes of a unit.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});
}
