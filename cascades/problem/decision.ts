import { checkInside, checkKeys, meant, show } from '../../lib/check.js';
import { OptionError } from '../../lib/errors.js';
import type { Decision } from '../../lib/learn/exits/index.js';
import type { ThresholdDecision } from '../../lib/models/full/index.js';
import type { Label } from '../types/index.js';

/**
 * How probabilities become an answer: of two classes, the named one from a probability on; or the class of least
 * expected cost, `costs[truth][answer]`. A bare threshold is for classes of which one says yes (true and false, 1 and
 * 0), and rows of costs stand in the order of the plan's classes.
 */
export type DecisionOption<L extends Label> =
  | { readonly threshold: number | { readonly [Class in `${L}`]?: number } }
  | { readonly costs: readonly (readonly number[])[] };

/** Pairs of classes whose second one is meant by a bare threshold. */
const YES = ['false,true', '0,1'];

/**
 * @param option that holds it
 * @throws OptionError for a decision that doesn't fit the classes, with the form that does
 */
export function decisionOf<L extends Label>(
  decision: DecisionOption<L> | ThresholdDecision | undefined,
  classes: readonly L[],
  option = 'decision',
): Decision {
  if (decision === undefined) return { kind: 'argmax' };
  checkKeys(decision, ['threshold', 'costs'], `${option}.`);
  if ('threshold' in decision)
    return byThreshold(decision.threshold, classes.map(String), `${option}.threshold`);
  const { costs } = decision;
  const fits = (row: readonly number[]) =>
    Array.isArray(row) && row.length === classes.length && row.every(Number.isFinite);
  if (!Array.isArray(costs) || costs.length !== classes.length || !costs.every(fits)) {
    throw new OptionError(
      `${option}.costs`,
      `expected ${classes.length} rows of ${classes.length} numbers: costs[truth][answer], in the order ${classes.map(show).join(', ')}`,
    );
  }
  return { kind: 'costs', costs };
}

function byThreshold(given: unknown, classes: readonly string[], option: string): Decision {
  if (classes.length !== 2)
    throw new OptionError(option, `needs two classes, there are ${classes.length}; use costs`);
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    checkInside(option, given);
    const yes = YES.map((pair) => pair.split(',')).find((pair) => pair.every((one) => classes.includes(one)));
    if (yes !== undefined) return thresholdOf(classes.indexOf(yes[1]), Number(given));
    const forms = classes.map((name) => `{ threshold: { ${keyOf(name)}: ${given} } }`);
    throw new OptionError(option, `is of which class? Name it: ${forms.join(' or ')}`);
  }
  const entries = Object.entries(given);
  if (entries.length !== 1)
    throw new OptionError(option, `expected one class with its threshold, got ${show(given)}`);
  const [[name, threshold]] = entries;
  if (!classes.includes(name)) {
    throw new OptionError(
      option,
      `no class is ${show(name)}; there are ${classes.map(show).join(' and ')}${meant(name, classes)}`,
    );
  }
  checkInside(`${option}.${name}`, threshold);
  return thresholdOf(classes.indexOf(name), Number(threshold));
}

function thresholdOf(code: number, threshold: number): Decision {
  return code === 1 ? { kind: 'threshold', threshold } : { kind: 'first-threshold', threshold };
}

/** A class as the key of an object, as code writes it. */
function keyOf(name: string): string {
  return /^(?:[A-Za-z_$][\w$]*|0|[1-9]\d*)$/.test(name) ? name : JSON.stringify(name);
}
