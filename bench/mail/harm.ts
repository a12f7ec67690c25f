import { Cascade, type Certificate, type Label } from 'spillway';
import { planChanges } from '../../cascades/certification/index.js';
import { withoutStages } from '../../cascades/plan/index.js';
import { binomialPValue, fixedSequence } from '../../lib/stats/index.js';
import { partsOf } from '../harness/parts.js';

/**
 * The result of `tune` for the loss `harm` with the same rows, seed, epsilon, delta and costs as
 * this cascade, which was tuned for `accuracy`; nothing is fitted again. For accuracy too, plans
 * are searched on harm (docs/decisions/03), so the path is the same, and the observations of each
 * of its plans on the certification rows are kept. Each of the two certificates holds with
 * probability 1 - delta; both together aren't promised.
 */
export function harmCascade<Row, L extends Label, Name extends string>(
  cascade: Cascade<Row, L, Name>,
): Cascade<Row, L, Name> {
  const parts = partsOf(cascade);
  const { evidence, certificate } = parts;
  if (certificate.loss !== 'accuracy' || evidence === undefined)
    throw new TypeError('expected a cascade tuned for accuracy, with plans that were tested');
  const { epsilon, delta } = certificate;
  const { plan } = parts;
  const { plans, observed, stages, uses, band, changes } = evidence.path;
  const pValue = (j: number) => binomialPValue(observed[j].worse, observed[j].rows, epsilon);
  const costs = plans
    .slice(0, fixedSequence(pValue, plans.length, delta) + 1)
    .map(({ expected }) => expected.cost);
  const step = costs.lastIndexOf(Math.min(...costs));
  const served = plans[step];
  const seen = observed[Math.max(0, step)];
  const cheaper =
    served !== undefined && served.stages.length > 0 && served.expected.cost < served.expected.fullCost;
  // What a constant would lose is of accuracy, and known of the tuning rows alone.
  const { constant: _, changes: __, ...tested } = certificate;
  const found: Certificate = {
    ...tested,
    verdict: cheaper ? 'certified' : 'full-model-only',
    reason: cheaper ? null : 'no plan that could be certified is cheaper',
    loss: 'harm',
    method: 'exact binomial, fixed sequence',
    lost: seen.worse,
    observed: seen,
    ...(cheaper && changes && { changes: planChanges(changes, step, plan.classes, delta, certificate.unit) }),
    // Accuracy's band counts harm, too.
    upper: band[step] < epsilon ? band[step] : null,
  };
  return new Cascade({
    ...parts,
    plan: cheaper ? served : withoutStages(parts.plan),
    stages: cheaper ? uses[step].map((s) => stages[s]) : [],
    certificate: found,
  });
}
