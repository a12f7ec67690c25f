import { show } from '../../lib/check.js';
import { OptionError } from '../../lib/errors.js';
import type { Learner } from '../../lib/learners/index.js';

/** @throws OptionError for a learner whose models were trained for other classes, or in another order */
export function checkPredicted(learners: readonly Learner[], classes: readonly unknown[]): void {
  const other = learners.find(({ predicts }) => predicts && !isSame(predicts, classes));
  if (other === undefined) return;
  const [theirs, ours] = [other.predicts ?? [], classes].map((labels) => labels.map(show).join(', '));
  throw new OptionError('approximate', `${other.name} predicts ${theirs}, and the full model ${ours}`);
}

function isSame(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((label, i) => label === b[i]);
}

/** @throws OptionError for no learners, two of one name, and what doesn't go with the full model or the features */
export function checkLearners(
  learners: readonly Learner[],
  numeric: boolean,
  features: readonly string[],
): void {
  if (learners.length === 0) throw new OptionError('approximate', 'expected at least one learner, got none');
  for (const learner of learners) checkLearner('approximate', learner);
  const other = learners.find(({ task }) => (task === 'regression') !== numeric);
  if (other !== undefined) {
    const [have, want] = numeric ? ['classes', 'numbers'] : ['numbers', 'classes'];
    throw new OptionError('approximate', `${other.name} gives ${have}, and the full model gives ${want}`);
  }
  for (const { name, reads = [] } of learners) {
    const unknown = reads.find((feature) => !features.includes(feature));
    if (unknown === undefined) continue;
    throw new OptionError('approximate', `${name} reads '${unknown}', and there are ${features.join(', ')}`);
  }
  const names = learners.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) {
    throw new OptionError('approximate', `two learners are named '${twice}'; give each a name of its own`);
  }
}

/** @param name of the option that holds it */
export function checkLearner(name: string, learner: Learner): void {
  if (
    typeof learner?.fit !== 'function' ||
    typeof learner.work !== 'function' ||
    typeof learner.name !== 'string'
  ) {
    throw new OptionError(name, `expected a learner with name, work() and fit(), got ${show(learner)}`);
  }
}
