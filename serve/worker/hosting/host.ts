import { type Label, restoreCascade, rowsOfReference } from '../../../cascades/internal.js';
import { type InputDeclaration, RequestError } from '../../../lib/protocol/messages/index.js';
import { asModule } from '../../../lib/util/asModule.js';
import type { JsonValue, State } from '../../../lib/util/state.js';
import { restoreRanker } from '../../../topk/index.js';
import {
  FULL_MODEL,
  type LoadedModel,
  type ModelKey,
  type OwnAnswers,
  RefusedRows,
  type SliceAnswer,
} from '../../executor.js';
import type { StoredModel } from '../../store/index.js';
import { distinctRows, expanded } from './equalRows.js';
import { messageOf } from './faults.js';
import {
  type HostedModel,
  type ModelAnswer,
  type Question,
  servedCascade,
  servedRanker,
} from './hostedModel.js';
import { type FeaturesModule, featuresModule } from './module.js';
import { type PackedSlice, rowTensors } from './packing.js';
import { rowFault } from './rowFaults.js';
import { type HeldTables, SharedParts, type Shares } from './sharedParts.js';

/** A model to load. */
export interface LoadTask {
  readonly model: StoredModel;
  /** Values of a few rows, by which features are checked: only where it is loaded first. */
  readonly reference?: State | undefined;
  /** Those rows, for threads that don't check. */
  readonly known?: readonly unknown[] | undefined;
  /** Why the certificate is void, as the first check found. */
  readonly voided?: string | undefined;
  /** Whether it answers the rows of the reference, in every mode, before it is loaded. */
  readonly answersOwn?: boolean;
}

/** What a thread says of a model that it has loaded. */
export interface LoadedReport {
  readonly model: Omit<LoadedModel, 'held'>;
  readonly voided?: string | undefined;
  /** Of the thread's own. */
  readonly tables: readonly HeldTables[];
  /** Rows of the file that it has answered, to warm it elsewhere. */
  readonly known: readonly unknown[];
}

/** An imported module, and the number of models that are loaded, or being loaded, with it. */
interface Imported {
  readonly module: Promise<FeaturesModule>;
  users: number;
}

/** A model that is loaded in this thread. */
interface Hosted {
  readonly imported: Imported;
  readonly served: HostedModel;
  readonly inputs: readonly InputDeclaration[];
  readonly module: FeaturesModule;
  readonly shares: Shares;
  /** A row of the file, which the features have computed; undefined without any. */
  readonly sample: unknown;
}

/** Rows with which a model is warmed, at most, and milliseconds. */
const WARM_ROWS = 8;
const WARM_MS = 20;

/** Loads models, and answers slices, on the thread that it lives in. */
export class ModelHost {
  private readonly hosted = new Map<ModelKey, Hosted>();
  private readonly parts = new SharedParts();
  /** By the identity of their code: equal modules are imported once. */
  private readonly modules = new Map<string, Imported>();

  /**
   * @param importModule of a URL
   * @param probes that may fail in a minute, of each model; undefined: {@link PROBES}
   */
  constructor(
    private readonly importModule: (url: string) => Promise<Readonly<Record<string, unknown>>>,
    private readonly probes?: number,
  ) {}

  get shared() {
    return this.parts.counts;
  }

  /**
   * Loads a model and warms it.
   *
   * @throws RequestError `unavailable` for a module that can't be used; what `Cascade.load` throws
   */
  async load(task: LoadTask): Promise<LoadedReport> {
    const imported = this.importOf(task);
    imported.users++;
    try {
      return await this.loadWith(imported, task);
    } catch (error) {
      await leave(imported);
      throw error;
    }
  }

  private async loadWith(imported: Imported, task: LoadTask): Promise<LoadedReport> {
    const { model } = task;
    const module = await imported.module;
    const digests = new Map<State, string>();
    const states: Record<string, State> = {};
    for (const [name, { digest, json, tensors }] of Object.entries(model.states)) {
      const state: State = { json: JSON.parse(json), tensors };
      digests.set(state, digest);
      states[name] = state;
    }
    const { features, full, learners } = module;
    const content = states[model.kind];
    if (task.voided !== undefined) states[model.kind] = withoutPromise(content, task.voided);
    if (task.reference !== undefined) states.reference = task.reference;
    const shares = this.parts.sharingOf(model.code.identity, digests, learners !== undefined);
    const options = { features, ...(full && { full }), ...(learners && { learners }) };
    try {
      const served =
        model.kind === 'cascade'
          ? servedCascade(
              await restoreCascade<unknown, Label, string>(model.path, states, options, shares),
              this.probes,
            )
          : servedRanker(await restoreRanker(model.path, states, options, shares), features.names);
      const own = task.reference ? rowsOfReference(task.reference) : [];
      const { known = own.slice(0, WARM_ROWS) } = task;
      await served.warm(known, WARM_MS, shares.isFirst);
      const ownAnswers = task.answersOwn && (await answersTo(served, own));
      this.hosted.set(model.key, {
        imported,
        served,
        inputs: module.inputs,
        module,
        shares,
        sample: known[0],
      });
      const { verdict, reason } = served.certificate;
      return {
        model: {
          key: model.key,
          inputs: module.inputs,
          restsOn: restsOn(content),
          ...served.about,
          ...(ownAnswers && { ownAnswers }),
        },
        tables: shares.tables,
        known,
        ...(verdict === 'void' && { voided: reason ?? 'the certificate is void' }),
      };
    } catch (error) {
      shares.release();
      throw error;
    }
  }

  /** Fulfilled when what nothing else needs has been given back. */
  async unload(key: ModelKey): Promise<void> {
    const hosted = this.hosted.get(key);
    if (hosted === undefined) return;
    this.hosted.delete(key);
    hosted.shares.release();
    await leave(hosted.imported);
  }

  /**
   * Answers a slice: at once where nothing waits.
   *
   * @throws RequestError `invalid` for inputs that make no rows; what `predict` or `query` throws; also at once
   */
  answer(slice: PackedSlice, signal: AbortSignal): SliceAnswer | Promise<SliceAnswer> {
    const begun = performance.now();
    const hosted = this.get(slice.model);
    const { k, deadlineMs, scores, mode, probe = false, firstRow = 0 } = slice;
    const { kind, width } = hosted.served.about;
    // Candidates are identified by their positions, so equal ones count each.
    const distinct = kind === 'ranker' ? undefined : distinctRows(slice);
    const rows = rowsFrom(hosted, slice, distinct?.rows);
    const whole = (answer: ModelAnswer) => (distinct ? expanded(answer, distinct.of, width) : answer);
    const question = { k, deadlineMs, scores, signal, mode, probe };
    const answer = answered(hosted, rows, question, firstRow, distinct?.rows);
    if (!(answer instanceof Promise)) return timed(whole(answer), performance.now() - begun);
    const busy = busyFrom(begun);
    return answer.then((given) => timed(whole(given), busy()));
  }

  private get(key: ModelKey): Hosted {
    const hosted = this.hosted.get(key);
    if (hosted === undefined) throw new RequestError('unavailable', `model '${key}' isn't loaded`);
    return hosted;
  }

  private importOf({ model: { code } }: LoadTask): Imported {
    const known = this.modules.get(code.identity);
    if (known !== undefined) return known;
    const loading = this.importModule(code.importUrl).then(featuresModule, (cause) => {
      throw new RequestError(
        'unavailable',
        `can't import ${code.url}: ${messageOf(cause)}${asModule(cause)}`,
        undefined,
        {
          cause,
        },
      );
    });
    const imported: Imported = { module: loading, users: 0 };
    this.modules.set(code.identity, imported);
    loading.catch(() => this.modules.delete(code.identity));
    return imported;
  }
}

/** A model has gone. A module without models keeps no session. */
async function leave(imported: Imported): Promise<void> {
  if (--imported.users > 0) return;
  // A device that was lost can't give anything back.
  await imported.module.then((module) => module.rest()).catch(() => {});
}

/**
 * A model's answers.
 *
 * @param firstRow position of the slice's first row in the request
 * @param positions of the rows in their slice; undefined: they are all of it
 * @throws RequestError `invalid` for a row that a feature can't compute; what `predict` or `query` throws
 */
function answered(
  { served, shares, sample }: Hosted,
  rows: readonly unknown[],
  question: Question,
  firstRow: number,
  positions?: Int32Array,
): ModelAnswer | Promise<ModelAnswer> {
  const blamed = (error: unknown): never => {
    throw rowFault(error, {
      rows,
      sample,
      positionOf: (row) => firstRow + (positions?.[row] ?? row),
      feature: (name) => shares.fitted(name),
      now: () => performance.now(),
    });
  };
  try {
    const answer = served.answer(rows, question);
    return answer instanceof Promise ? answer.catch(blamed) : answer;
  } catch (error) {
    return blamed(error);
  }
}

/** Answers rows in every mode, and by the full model alone. @throws what makes the model fail */
async function answersTo({ about, answer }: HostedModel, rows: readonly unknown[]): Promise<OwnAnswers> {
  const { kind, modes } = about;
  const all = kind === 'ranker' ? [0] : [...modes.keys(), FULL_MODEL];
  const { signal } = new AbortController();
  let degraded = 0;
  for (const mode of rows.length === 0 ? [] : all) {
    const k = kind === 'ranker' ? 1 : undefined;
    const given = await answer(rows, { mode, k, deadlineMs: undefined, scores: true, signal });
    degraded = Math.max(
      degraded,
      given.degraded.reduce((sum, each) => sum + each, 0),
    );
  }
  return { rows: rows.length, degraded };
}

/** @param positions of the rows to make; undefined: all */
function rowsFrom(
  { inputs, module }: Hosted,
  slice: PackedSlice,
  positions: Int32Array | undefined,
): unknown[] {
  const tensors = rowTensors(slice, inputs);
  const { firstRow = 0 } = slice;
  const count = positions?.length ?? slice.rows;
  const rows = new Array<unknown>(count);
  for (let r = 0; r < count; r++) {
    const i = positions === undefined ? r : positions[r];
    try {
      rows[r] = module.row(tensors, i);
    } catch (cause) {
      throw new RefusedRows(`row ${firstRow + i} can't be made of the inputs: ${messageOf(cause)}`, {
        cause,
      });
    }
  }
  return rows;
}

/** A number for the rows behind the certificate; a ranker's file has none. */
function restsOn({ json }: State): number {
  return isRecord(json) && typeof json.restsOn === 'number' ? json.restsOn : 0;
}

/** What the first thread found of the features holds in all threads. */
function withoutPromise({ json, tensors }: State, reason: string): State {
  if (!isRecord(json) || !isRecord(json.certificate)) return { json, tensors };
  const bare = (certificate: JsonValue) =>
    isRecord(certificate) ? { ...certificate, verdict: 'void', reason } : certificate;
  const { bands } = json.certificate;
  const { modes } = json;
  const voidMode = (mode: JsonValue) =>
    isRecord(mode) ? { ...mode, ...(mode.certificate && { certificate: bare(mode.certificate) }) } : mode;
  const certificate = {
    ...json.certificate,
    verdict: 'void',
    reason,
    ...(Array.isArray(bands) && { bands: bands.map(bare) }),
  };
  return {
    json: {
      ...json,
      certificate,
      ...(isRecord(modes) &&
        Array.isArray(modes.further) && { modes: { ...modes, further: modes.further.map(voidMode) } }),
    },
    tensors,
  };
}

function isRecord(json: JsonValue | undefined): json is { readonly [key: string]: JsonValue } {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

function timed({ answers, scores, exits, degraded, verdict }: ModelAnswer, busyMs: number): SliceAnswer {
  return { answers, scores, exits, degraded, verdict, busyMs };
}

/** Milliseconds that this thread was busy since it began, in this turn of the event loop, until they are read. */
function busyFrom(begun: number): () => number {
  const past = performance.now() - begun;
  const now = performance.eventLoopUtilization();
  return () => past + performance.eventLoopUtilization(now).active;
}
