import { show } from '../../check.js';
import { FeatureError, SpillwayError } from '../../errors.js';
import { errorText } from '../../util/errorText.js';
import type { FittedFeature } from './feature.js';
import type { FeatureStep, Fidelities } from './fidelity.js';
import type { RowView } from './view.js';

/** What a feature's fidelities return, checked: a user's own code may stand behind them. */

/** '@' stands before the name, and files and reports take it as it is. */
const UNFIT = /[@\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u;

/** Whether a version can be called so. */
export function isVersionName(name: unknown): name is string {
  return typeof name === 'string' && name !== '' && !UNFIT.test(name);
}

/**
 * The versions that a feature proposes.
 *
 * @throws FeatureError for what is no list of different names, and for what `propose` throws
 */
export function proposedNames<Row>(
  feature: string,
  fidelities: Fidelities<Row>,
  view: RowView<Row>,
  most: number,
): readonly string[] {
  const found = returned(feature, () => fidelities.propose(view, most));
  if (!Array.isArray(found)) throw unfit(feature, 'propose', 'an array of names', show(found));
  const names: unknown[] = Array.from<unknown>(found).slice(0, most);
  return names.map((name, i) => {
    if (!isVersionName(name))
      throw unfit(feature, 'propose', "texts without '@' and control characters", show(name));
    if (names.indexOf(name) < i) throw unfit(feature, 'propose', 'different names', `'${name}' twice`);
    return name;
  });
}

/**
 * The steps of a fitted feature that has fidelities.
 *
 * @throws FeatureError unless there is one for each name, and then one as wide as the feature itself
 */
export function checkedSteps<Row>(
  feature: string,
  fidelities: Fidelities<Row>,
  columns: number,
  at: readonly string[],
): readonly FeatureStep<Row>[] {
  let steps: readonly FeatureStep<Row>[] = [];
  const found = returned(feature, () => (steps = fidelities.inSteps(at)));
  const wanted = `${at.length + 1} steps, for ${at.join(', ')} and the feature itself`;
  if (!Array.isArray(found) || found.length !== at.length + 1)
    throw unfit(feature, 'inSteps', wanted, show(found));
  Array.from<unknown>(found).forEach((step, k) => {
    if (!isStep(step))
      throw unfit(feature, 'inSteps', `'reads' and 'fitted.compute' in step ${k}`, show(step));
  });
  const last: FittedFeature<Row> = steps[at.length].fitted;
  if (last.columns !== columns)
    throw unfit(feature, 'inSteps', `${columns} columns of the last step`, show(last.columns));
  return steps;
}

/** What a function returns. Nobody waits for a promise, so that nobody would hear of its rejection. */
function returned(feature: string, call: () => unknown): unknown {
  try {
    const found = call();
    if (found instanceof Promise) found.catch(() => undefined);
    return found;
  } catch (error) {
    if (error instanceof SpillwayError) throw error;
    const message = errorText(error);
    throw new FeatureError(feature, undefined, `its fidelities failed: ${message}`, { cause: error });
  }
}

function isStep(step: unknown): boolean {
  if (!isObject(step) || !('reads' in step && 'fitted' in step)) return false;
  const { reads, fitted } = step;
  const isCompute = isObject(fitted) && 'compute' in fitted && typeof fitted.compute === 'function';
  return isCompute && Array.isArray(reads) && reads.every((read) => isObject(read) && 'read' in read);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function unfit(feature: string, method: string, expected: string, got: string): FeatureError {
  return new FeatureError(feature, undefined, `fidelities.${method}: expected ${expected}, got ${got}`);
}
