import { checkFlag, checkInside, checkKeys, show } from '../../lib/check.js';
import { DataError, OptionError } from '../../lib/errors.js';
import { random } from '../../lib/stats/index.js';
import { codesOf } from '../problem/index.js';
import { askedBy, limitsOf, type Question, termsOf, unchanged, unitsNeeded } from '../promise/index.js';
import type { Label, Plan } from '../terms/index.js';
import type { CascadeParts } from './parts.js';
import { thresholdsOf, usesOf } from './plans.js';
import { frontierOf, withoutStages } from './retune.js';
import { testPlans } from './trial.js';
import { both, refuseUsed } from './used.js';

/** Rows that the cascade has never seen, drawn as future rows will be. */
export interface FreshRows<Row, L extends Label> {
  readonly rows: readonly Row[];
  /** Needed unless the loss is 'disagreement'. */
  readonly labels?: readonly L[];
  /** @defaultValue those of the certificate before */
  readonly epsilon?: number;
  readonly delta?: number;
  /**
   * Inputs repeat in these data: rows that equal a used one in every feature are new draws all the same.
   * @defaultValue false
   */
  readonly repeats?: boolean;
  readonly signal?: AbortSignal;
}

/**
 * Tests plans, from careful to bold, on rows that none of them has seen, and serves the cheapest of those that pass.
 * Nothing is fitted. Other rows than any used before, so another epsilon and delta may be asked.
 */
export async function recertified<Row, L extends Label, Name extends string>(
  parts: CascadeParts<Row, L, Name>,
  plans: readonly Plan<L, Name>[],
  fresh: FreshRows<Row, L>,
): Promise<CascadeParts<Row, L, Name>> {
  checkKeys(fresh, ['rows', 'labels', 'epsilon', 'delta', 'repeats', 'signal'], 'certify.');
  if (fresh.repeats !== undefined) checkFlag('certify.repeats', fresh.repeats);
  const question = questionOf(parts, fresh);
  const chain = parts.evidence?.stages ?? parts.stages;
  if (plans.length === 0) throw new OptionError('plans', 'expected at least one plan, got none');
  const uses = plans.map((plan) => usesOf(chain, plan));
  const needed = unitsNeeded(question, 'rows');
  const n = fresh.rows.length;
  if (n < needed) {
    throw new DataError(
      `certify.rows: ${n}, where even without a single loss ${needed} are needed for epsilon = ${question.epsilon} at ` +
        `delta = ${question.delta}; give more rows, or ask for less`,
    );
  }
  const path = plans.map((plan, p) => thresholdsOf(chain, plan, uses[p]));
  const { certification, digests } = await testPlans({
    fitted: parts.fitted,
    full: { model: parts.full.model, features: parts.reads },
    chain,
    path,
    costs: plans.map(({ expected }) => expected.cost),
    certification: {
      rows: fresh.rows,
      origin: Int32Array.from(fresh.rows.keys()),
      labels: fresh.labels && codesOf('certify.labels', fresh.labels, parts.classes),
      groups: undefined,
    },
    question,
    decision: plans[0].decision,
    classes: parts.classes.length,
    random: random('certify'),
    tracker: { signal: fresh.signal },
    admit: (seen) => {
      if (fresh.repeats !== true) refuseUsed(seen, parts.used);
    },
  });
  const { step, observed, band } = certification;
  const plan = step < 0 ? undefined : plans[step];
  const cheaper = plan !== undefined && plan.expected.cost < plan.expected.fullCost;
  return {
    ...parts,
    plan: cheaper ? plan : withoutStages(plans[0]),
    stages: cheaper ? uses[step].map((s) => chain[s]) : [],
    certificate: {
      verdict: cheaper ? 'certified' : 'full-model-only',
      reason: cheaper
        ? null
        : plan
          ? 'nothing cheaper: no plan that passed is expected to cost less than the full model alone'
          : 'even the most careful plan lost too much on the certification rows',
      ...termsOf(question, certification.all, parts.classes),
      unit: 'rows',
      observed,
    },
    frontier: frontierOf(plans, band, question.epsilon),
    used: both(parts.used, digests),
    evidence: { plans, stages: chain, uses, band, observed: certification.observedAt },
  };
}

/** The same cascade under a plan of which nothing is promised. */
export function explored<Row, L extends Label, Name extends string>(
  parts: CascadeParts<Row, L, Name>,
  plan: Plan<L, Name>,
): CascadeParts<Row, L, Name> {
  const chain = parts.evidence?.stages ?? parts.stages;
  const uses = usesOf(chain, plan);
  return {
    ...parts,
    plan,
    stages: uses.map((s) => chain[s]),
    certificate: {
      ...parts.certificate,
      verdict: 'exploratory',
      reason: 'a plan pinned by hand; certify it on fresh rows',
      method: 'none',
      n: 0,
      observed: unchanged(0, 0),
      lost: 0,
      upper: null,
      rowsNeeded: null,
      ...(parts.certificate.all && {
        all: parts.certificate.all.map((clause) => ({
          ...clause,
          method: 'none',
          n: 0,
          lost: 0,
          upper: null,
        })),
      }),
    },
    frontier: [],
  };
}

function questionOf<Row, L extends Label, Name extends string>(
  { certificate, classes }: CascadeParts<Row, L, Name>,
  { rows, labels, epsilon = certificate.epsilon, delta = certificate.delta }: FreshRows<Row, L>,
): Question {
  if (!Array.isArray(rows)) throw new OptionError('certify.rows', `expected an array, got ${show(rows)}`);
  checkInside('certify.epsilon', epsilon);
  checkInside('certify.delta', delta);
  const { unit } = certificate;
  const question = askedBy(certificate, classes);
  const needy = limitsOf(question).find(({ loss }) => loss === 'accuracy' || loss === 'harm')?.loss;
  if (unit === 'groups') {
    throw new OptionError(
      'certify',
      'a certificate over groups is made by tune alone; tune again with groups',
    );
  }
  if (question.all !== undefined && epsilon !== certificate.epsilon) {
    throw new OptionError(
      'certify.epsilon',
      'each of several losses has its own; leave it out, or tune again',
    );
  }
  if (labels === undefined && needy !== undefined) {
    throw new OptionError('certify.labels', `missing; the loss '${needy}' compares with them`);
  }
  if (labels !== undefined && labels.length !== rows.length) {
    throw new DataError(`certify.labels: ${labels.length} for ${rows.length} rows; expected one a row`);
  }
  return { ...question, epsilon, delta };
}
