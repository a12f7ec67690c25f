import type { VersionCounts } from '../counts/index.js';
import { verdictNow } from '../endpoints/index.js';
import type { RefusalCount } from '../faults.js';
import type { ModelLoad } from '../scheduling/index.js';
import type { ServedModel } from '../server.js';
import { type ModelTotals, modelTotals } from './totals.js';

export interface PromiseStatus {
  readonly epsilon: number | null;
  readonly verdict: string;
  readonly of: 'mode' | 'all-answers';
}

/** A plan of a model, as the status says it. */
export interface ModeStatus {
  readonly epsilon: number | null;
  readonly verdict: string;
  /** Rows that it has answered. */
  readonly rows: number;
}

/** A served version of a model, safe in JSON. Durations are milliseconds, memory is octets. */
export interface ModelStatus extends ModelTotals {
  readonly state: string;
  readonly reason: string;
  readonly platform: string;
  readonly modes: readonly ModeStatus[];
  /** Whether loading had nothing to compare features with. */
  readonly unchecked: boolean;
  /** What answers name now: the promise of the mode that answers, or that of all answers together. */
  readonly promise: PromiseStatus;
  /** The mode that answers under the present load. */
  readonly level: number;
  /** Whether the last answer was degraded: something that rows need was failing. */
  readonly isDegraded: boolean;
  readonly memory: { readonly own: number; readonly shared: number };
  /** Names of other models that hold some of the same content, the most octets first. */
  readonly sharesWith: readonly string[];
  readonly queue: { readonly requests: number; readonly ms: number };
  readonly inFlight: number;
  /** Of the last one to two minutes; null without requests. */
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  /** Stages before the full model; null for a ranker. */
  readonly stages: number | null;
  /** The audit since it was loaded; null without one. */
  readonly audit: { readonly isVoid: boolean; readonly alarms: number } | null;
  /** Whether its certificate is void: by an alarm, or since it was loaded. */
  readonly isVoid: boolean;
  /** Whether the state of its audit can't be written, so that nothing is certified. */
  readonly isUnsaved: boolean;
}

/** A model of which no version answers, and why. */
export interface AbsentModel {
  readonly name: string;
  readonly version: string;
  readonly state: string;
  readonly reason: string;
}

/** All that a status page shows. */
export interface Status {
  readonly uptimeMs: number;
  /** Requests that had no answer, also those that reached no model. */
  readonly refused: readonly RefusalCount[];
  readonly models: readonly ModelStatus[];
  /** The latest version of each model of which none answers. */
  readonly absent: readonly AbsentModel[];
  /** What versions have counted that don't answer now. */
  readonly past: readonly ModelTotals[];
  /** Faults of the server's own. */
  readonly faults: number;
  /** Octets of all models, content that several hold counted once, and as if each had its own. */
  readonly memory: { readonly held: number; readonly unshared: number };
}

/** What a status is made of. */
export interface StatusSource {
  readonly models: readonly ServedModel<ModelLoad>[];
  /** Every version that is known, a model's in ascending order. */
  readonly index?: readonly AbsentModel[];
  readonly past?: readonly VersionCounts[];
  readonly uptimeMs: number;
  readonly refused?: readonly RefusalCount[];
  readonly faults?: number;
}

/** The state of all models, as plain data. */
export function statusOf({
  models,
  index = [],
  past = [],
  uptimeMs,
  refused = [],
  faults = 0,
}: StatusSource): Status {
  const holders = holdersOf(models);
  const held = new Map(models.flatMap(({ model }) => model.held.map((each) => [each.digest, each.octets])));
  return {
    uptimeMs,
    refused,
    models: models.map((model) => modelStatus(model, holders)),
    absent: absentOf(index, models),
    past: past.map(modelTotals),
    faults,
    memory: {
      held: sum([...held.values()]),
      unshared: sum(models.map(({ memory }) => memory.total)),
    },
  };
}

function absentOf(
  index: readonly AbsentModel[],
  models: readonly ServedModel<ModelLoad>[],
): readonly AbsentModel[] {
  const answering = new Set(models.map(({ name }) => name));
  const latest = new Map(index.map((each) => [each.name, each]));
  return [...latest.values()]
    .filter(({ name }) => !answering.has(name))
    .map(({ name, version, state, reason }) => ({ name, version, state, reason }));
}

/** The models that hold a content, by its digest. */
type Holders = ReadonlyMap<string, readonly ServedModel<ModelLoad>[]>;

function holdersOf(models: readonly ServedModel<ModelLoad>[]): Holders {
  const holders = new Map<string, ServedModel<ModelLoad>[]>();
  for (const served of models) {
    for (const { digest } of served.model.held) {
      const known = holders.get(digest) ?? [];
      known.push(served);
      holders.set(digest, known);
    }
  }
  return holders;
}

function modelStatus(served: ServedModel<ModelLoad>, holders: Holders): ModelStatus {
  const { state, reason, platform, model, memory, loads, counts, isVoid, isUnsaved, audit } = served;
  const total = (count: (load: ModelLoad) => number) => sum(loads.map(count));
  // The first load is the model's own; after an alarm the full model's answers are another.
  const [own] = loads;
  const level = own?.level ?? 0;
  const modes = model.modes.map(({ epsilon, verdict }, m) => ({
    epsilon,
    verdict: verdictNow(served, verdict),
    rows: own?.rowsByMode[m] ?? 0,
  }));
  return {
    ...modelTotals(counts),
    state,
    reason,
    platform,
    modes,
    unchecked: model.unchecked === true,
    promise: promiseOf(served, modes[level]),
    level,
    isDegraded: served.lastVerdict === 'degraded',
    memory: { own: memory.own, shared: memory.shared },
    sharesWith: sharesWith(served, holders),
    queue: { requests: total(({ queuedJobs }) => queuedJobs), ms: total(({ queuedMs }) => queuedMs) },
    inFlight: total(({ inFlight }) => inFlight),
    p50Ms: own?.p50Ms ?? null,
    p99Ms: own?.p99Ms ?? null,
    stages: model.modes[0].plan?.stages.length ?? null,
    audit: audit === undefined ? null : { isVoid, alarms: audit.alarms.length },
    isVoid,
    isUnsaved,
  };
}

function promiseOf(served: ServedModel<ModelLoad>, answering: ModeStatus): PromiseStatus {
  const { together } = served;
  if (together === undefined) return { epsilon: answering.epsilon, verdict: answering.verdict, of: 'mode' };
  const { epsilon, verdict } = together;
  return { epsilon, verdict: verdictNow(served, verdict), of: 'all-answers' };
}

function sharesWith(served: ServedModel<ModelLoad>, holders: Holders): string[] {
  const octets = new Map<ServedModel<ModelLoad>, number>();
  for (const each of served.model.held) {
    for (const other of holders.get(each.digest) ?? []) {
      if (other !== served) octets.set(other, (octets.get(other) ?? 0) + each.octets);
    }
  }
  return [...octets].sort(([, a], [, b]) => b - a).map(([{ name, version }]) => `${name}/${version}`);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
