import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { checkKeys, checkPositive, checkWhole, show } from '../../../lib/check.js';
import { separate } from '../../../lib/data/artifact/index.js';
import { ArtifactError, OptionError, ThreadError } from '../../../lib/errors.js';
import { sharedTables } from '../../../lib/features/define/index.js';
import type { Closable } from '../../../lib/util/closable.js';
import { frozen } from '../../../lib/util/frozen.js';
import { sharedState } from '../../../lib/util/sharedState.js';
import type { State } from '../../../lib/util/state.js';
import { receivedError, startCrew } from '../../../lib/util/workers/index.js';
import { readSource, servingStates } from '../../artifact/index.js';
import type { Answer, Answers, Certificate, Label, Made, Plan } from '../../types/index.js';
import { LONGEST_DEADLINE, type PredictOptions } from '../answers.js';
import { ThreadCalls } from './calls.js';
import type { AboutCascade, CascadeReply, CascadeTask, ThreadContent } from './messages.js';

/** Options of `Cascade.onThreads`. */
export interface CascadeThreadsOptions {
  /** How many, 1 or more. @defaultValue one less than there are cores, which is left to this thread */
  readonly threads?: number;
  /**
   * Milliseconds that rows may keep a thread from taking messages before it is ended, at least; rows that are expected
   * to take long may take twenty times as long as expected. @defaultValue 1000
   */
  readonly computeMs?: number;
  /**
   * Rows that may wait their turn: of each call those of one slice a thread. A call that would be too many is refused,
   * unless none waits. @defaultValue as many as the threads answer in a second, by the profile; 64 at least
   */
  readonly maxQueued?: number;
  /** Milliseconds after which `close` fails calls that are still unanswered. @defaultValue 30000 */
  readonly drainMs?: number;
}

/**
 * A cascade that answers on worker threads, so that this thread's event loop stays free. `close` waits for calls that
 * were made before, for `drainMs` at most, and ends the threads. Threads don't keep a process alive that waits for
 * nothing else.
 *
 * @example
 * const served = await Cascade.onThreads('mail.cascade', new URL('./features.js', import.meta.url), { threads: 2 });
 * const { labels } = await served.predict(newMails, { signal, deadlineMs: 200 });
 * await served.close();
 */
export interface ThreadedCascade<Row, L extends Label = Label, Name extends string = string>
  extends Closable {
  /** How many they are. */
  readonly threads: number;
  /** As the first thread has loaded it: see `Cascade`. */
  readonly certificate: Certificate;
  readonly plan: Plan<L, Name>;
  readonly made: Made | undefined;
  /** Reference rows on which each thread has compared features with the file; 0: features are unchecked. */
  readonly checked: number | undefined;
  /**
   * What `Cascade.predict` answers. Threads share the rows out among them; calls take turns.
   *
   * @param rows plain data that `structuredClone` copies
   * @param options as `Cascade.predict` takes them. `deadlineMs` counts from the call, and the wait for a thread is
   *   part of it. An aborted `signal` ends the call at once, and frees its threads when they see it
   * @throws what `Cascade.predict` throws, of the same classes; DataError for a row that can't be sent; DeadlineError
   *   where no thread has begun some rows by then; OverloadError where too many rows wait; ThreadError `lost` where a
   *   row ends its thread, and `closed` after `close`
   */
  predict(rows: readonly Row[], options?: PredictOptions): Promise<Answers<L>>;
  /** The same for one row. @throws what {@link predict} does */
  predictOne(row: Row, options?: PredictOptions): Promise<Answer<L>>;
}

/** Rows that may wait, at least, where nothing else is said. */
const LEAST_QUEUED = 64;
/** Milliseconds that a thread may take to load the cascade. */
const START_MS = 60_000;

/**
 * @param source the file's path, or its bytes
 * @param module URL or path of the module that exports `features` (by name, or as its default), and `full` and
 *   `learners` where `Cascade.load` takes them; undefined where the file tells its features
 * @param program URL of the threads' module
 * @throws OptionError, also for a module that can't be imported; what `Cascade.load` throws
 */
export async function cascadeOnThreads<Row, L extends Label, Name extends string>(
  source: string | Uint8Array | ArrayBuffer,
  module: URL | string | undefined,
  options: CascadeThreadsOptions = {},
  program: URL = programOfThreads(),
): Promise<ThreadedCascade<Row, L, Name>> {
  checkKeys(options, ['threads', 'computeMs', 'maxQueued', 'drainMs']);
  const {
    threads = Math.max(1, availableParallelism() - 1),
    computeMs = 1_000,
    maxQueued,
    drainMs = 30_000,
  } = options;
  checkWhole('threads', threads, 1);
  checkPositive(
    'computeMs',
    computeMs,
    `milliseconds above 0, at most ${LONGEST_DEADLINE}`,
    LONGEST_DEADLINE,
  );
  checkWhole('drainMs', drainMs, 0, LONGEST_DEADLINE);
  if (maxQueued !== undefined) checkWhole('maxQueued', maxQueued, 1);
  const path = typeof source === 'string' ? source : 'the artifact';
  const workerData: ThreadContent = {
    path,
    states: sharedStates(path, separate(await readSource(source))),
    module: module === undefined ? undefined : urlOf(module),
  };
  const crew = startCrew<CascadeTask<Row>, CascadeReply<L, Name>>(threads, program, {
    workerData,
    attempts: 1,
    startMs: START_MS,
  });
  try {
    const load = () =>
      crew.run({ kind: 'about' }).catch((error: unknown) => {
        if (!(error instanceof ThreadError)) throw error;
        throw new ThreadError(error.reason, `loading ${workerData.module ?? path}: ${error.message}`);
      });
    const loading = Array.from({ length: threads }, load);
    const [about] = (await Promise.all(loading)).map(aboutOf);
    const { cost, ...shown } = about;
    const calls = new ThreadCalls<Row, L, Name>(crew, path, cost, {
      computeMs,
      drainMs,
      maxQueued: maxQueued ?? Math.max(LEAST_QUEUED, Math.floor((threads * 1e6) / cost.row)),
    });
    const close = () => calls.close();
    return {
      threads,
      ...frozen(shown),
      predict: (rows, options) => calls.predict(rows, options),
      predictOne: (row, options) => calls.predictOne(row, options),
      close,
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await crew.close();
    throw error;
  }
}

function aboutOf<L extends Label, Name extends string>(reply: CascadeReply<L, Name>): AboutCascade<L, Name> {
  if ('about' in reply) return reply.about;
  throw 'error' in reply ? receivedError(reply.error) : new TypeError('a thread gave answers unasked');
}

/** What answers, in memory that threads share. @throws ArtifactError */
function sharedStates(path: string, content: Readonly<Record<string, State>>): Record<string, State> {
  const { kind, states, reference } = servingStates(path, content);
  if (kind !== 'cascade') throw new ArtifactError('mismatch', `'${path}' holds a ranker; expected a cascade`);
  const all = Object.entries(reference === undefined ? states : { ...states, reference });
  return Object.fromEntries(
    all.map(([name, { json, tensors }]) => {
      const tables = sharedTables({ json, tensors });
      return [name, sharedState({ json, tensors: { ...tensors, ...tables } })];
    }),
  );
}

function urlOf(module: unknown): string {
  const given = module instanceof URL ? module.href : module;
  if (typeof given !== 'string' || given === '' || /^https?:/i.test(given))
    throw new OptionError('module', `expected the path or file URL of a module, got ${show(given)}`);
  return /^(file|data|node):/.test(given) ? given : pathToFileURL(resolve(given)).href;
}

/** Beside the package's entries, whichever of its files this is; in a checkout the source itself. */
function programOfThreads(): URL {
  const isSource = import.meta.url.endsWith('.ts');
  return new URL(isSource ? './program.ts' : '../entries/cascadeWorker.js', import.meta.url);
}
