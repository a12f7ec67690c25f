import { MissingEvidence } from '../../lib/errors.js';
import { certifiedByBand, isVacuous, planChanges } from '../certification/index.js';
import {
  type CascadeParts,
  cheapestWithin,
  type Evidence,
  frontierOf,
  type TestedPath,
  withoutStages,
} from '../plan/index.js';
import type { Certificate, Label, Plan } from '../types/index.js';

/** The input for choosing another epsilon: a cascade, or the description in its file. */
export interface Choosable<L extends Label, Name extends string> {
  readonly certificate: Certificate;
  readonly evidence:
    | {
        readonly path: Pick<TestedPath<L, Name>, 'plans' | 'band' | 'observed' | 'tallies' | 'changes'>;
        readonly tested?: readonly number[] | undefined;
      }
    | undefined;
}

/** A plan with the promise that it keeps. */
export interface Choice<L extends Label, Name extends string> {
  readonly plan: Plan<L, Name>;
  readonly certificate: Certificate;
  /** The step of the plan on the path; -1 for the full model alone. */
  readonly step: number;
}

/** The same cascade under a plan that its evidence certifies. */
export function chosen<Row, L extends Label, Name extends string>(
  parts: CascadeParts<Row, L, Name>,
  evidence: Evidence<L, Name>,
  { plan, certificate, step }: Choice<L, Name>,
): CascadeParts<Row, L, Name> {
  const { uses, stages, exits, stageNotes } = evidence.path;
  const { epsilon, also } = certificate;
  return {
    ...parts,
    plan,
    stages: step < 0 ? [] : uses[step].map((s) => stages[s]),
    certificate,
    frontier: frontierOf(evidence.path, { epsilon, also }, (other) => !isVacuous(certificate, other)),
    exits,
    stageNotes,
    advice: [],
    evidence: { ...evidence, ...(also && { tested: testedOf(parts) }) },
    modes: undefined,
  };
}

/** Plan and certificate for another epsilon, if there is a band. */
export function choiceAt<L extends Label, Name extends string>(
  { certificate, evidence }: Choosable<L, Name> & { readonly evidence: object },
  epsilon: number,
): Choice<L, Name> {
  const also = certificate.also && othersThan(epsilon, testedOf({ certificate, evidence }));
  const { step = -1, plan } = cheapestWithin(evidence.path, epsilon) ?? {};
  const { plans, observed, tallies, changes, band } = evidence.path;
  return {
    step,
    plan: plan ?? withoutStages(plans[0]),
    certificate: {
      ...certifiedByBand(
        certificate,
        plan && {
          observed: observed[step],
          total: tallies[step],
          changes: changes && planChanges(changes, step, plan.classes, certificate.delta, certificate.unit),
        },
      ),
      epsilon,
      // A list of epsilons shows which are kept, not by how much.
      upper: plan && !also ? band[step] : null,
      ...(also && { also }),
    },
  };
}

/** The epsilons that were tested, whichever has been chosen since. */
export function testedOf({
  certificate: { epsilon, also = [] },
  evidence,
}: Pick<Choosable<Label, string>, 'certificate' | 'evidence'>): readonly number[] {
  return evidence?.tested ?? [epsilon, ...also];
}

/**
 * The tested epsilons without the one that an epsilon replaces: the largest that isn't above it,
 * else the smallest. So the list never grows, and each keeps the share of delta that it was tested
 * at.
 */
function othersThan(epsilon: number, tested: readonly number[]): readonly number[] {
  const within = tested.filter((other) => other <= epsilon);
  const own = within.length > 0 ? Math.max(...within) : Math.min(...tested);
  return tested.filter((other) => other !== own);
}

/** Whether another epsilon can be served. */
export function isChoosable<L extends Label, Name extends string>(
  source: Choosable<L, Name>,
): source is Choosable<L, Name> & { readonly evidence: object } {
  return source.evidence !== undefined && source.evidence.path.band.length > 0;
}

/** @param what needs it @throws MissingEvidence if there are no plans with limits that hold for all of them */
export function evidenceOf<L extends Label, Name extends string>(
  { evidence, certificate }: Pick<CascadeParts<never, L, Name>, 'evidence' | 'certificate'>,
  what: string,
): Evidence<L, Name> {
  if (evidence !== undefined && isChoosable({ evidence, certificate })) return evidence;
  throw new MissingEvidence(
    `${what} needs ${lacking(evidence, certificate, what === 'withModes' ? 'modes' : 'also')}`,
  );
}

function lacking(
  evidence: object | undefined,
  { n, method, all, unit }: Certificate,
  option: 'also' | 'modes',
): string {
  if (n === 0 || method === 'none') return 'tested plans, and none was tested';
  if (all !== undefined)
    return `limits of all plans, and several losses together have none: tune with one, and bound.${option}: [ … ]`;
  if (evidence === undefined)
    return "the path's plans and their limits, which this file was written without: save(path, { evidence: true })";
  const of = unit === 'groups' ? 'groups' : 'this loss';
  return `limits of all plans, and ${of} can have them only for those named in advance: tune with bound.${option}: [ … ]`;
}
