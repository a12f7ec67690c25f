import type { RefusalCount } from '../faults.js';
import type { ModelLoad } from '../scheduling/index.js';
import type { ServedModel } from '../server.js';

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
export interface ModelStatus {
  readonly name: string;
  readonly version: string;
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
  /** Rows by the verdict of their answers. */
  readonly verdicts: Readonly<Record<string, number>>;
  readonly memory: { readonly own: number; readonly shared: number };
  /** Names of other models that hold some of the same content, the most octets first. */
  readonly sharesWith: readonly string[];
  readonly rows: number;
  readonly requests: {
    readonly answered: number;
    readonly refused: number;
    readonly expired: number;
    readonly invalid: number;
    readonly failed: number;
    readonly cancelled: number;
  };
  readonly degradedRows: number;
  readonly busyMs: number;
  readonly queue: { readonly requests: number; readonly ms: number };
  readonly inFlight: number;
  /** Of the last one to two minutes; null without requests. */
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  /** Stages before the full model; null for a ranker. */
  readonly stages: number | null;
  /** Rows by the stage that answered them. */
  readonly exits: readonly number[];
  readonly audit: { readonly isVoid: boolean; readonly alarms: number } | null;
}

/** All that a status page shows. */
export interface Status {
  readonly uptimeMs: number;
  /** Requests that had no answer, also those that reached no model. */
  readonly refused: readonly RefusalCount[];
  readonly models: readonly ModelStatus[];
  /** Octets of all models, content that several hold counted once, and as if each had its own. */
  readonly memory: { readonly held: number; readonly unshared: number };
}

/** The state of all models, as plain data. */
export function statusOf(
  models: readonly ServedModel<ModelLoad>[],
  uptimeMs: number,
  refused: readonly RefusalCount[] = [],
): Status {
  const holders = holdersOf(models);
  const held = new Map(models.flatMap(({ model }) => model.held.map((each) => [each.digest, each.octets])));
  return {
    uptimeMs,
    refused,
    models: models.map((model) => modelStatus(model, holders)),
    memory: {
      held: sum([...held.values()]),
      unshared: sum(models.map(({ memory }) => memory.total)),
    },
  };
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
  const { name, version, state, reason, platform, model, memory, loads, invalid, isVoid, audit } = served;
  const total = (count: (load: ModelLoad) => number) => sum(loads.map(count));
  // The first load is the model's own; after an alarm the full model's answers are another.
  const [own] = loads;
  const level = own?.level ?? 0;
  const modes = model.modes.map(({ epsilon, verdict }, m) => ({
    epsilon,
    verdict: isVoid ? 'void' : verdict,
    rows: own?.rowsByMode[m] ?? 0,
  }));
  return {
    name,
    version,
    state,
    reason,
    platform,
    modes,
    unchecked: model.unchecked === true,
    promise: promiseOf(served, modes[level]),
    level,
    isDegraded: served.lastVerdict === 'degraded',
    verdicts: Object.fromEntries(served.verdicts),
    memory: { own: memory.own, shared: memory.shared },
    sharesWith: sharesWith(served, holders),
    rows: total(({ rows }) => rows),
    requests: {
      answered: total(({ success }) => success.count),
      refused: total(({ refused }) => refused),
      expired: total(({ expired }) => expired),
      invalid: invalid + total((load) => load.invalid),
      failed: total(({ failed }) => failed),
      cancelled: total(({ cancelled }) => cancelled),
    },
    degradedRows: total(({ degradedRows }) => degradedRows),
    busyMs: total(({ busyMs }) => busyMs),
    queue: { requests: total(({ queuedJobs }) => queuedJobs), ms: total(({ queuedMs }) => queuedMs) },
    inFlight: total(({ inFlight }) => inFlight),
    p50Ms: own?.p50Ms ?? null,
    p99Ms: own?.p99Ms ?? null,
    stages: model.modes[0].plan?.stages.length ?? null,
    exits: own?.exits ?? [],
    audit: audit === undefined ? null : { isVoid, alarms: audit.alarms.length },
  };
}

function promiseOf({ together, isVoid }: ServedModel<ModelLoad>, answering: ModeStatus): PromiseStatus {
  if (together === undefined) return { epsilon: answering.epsilon, verdict: answering.verdict, of: 'mode' };
  const { epsilon, verdict } = together;
  return { epsilon, verdict: isVoid ? 'void' : verdict, of: 'all-answers' };
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
