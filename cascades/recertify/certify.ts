import {
  checkDate,
  checkDelta,
  checkFlag,
  checkFunction,
  checkInside,
  checkKeys,
  checkSignal,
  show,
} from '../../lib/check.js';
import { DataError, OptionError, UsedRows } from '../../lib/errors.js';
import { withOwnArrays } from '../../lib/rows/index.js';
import { random } from '../../lib/stats/index.js';
import {
  baselineOf,
  boundSpecOf,
  type Claim,
  checkOwnLosses,
  limitsOf,
  type Question,
  sumOf,
  termsOf,
  testPlans,
  unitsNeeded,
} from '../certification/index.js';
import {
  type CascadeParts,
  costingOf,
  drawReference,
  expectedOnPath,
  frontierOf,
  madeOf,
  type Reference,
  referenceOf,
  refuseAlike,
  replan,
  servedPath,
  thresholdsOf,
  usesOf,
  withoutStages,
} from '../plan/index.js';
import { checkLabels, codesOf, contentsOf, drawsOf, keysOf, unitsOf } from '../problem/index.js';
import { blocksOf } from '../scoring/index.js';
import { compareAll, type Stable, stabilityOf } from '../stability/index.js';
import { type CustomLoss, jointDelta, type Label, type Plan } from '../types/index.js';

/**
 * Rows that no cascade of the lineage has seen, drawn as future rows will be. Equal ones count as copies of one draw, unless
 * inputs repeat.
 */
export interface FreshRows<Row, L extends Label> {
  readonly rows: readonly Row[];
  /** Needed where the loss is 'accuracy' or 'harm'; else a loss of your own may look at them. */
  readonly labels?: readonly L[];
  /** Of several losses each keeps its own. @defaultValue that of the certificate before */
  readonly epsilon?: number;
  /** @defaultValue that of the certificate before */
  readonly delta?: number;
  /**
   * Inputs repeat in these data: rows that equal a used one, or each other, are draws of their own all the same, and so are
   * rows of groups that were used.
   * @defaultValue false
   */
  readonly repeats?: boolean;
  /** Where rows aren't independent: a key, as given to `tune`. Needed where the certificate before is over groups. */
  readonly groups?: (row: Row) => string | number;
  /** Losses of your own that are promised: a certificate has only their names. */
  readonly losses?: readonly CustomLoss<L>[];
  /** What the result says that it was certified on. @defaultValue now */
  readonly date?: Date;
  readonly signal?: AbortSignal;
}

/**
 * Tests plans, from careful to bold, on rows that none of them has seen, and serves the cheapest of those that pass.
 * Nothing is fitted. Other rows than any used before, so another epsilon and delta may be asked.
 */
export async function recertified<Row, L extends Label, Name extends string>(
  parts: CascadeParts<Row, L, Name>,
  given: readonly Plan<L, Name>[],
  callers: FreshRows<Row, L>,
): Promise<CascadeParts<Row, L, Name>> {
  checkFresh(callers);
  // The caller may change its arrays while something is waited for.
  const fresh = withOwnArrays(callers, 'rows', 'labels');
  const features = parts.fitted.map(({ name }) => name);
  const question = questionOf(parts, fresh);
  const groups = fresh.groups && keysOf(fresh.rows, fresh.groups);
  const unit = groups === undefined ? 'rows' : 'groups';
  const own = servedPath(parts);
  const { stages: chain } = own;
  const { tuning, served = 0 } = parts.evidence ?? {};
  if (given.length === 0) throw new OptionError('plans', 'expected at least one plan, got none');
  const moved = given.map((plan) => replan(parts, plan));
  const uses = moved.map((plan) => usesOf(chain, plan));
  const needed = unitsNeeded(question, unit);
  const { used } = parts;
  const repeats = fresh.repeats ?? false;
  const contents = contentsOf(used.reader, fresh.rows, fresh.groups);
  const draws = repeats ? undefined : drawsOf(contents, random('certify').fork('one of equals'));
  const n = unitsOf({ rows: fresh.rows, groups, draws });
  if (n < needed) {
    const units = draws === undefined ? unit : 'different rows';
    throw new DataError(
      `certify.rows: ${n} ${units}, where even without a single loss ${needed} are needed for epsilon = ${question.epsilon} at ` +
        `delta = ${question.delta}; give more rows, or ask for less`,
    );
  }
  let stable: Stable | undefined;
  const path = moved.map((plan, p) => thresholdsOf(chain, plan, uses[p]));
  const labels = fresh.labels && codesOf('certify.labels', fresh.labels, parts.classes);
  const claim = used.claim(contents, repeats);
  const tracker = { signal: fresh.signal };
  const tried = await kept(claim, async () => {
    if (!repeats) await refuseAlike(used, parts.fitted, parts.profile, fresh.rows, tracker);
    return testPlans({
      fitted: parts.fitted,
      full: { model: parts.full.model, features: parts.reads },
      paths: [{ chain, path, costs: moved.map(({ expected }) => expected.cost), delta: question.delta }],
      certification: {
        rows: fresh.rows,
        origin: Int32Array.from(fresh.rows.keys()),
        labels,
        groups,
        draws,
      },
      question,
      decision: parts.plan.decision,
      classes: parts.classes.length,
      random: random('certify'),
      tracker,
      compare: async (blocks, scores) => {
        const { features: set, fitted } = parts;
        const rows = fresh.rows.slice(0, blocks[0].rows);
        const held = { features: set, fitted, rows: { rows, origin: Int32Array.from(rows.keys()) }, blocks };
        const full = { model: parts.full.model, features: parts.reads, scores: scores.at(-1) };
        stable = await compareAll(
          held,
          full,
          chain.map((stage, s) => ({ ...stage, scores: scores[s] })),
          random('certify').fork('reread'),
          fresh.signal,
        );
      },
      admit: (digests) => {
        // Others may have tested on rows like these since.
        const alike = repeats ? [] : used.alike(digests, features);
        if (alike.length > 0) throw new UsedRows(Int32Array.from(alike), fresh.rows.length, used.stale);
        claim.keep(digests);
        return draws;
      },
    });
  });
  const {
    certifications: [certification],
    full,
    digests,
    sample,
  } = tried;
  const costing = costingOf(parts.profile, parts.objective, parts.reads, sample.sizes);
  const plans = expectedOnPath(moved, uses, costing, sample.stages[0]);
  const { step, observed, band, observedAt, tallies } = certification;
  const plan = step < 0 ? undefined : plans[step];
  const cheaper = plan !== undefined && plan.expected.cost < plan.expected.fullCost;
  const baseline = baselineOf({ full, labels }, parts.classes, 'certification');
  const answering = {
    ...parts,
    plan: cheaper ? plan : withoutStages(plans[0]),
    stages: cheaper ? uses[step].map((s) => chain[s]) : [],
  };
  return {
    ...answering,
    certificate: {
      verdict: cheaper ? 'certified' : 'full-model-only',
      reason: cheaper
        ? null
        : plan
          ? 'nothing cheaper: no plan that passed is expected to cost less than the full model alone'
          : 'even the most careful plan lost too much on the certification rows',
      ...termsOf(question, certification.all, parts.classes),
      jointDelta: jointDelta(question, band.length > 0),
      unit,
      ...(draws && { copies: fresh.rows.length - draws.length }),
      labelled: fresh.labels !== undefined,
      observed,
      ...(stable && { stability: await stabilityOf(answering, stable, fresh.signal) }),
      ...(baseline && { baseline }),
    },
    made: madeOf({ date: fresh.date, seed: null, tune: parts.made?.rows.tune, certify: fresh.rows.length }),
    frontier: frontierOf([{ plans, band }], question),
    restsOn: sumOf(digests, parts.restsOn),
    reference: await referenceNow(parts, fresh),
    checked: undefined,
    evidence: {
      paths: [{ ...own, plans, uses, delta: question.delta, band, observed: observedAt, tallies }],
      served: 0,
      tuning: tuning && { ...tuning, stages: [tuning.stages[served]] },
      sample,
    },
  };
}

/** What loaded features will be compared with: of features that have changed since, the values they give now. */
async function referenceNow<Row, L extends Label, Name extends string>(
  { reference, certificate, fitted }: CascadeParts<Row, L, Name>,
  { rows, signal }: FreshRows<Row, L>,
): Promise<Reference> {
  if (reference !== undefined && certificate.verdict !== 'void') return reference;
  const draws = random('reference');
  const origin = drawReference(rows.length, draws);
  const own = { rows: Array.from(origin, (row) => rows[row]), origin };
  return referenceOf(await blocksOf(fitted, own, { signal }), own, rows.length, draws);
}

/** Does what rows were claimed for. Where it fails before any loss was read they are free again. */
async function kept<T>(claim: Claim, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    claim.release();
  }
}

function checkFresh<Row, L extends Label>(fresh: FreshRows<Row, L>): void {
  const known = ['rows', 'labels', 'epsilon', 'delta', 'repeats', 'groups', 'losses', 'date', 'signal'];
  checkKeys(fresh, known, 'certify.');
  const { rows, repeats, groups, losses, date } = fresh;
  if (date !== undefined) checkDate('certify.date', date);
  if (!Array.isArray(rows)) throw new OptionError('certify.rows', `expected an array, got ${show(rows)}`);
  checkSignal(fresh.signal, 'certify.signal');
  if (repeats !== undefined) checkFlag('certify.repeats', repeats);
  if (groups !== undefined) checkFunction('certify.groups', groups);
  if (losses !== undefined) checkOwnLosses('certify.losses', losses);
}

function questionOf<Row, L extends Label, Name extends string>(
  { certificate, classes }: CascadeParts<Row, L, Name>,
  {
    rows,
    labels,
    epsilon = certificate.epsilon,
    delta = certificate.delta,
    groups,
    losses = [],
  }: FreshRows<Row, L>,
): Question {
  checkInside('certify.epsilon', epsilon);
  checkDelta('certify.delta', delta);
  const question = boundSpecOf(certificate, classes, losses, groups === undefined ? 'rows' : 'groups');
  const needy = limitsOf(question).find(({ loss }) => loss === 'accuracy' || loss === 'harm')?.loss;
  if (certificate.unit === 'groups' && groups === undefined) {
    throw new OptionError('certify.groups', 'missing; the certificate before is averaged over groups');
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
  if (labels === undefined && certificate.labelled && losses.length > 0) {
    throw new OptionError(
      'certify.labels',
      'missing; the rows before had labels, which a loss of your own may ask for',
    );
  }
  if (labels !== undefined) checkLabels('certify.labels', labels, rows.length, classes.length === 0);
  return { ...question, epsilon, delta };
}
