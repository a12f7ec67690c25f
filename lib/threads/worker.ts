import type { Block } from '../blocks/index.js';
import { type Feature, type FittedFeature, RowView } from '../features/index.js';
import type { State } from '../state.js';

/** What a thread is asked for: a feature of a module, fitted, over some rows. */
export interface Task {
  /** URL of the module, and the name under which it exports the feature. */
  readonly module: string;
  readonly name: string;
  /** Of the fit: a number that no other has in this process. */
  readonly fit: number;
  /** Left out at first, since most threads have it already. */
  readonly state?: State;
  readonly rows: readonly unknown[];
}

/** The block, and the milliseconds that it took; undefined where the state is needed. */
export type Done = { readonly block: Block; readonly tookMs: number } | undefined;

const known = new Map<number, FittedFeature<unknown>>();

/** Runs in a thread: features that were loaded once are kept. */
export default async function run({ module, name, fit, state, rows }: Task): Promise<Done> {
  let fitted = known.get(fit);
  if (fitted === undefined) {
    if (state === undefined) return undefined;
    fitted = (await featureOf(module, name)).load(unshared(state));
    known.set(fit, fitted);
  }
  const begun = performance.now();
  const block = await fitted.compute(RowView.of(rows));
  return { block, tookMs: performance.now() - begun };
}

async function featureOf(module: string, name: string): Promise<Feature<unknown>> {
  const exported: Readonly<Record<string, unknown>> = await import(module);
  const feature = exported[name];
  if (isFeature(feature)) return feature;
  throw new TypeError(`${module} exports no feature '${name}'`);
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
