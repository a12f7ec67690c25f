import type { ModelState } from '../backend.js';
import type { Live } from './live.js';

/** A version as its folder and its last load left it. */
export interface VersionState {
  state: ModelState['state'];
  reason: string;
  /** The stamp of files that failed to load: they aren't tried again by themselves until they are written again. */
  failed: string | undefined;
  /** Whether its folder is gone. */
  isGone: boolean;
}

/** The versions that answer: replaced as a whole, by one assignment. */
export interface VersionsServed<T> {
  readonly versions: ReadonlyMap<string, Live<T>>;
  readonly preferred: Live<T>;
}

/** A model of the directory. */
export interface ModelEntry<T> {
  readonly name: string;
  serving: VersionsServed<T> | undefined;
  readonly states: Map<string, VersionState>;
  /** What is wrong with the model as a whole, such as its `model.json`, and was told. */
  fault: string | undefined;
  /** Taken out by `unload`: it returns by `load` alone. */
  isUnloaded: boolean;
  /** Its operations run one after the other. */
  tail: Promise<void>;
  running: number;
  /** A load that hasn't begun yet: others join it. */
  waiting: Promise<void> | undefined;
}

export function newModelEntry<T>(name: string): ModelEntry<T> {
  return {
    name,
    serving: undefined,
    states: new Map(),
    fault: undefined,
    isUnloaded: false,
    tail: Promise.resolve(),
    running: 0,
    waiting: undefined,
  };
}

export function unavailable(reason: string): VersionState {
  return { state: 'UNAVAILABLE', reason, failed: undefined, isGone: false };
}

/** When a server says that it is ready: where every model answers, or any does. */
export type ReadyPolicy = 'strict' | 'any';

/**
 * Whether models answer as they should. Those that were unloaded were taken out on purpose. A directory without any
 * model isn't ready: mostly it is a mount that went wrong, and a rollout should stop there.
 */
export function isAnswering<T>(entries: Iterable<ModelEntry<T>>, policy: ReadyPolicy): boolean {
  const all = [...entries];
  const wanted = all.filter(({ isUnloaded }) => !isUnloaded);
  const answers = ({ serving }: ModelEntry<T>) => serving !== undefined;
  if (wanted.length === 0) return all.length > 0;
  return policy === 'strict' ? wanted.every(answers) : wanted.some(answers);
}
