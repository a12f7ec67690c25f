import { show } from '../../lib/check.js';
import type { Certificate, Clause, CustomLoss, Label, LossSpec } from '../types/index.js';
import { type Limit, levelOf, limitsOf, methodOf, type Question } from './boundSpec.js';
import type { Tested } from './certify.js';
import { answerLoss, ownLoss, stated } from './lossTable.js';
import { unitsNeededFor } from './units.js';

/** What there is to say of each limit where no plan was tested on the `n` units that there are. */
export function untested(question: Question, n: number, unit: 'rows' | 'groups'): Tested[] {
  return limitsOf(question).map((limit) => {
    const needed = unitsNeededFor(limit, levelOf(question), unit);
    return {
      method: 'none',
      bound: methodOf(limit, unit),
      n,
      lost: 0,
      upper: null,
      rowsNeeded: n < needed ? needed : null,
    };
  });
}

/** What was asked and what was found, as a certificate says it. */
export function termsOf(
  question: Question,
  tested: readonly Tested[],
  classes: readonly Label[],
): Clause & Pick<Certificate, 'delta' | 'also' | 'all'> {
  const clauses = limitsOf(question).map(
    ({ loss, epsilon }, i): Clause => ({ loss: stated(loss, classes), epsilon, ...tested[i] }),
  );
  const { delta, also } = question;
  return { ...clauses[0], delta, ...(also && { also }), ...(clauses.length > 1 && { all: clauses }) };
}

/** What a certificate answers, for other rows. @param own losses of the user's, of which it has the names */
export function boundSpecOf<L extends Label>(
  { all, delta, also, unit: before, ...first }: Certificate,
  classes: readonly L[],
  own: readonly CustomLoss<L>[],
  unit: Certificate['unit'],
): Question {
  const limits = (all ?? [first]).map(({ loss, epsilon, bound }) => {
    const known: LossSpec<L> =
      typeof loss === 'object' && 'name' in loss ? ownLoss(loss.name, own, 'certify.losses') : loss;
    // Of other units the test before may not be one.
    const method = unit === before ? bound : undefined;
    return { loss: answerLoss('certify', known, classes), epsilon, method };
  });
  return { ...limits[0], delta, ...(also && { also }), ...(limits.length > 1 && { all: limits }) };
}

/** What is missing of the first limit that has too few units, in words; null where there are enough. */
export function shortage(
  question: Question,
  tested: readonly Tested[],
  classes: readonly Label[],
  unit: 'rows' | 'groups',
): string | null {
  const limits = limitsOf(question);
  const i = tested.findIndex(({ rowsNeeded }) => rowsNeeded !== null);
  if (i < 0) return null;
  const { n, rowsNeeded, method } = tested[i];
  const such = unit === 'groups' ? '' : ofClass(limits[i], classes);
  // Before rows are looked at their classes aren't known.
  const [have, need] = method === 'none' ? ['', such] : [such, ''];
  const where = limits.length > 1 ? ` (bound.all[${i}])` : such === '' ? '' : ' (bound.loss)';
  return `too few certification ${unit}${have}: ${n}, where even without a single loss ${rowsNeeded}${need} are needed${where}`;
}

function ofClass({ loss }: Limit, classes: readonly Label[]): string {
  if (typeof loss === 'string' || 'loss' in loss || 'absoluteError' in loss) return '';
  const [who, code] =
    'recall' in loss ? (['full model', loss.recall] as const) : (['cascade', loss.precision] as const);
  return ` that the ${who} calls ${show(classes[code])}`;
}
