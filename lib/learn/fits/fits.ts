import { type Block, SharedCopies } from '../../data/blocks/index.js';
import { MemoryLimitError, ThreadError } from '../../errors.js';
import { forMany, unlessAborted } from '../../util/abort.js';
import { recipeOf } from '../learners/index.js';
import type { Checkpoint } from './checkpoint.js';
import { recalled } from './recalled.js';
import { type FitThreads, fittedState, restoredModel, taskOf } from './task.js';
import { bytesOfUnit, type FitUnit, fitUnit, megabytes, sizeOfUnit, type UnitResult } from './unit.js';
import { UnitKeys } from './unitKey.js';

/** Where the fits of one job run. The bits of their results don't depend on it. */
export interface Fits {
  /**
   * Does a unit: on a free thread, or in its turn on this one.
   *
   * @throws what the learner throws; MemoryLimitError for a unit that needs more than it may take; ThreadError where
   * threads are lost one after another; the reason of the job, or of the unit's own signal, at once, when that is over
   */
  run(unit: FitUnit, onProgress?: (share: number) => void, signal?: AbortSignal): Promise<UnitResult>;
  /**
   * The block where threads can read it, copied into shared memory. The same block where all fits run here, or where
   * models of users read blocks, too: not all libraries take shared memory. Then threads read copies.
   */
  share(block: Block): Block;
  /** Whether {@link share} would copy: blocks that are yet to be made may lie in shared memory at once. */
  readonly isShared: boolean;
  /** Whether a unit's blocks are read once, when its fit begins: then they may be made as late as that. */
  readonly readsOnce: boolean;
  /** Ends the job: units that wait or run reject with the reason. */
  end(reason: unknown): void;
}

/** What a job's fits need. */
export interface FitsOptions {
  readonly threads?: FitThreads | undefined;
  /** Ends the job as `end` does. */
  readonly signal?: AbortSignal | undefined;
  /** Whether all models that will read blocks are built in. @defaultValue false */
  readonly isOurs?: boolean;
  /** Where results of built-in learners are kept, and found again. */
  readonly checkpoint?: Checkpoint | undefined;
}

export function openFits({ threads, signal, isOurs = false, checkpoint }: FitsOptions): Fits {
  const own = new AbortController();
  const over = forMany(signal === undefined ? own.signal : AbortSignal.any([signal, own.signal]));
  const here = inTurn(over);
  const copies = new SharedCopies();
  const elsewhere = threads && onThreads(threads, copies, over);
  const run: RunUnit = (unit, onProgress, signal) => {
    if (elsewhere === undefined || recipeOf(unit.learner) === undefined)
      return here(unit, onProgress, signal);
    return elsewhere(unit, onProgress, signal).catch((error: unknown) => {
      // Errors lose their class between threads: the same fit has the right one here.
      if (error instanceof ThreadError && error.reason === 'failed') return here(unit, onProgress, signal);
      throw error;
    });
  };
  const isShared = threads !== undefined && isOurs;
  return {
    run: checkpoint === undefined ? run : remembering(run, checkpoint),
    share: (block) => (isShared ? copies.block(block) : block),
    isShared,
    readsOnce: threads === undefined && checkpoint === undefined,
    end: (reason) => own.abort(reason),
  };
}

type RunUnit = Fits['run'];

/** One unit after the other, on this thread. */
function inTurn(over: AbortSignal): RunUnit {
  let last: Promise<unknown> = Promise.resolve();
  return (unit, onProgress, own) => {
    const signal = eitherOf(over, own);
    const result = last.then(() => {
      signal.throwIfAborted();
      return unlessAborted(fitUnit(unit, { signal, onProgress }), signal);
    });
    last = result.catch(() => undefined);
    return result;
  };
}

function eitherOf(over: AbortSignal, own: AbortSignal | undefined): AbortSignal {
  return own === undefined ? over : forMany(AbortSignal.any([over, own]));
}

/** Units that were done before aren't done again. */
function remembering(run: RunUnit, checkpoint: Checkpoint): RunUnit {
  const keys = new UnitKeys();
  return async (unit, onProgress, signal) => {
    const recipe = recipeOf(unit.learner);
    if (recipe === undefined) return run(unit, onProgress, signal);
    const key = keys.key(unit, recipe);
    const known = await checkpoint.recall(key);
    if (known !== undefined) {
      onProgress?.(1);
      return recalled(unit, recipe, known, checkpoint);
    }
    const result = await run(unit, onProgress, signal);
    checkpoint.keep(key, { state: result.model && fittedState(result.model), scores: result.scores });
    return result;
  };
}

/** Units on threads: as many at once as memory allows. */
function onThreads(threads: FitThreads, copies: SharedCopies, over: AbortSignal): RunUnit {
  return async (unit, onProgress, own) => {
    const signal = eitherOf(over, own);
    const needed = bytesOfUnit(unit);
    if (needed > threads.memory) throw tooLarge(unit, needed, threads.memory);
    signal.throwIfAborted();
    const recipe = recipeOf(unit.learner);
    if (recipe === undefined) throw new TypeError(`${unit.learner.name} has no recipe`);
    const task = taskOf(unit, recipe, copies);
    const { state, scores, seconds } = await threads.run(task, needed, { signal, onProgress });
    return { model: state && restoredModel(recipe, state), scores, seconds };
  };
}

function tooLarge(unit: FitUnit, needed: number, limit: number): MemoryLimitError {
  return new MemoryLimitError(
    needed,
    limit,
    `${sizeOfUnit(unit)} takes about ${megabytes(needed)}, and fits may take ${megabytes(limit)}. Raise 'memory' of ` +
      'fitThreads(), or give fewer rows or features of fewer columns',
  );
}
