import { unlessAborted } from '../lib/util/abort.js';
import { systemTimer } from '../lib/util/timer.js';
import { verdictNow } from './endpoints/index.js';
import { FaultLog, warn } from './faults.js';
import { checkServeOptions, type ServeOptions } from './options.js';
import { compareVersions } from './repository/index.js';
import { Tenants } from './scheduling/index.js';
import { modelsOf } from './serve.js';
import type { ServedModel } from './server.js';

/** What a check found of a version of a model. */
export interface ModelCheck {
  readonly name: string;
  /** Empty for what is wrong with the model as a whole, such as its `model.json`. */
  readonly version: string;
  /** What is wrong, with the file's name below the directory; empty where nothing is. */
  readonly problem: string;
  /** What its answers promise; null where it can't be loaded. */
  readonly verdict: string | null;
  /** Rows in its file, which it answered in every mode; 0 where the file has none. */
  readonly rows: number;
}

/**
 * Loads all that {@link serve} would, without listening, and has each model answer the rows in its file, in every
 * mode. Of `options` it takes what loading depends on. Audits' states are read, and none is written.
 *
 * @returns what was found, by name and version; none for a directory without models
 * @throws OptionError for invalid options; the signal's reason
 * @example
 * const wrong = (await checkModels({ directory: 'models' })).filter(({ problem }) => problem !== '');
 */
export async function checkModels(options: ServeOptions): Promise<readonly ModelCheck[]> {
  await checkServeOptions(options);
  const { signal, timer = systemTimer, onFault = warn } = options;
  signal?.throwIfAborted();
  const found: ModelCheck[] = [];
  const faults = new FaultLog(onFault, timer);
  const checked = { ...options, answersOwn: true };
  const models = modelsOf(checked, new Tenants(undefined), timer, faults.report, (event) => {
    if (event.what !== 'failed') return;
    const { name, version, reason: problem } = event;
    found.push({ name, version, problem, verdict: null, rows: 0 });
  });
  try {
    await (signal === undefined ? models.refresh() : unlessAborted(models.refresh(), signal));
    found.push(...models.models().map(checkOf));
  } finally {
    await models.close();
    faults.conclude();
  }
  return found.sort((a, b) =>
    a.name === b.name ? compareVersions(a.version, b.version) : a.name < b.name ? -1 : 1,
  );
}

function checkOf(served: ServedModel<unknown>): ModelCheck {
  const { name, version, model, isVoid, reason } = served;
  const [own] = model.modes;
  const { rows = 0, degraded = 0 } = model.ownAnswers ?? {};
  const problems = [
    ...(isVoid ? [reason] : []),
    ...(degraded > 0
      ? [`${degraded} of its ${rows} rows were answered without a feature or a model, which failed`]
      : []),
  ];
  return { name, version, problem: problems.join('; '), verdict: verdictNow(served, own.verdict), rows };
}
