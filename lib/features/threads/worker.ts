import type { Block } from '../../data/blocks/index.js';
import { errorText } from '../../util/errorText.js';
import type { State } from '../../util/state.js';
import {
  type Feature,
  type FittedFeature,
  RowView,
  type StepPlace,
  stable,
  stepAt,
} from '../define/index.js';

/** A request to a thread: compute a fitted feature of a module over some rows; without rows, get ready for it. */
export interface Task {
  /** URL of the module, and the name under which it exports the feature. */
  readonly module: string;
  readonly name: string;
  /** The feature's stated definition: the module's feature must have the same. */
  readonly definition: string;
  /** The number of the fit, unique in this process. */
  readonly fit: number;
  /** If it is one of several steps: which one. */
  readonly place?: StepPlace;
  /** Left out at first, since most threads have it already. */
  readonly state?: State;
  readonly rows: readonly unknown[];
  /** Shared; 1 when the result isn't needed any more. */
  readonly left?: Int32Array;
}

export type Done =
  | { readonly kind: 'block'; readonly block: Block }
  /** There was nothing to compute, or the result isn't needed. */
  | { readonly kind: 'nothing' }
  /** The fit isn't known here: its state is needed. */
  | { readonly kind: 'stateless' }
  /** The feature failed. Errors lose their class between threads, so the caller computes it again to get the error. */
  | { readonly kind: 'failed' }
  /** The module has no such feature. */
  | { readonly kind: 'unusable'; readonly why: string };

/** Fits that a thread keeps, those used last. */
const KEPT = 32;
const known = new Map<number, FittedFeature<unknown>>();

/** Runs in a thread: features that were loaded once are kept. */
export default async function run(task: Task): Promise<Done> {
  const { fit, rows, left } = task;
  if (left !== undefined && Atomics.load(left, 0) === 1) return { kind: 'nothing' };
  const fitted = known.get(fit) ?? (await loaded(task));
  if ('kind' in fitted) return fitted;
  known.delete(fit);
  known.set(fit, fitted);
  for (const oldest of known.keys()) if (known.size > KEPT) known.delete(oldest);
  if (rows.length === 0) return { kind: 'nothing' };
  try {
    return { kind: 'block', block: await fitted.compute(RowView.of(rows)) };
  } catch {
    return { kind: 'failed' };
  }
}

async function loaded({
  module,
  name,
  definition,
  place,
  state,
}: Task): Promise<FittedFeature<unknown> | Done> {
  if (state === undefined) return { kind: 'stateless' };
  try {
    const exported: Readonly<Record<string, unknown>> = await import(module);
    const feature = exported[name];
    if (!isFeature(feature)) return { kind: 'unusable', why: `${module} exports no feature '${name}'` };
    const own = definitionOf(feature);
    if (own !== definition)
      return { kind: 'unusable', why: `feature '${name}' of ${module} is ${own}, and here ${definition}` };
    const whole = feature.load(unshared(state));
    const step = place ? stepAt(whole, place) : whole;
    return step ?? { kind: 'unusable', why: `feature '${name}' of ${module} has no such fidelities` };
  } catch (error) {
    return { kind: 'unusable', why: errorText(error) };
  }
}

/** Kind, version and options as text. */
export function definitionOf({ kind, version, options }: Feature<never>): string {
  return stable([kind, version ?? null, options ?? null]);
}

function isFeature(value: unknown): value is Feature<unknown> {
  return typeof value === 'object' && value !== null && 'load' in value && typeof value.load === 'function';
}

/** Memory of this thread's own: not everything takes shared memory. */
function unshared({ json, tensors }: State): State {
  return {
    json,
    tensors: Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, tensor.slice()])),
  };
}
