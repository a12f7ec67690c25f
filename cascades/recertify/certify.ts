import {
  checkDate,
  checkDelta,
  checkFlag,
  checkFunction,
  checkKeys,
  checkSignal,
  show,
} from '../../lib/check.js';
import { consecutive } from '../../lib/data/blocks/index.js';
import { HeldRows, Rows, whereKnown, withOwnArrays } from '../../lib/data/rows/index.js';
import { DataError, OptionError, UsedRows } from '../../lib/errors.js';
import { random } from '../../lib/stats/index.js';
import {
  baselineOf,
  certificateOf,
  drawnAt,
  flipsOf,
  isAskedTwice,
  isVacuous,
  type PathToTest,
  populationOf,
  reasonAgainst,
  refuseVacuousAt,
  type ScoredRows,
  scoreRows,
  testPath,
  unitsNeeded,
} from '../certification/index.js';
import {
  type CertificationRows,
  type Claim,
  type Contents,
  contentsOf,
  copiesAmong,
  drawnCount,
  FittedRows,
  givenRows,
  rowsDigest,
  sumOf,
  withEither,
} from '../holdout/index.js';
import {
  type BoundSpec,
  boundSpecOf,
  checkOwnLosses,
  limitsOf,
  limitWords,
  lossName,
  needsLabels,
  shareAsked,
} from '../losses/index.js';
import {
  type CascadeParts,
  costingOf,
  drawReference,
  expectedOnPath,
  featuresOf,
  frontierOf,
  madeOf,
  type Reference,
  referenceOf,
  refuseAlike,
  replan,
  servedPath,
  servedSet,
  thresholdsOf,
  usesOf,
  withoutStages,
} from '../plan/index.js';
import { checkLabels, checkRepeats, codesOf, keyNumbers } from '../problem/index.js';
import { blocksOf } from '../scoring/index.js';
import { compareAll, type Stable, stabilityOf } from '../stability/index.js';
import type { CustomLoss, Label, Plan, Repeats } from '../types/index.js';
import { withOwnModes } from './modes.js';

/**
 * Rows that no cascade of the lineage has seen, drawn as future rows will be. Where some are equal, the promise holds
 * whether they are independent draws or copies of one, unless `repeats` says which.
 */
export type FreshRows<Row, L extends Label> = (
  | {
      /** With several losses, each keeps its own. @defaultValue the earlier certificate's */
      readonly epsilon?: number;
      readonly atMost?: never;
    }
  | {
      /** Instead of `epsilon`, for `absoluteError`: the mean difference allowed, in the units of the answers. */
      readonly atMost?: number;
      readonly epsilon?: never;
    }
) & {
  readonly rows: readonly Row[];
  /** Needed where the loss is 'accuracy' or 'harm'; else a loss of your own may look at them. */
  readonly labels?: readonly L[];
  /** @defaultValue the earlier certificate's */
  readonly delta?: number;
  /**
   * What equal rows are. `true`: independent draws, since inputs repeat, and so are rows that equal a used row, or
   * are of a used group. `'copies'`: copies of one, of which one counts. `false`: either.
   * @defaultValue false
   */
  readonly repeats?: Repeats;
  /** Certify an epsilon that a constant answer would meet. @defaultValue false */
  readonly allowVacuous?: boolean;
  /** The group of a row, as given to `tune`. Needed where the certificate before is over groups. */
  readonly groups?: (row: Row) => string | number;
  /** Your own losses in the bound: a certificate has only their names. */
  readonly losses?: readonly CustomLoss<L>[];
  /** The date of the new certificate. @defaultValue now */
  readonly date?: Date;
  readonly signal?: AbortSignal;
};

/** Plans over the stages of the served path, and the fresh rows to test them on: checked, nothing is computed yet. */
interface Recertification<Row, L extends Label, Name extends string> {
  readonly path: PathToTest<L, Name>;
  /** For each plan, the positions of its stages in the path's. */
  readonly uses: readonly (readonly number[])[];
  readonly spec: BoundSpec;
  readonly rows: CertificationRows<Row>;
  /** Of all rows that were given: of copies only one is tested, but who leaves out used ones has to know them all. */
  readonly contents: Contents;
}

/**
 * Tests plans, from conservative to aggressive, on rows that none of them has seen, and serves the cheapest of those
 * that pass. Nothing is fitted. The rows are new, so the epsilon and delta may be too.
 */
export async function recertified<Row, L extends Label, Name extends string>(
  parts: CascadeParts<Row, L, Name>,
  given: readonly Plan<L, Name>[],
  callers: FreshRows<Row, L>,
): Promise<CascadeParts<Row, L, Name>> {
  checkFresh(callers);
  // The caller may change its arrays while something is waited for.
  const fresh = withOwnArrays(callers, 'rows', 'labels');
  const { path, uses, spec, rows, contents } = checked(parts, given, fresh);
  const { stages } = path;
  if (rows.unlike) {
    const trained = new FittedRows([parts.full.model, ...stages.map(({ model }) => model)]);
    trained.look(fresh.rows);
    trained.refuse(fresh.rows.length);
  }
  const claim = parts.used.claim(contents, !rows.unlike, fresh.rows);
  const { scored, stable } = await kept(claim, async () => {
    if (rows.unlike) {
      const features = featuresOf(parts);
      parts.used.checkTelling(
        features.map(({ name }) => name),
        contents,
      );
      await refuseAlike(parts.used, features, parts.profile, fresh.rows, { signal: fresh.signal });
    }
    return scoreFresh(parts, path, rows, contents, fresh.signal, claim, isAskedTwice(parts.full, spec));
  });
  const { certification, sample } = testPath(path, scored, rows, spec, parts.classes, random('certify'));
  const costing = costingOf(parts.profile, parts.objective, parts.reads, sample.sizes);
  const plans = expectedOnPath(path.plans, uses, costing, sample.stages);
  const { step, observed, band, observedAt, tallies, changes, all: tested } = certification;

  const unit = rows.groups === undefined ? 'rows' : 'groups';
  const judged = drawnAt({ ...scored, labels: rows.labels }, rows.samples);
  const reason = reasonAgainst(plans[step], rows.repeating);
  const answering = {
    ...parts,
    plan: reason === null ? plans[step] : withoutStages(plans[0]),
    stages: reason === null ? uses[step].map((s) => stages[s]) : [],
  };
  const certificate = certificateOf({
    spec,
    tested,
    reason,
    unit,
    classes: parts.classes,
    labelled: rows.labels !== undefined,
    observed,
    changes: { path: changes, step },
    hasBand: band.length > 0,
    copies: copiesAmong(rows, rows.samples),
    population: populationOf(drawnCount(rows), unit, rows.repeating),
    repeating: rows.repeating,
    constant: parts.certificate.constant,
    flips: flipsOf(scored, rows.samples, spec.delta, unit),
    baseline: baselineOf(judged, parts.classes, 'certification'),
  });
  const stability = await stabilityOf(answering, stable, fresh.signal);
  const renewed = {
    ...answering,
    certificate: { ...certificate, stability },
    made: madeOf({
      date: fresh.date,
      seed: null,
      tune: parts.made?.rows.tune,
      certify: rows.rows.length,
      digests: { tune: parts.made?.digests?.tune, certify: rowsDigest(rows.contents) },
      files: { tune: parts.made?.files?.tune },
    }),
    frontier: frontierOf({ plans, band }, spec, (other) => !isVacuous(certificate, other)),
    restsOn: sumOf(scored.digests, parts.restsOn),
    reference: await referenceNow(parts, fresh),
    checked: undefined,
    advice: [],
    evidence: {
      path: { ...servedPath(parts), plans, uses, band, observed: observedAt, tallies, changes },
      tuning: parts.evidence?.tuning,
      sample,
    },
    modes: undefined,
  };
  return withOwnModes(renewed, parts.modes);
}

/** @throws OptionError for invalid options; DataError for too few rows */
function checked<Row, L extends Label, Name extends string>(
  parts: CascadeParts<Row, L, Name>,
  given: readonly Plan<L, Name>[],
  fresh: FreshRows<Row, L>,
): Recertification<Row, L, Name> {
  const spec = specOf(parts, fresh);
  const groups = fresh.groups && keyNumbers(fresh.rows, fresh.groups);
  const { stages } = servedPath(parts);
  if (given.length === 0) throw new OptionError('plans', 'expected at least one plan, got none');
  const plans = given.map((plan) => replan(parts, plan));
  const uses = plans.map((plan) => usesOf(stages, plan));
  const { repeats = false } = fresh;
  const contents = contentsOf(parts.used.reader, fresh.rows, fresh.groups);
  const rows = givenRows(
    {
      rows: Rows.of(fresh.rows),
      labels: fresh.labels && codesOf('certify.labels', fresh.labels, parts.classes),
      groups,
      contents,
      unlike: repeats !== true,
    },
    repeats,
    random('certify').fork('one of equals'),
  );
  const { units, repeating } = rows;
  const unit = groups === undefined ? 'rows' : 'groups';
  const needed = unitsNeeded(spec, unit);
  if (units < needed) {
    const different = repeating === undefined || repeating.are === 'draws' ? unit : 'different rows';
    throw new DataError(
      withEither(
        `certify.rows: ${units} ${different}, where even without a single loss ${needed} are needed for ${limitWords(spec.loss, spec.epsilon)} at ` +
          `delta = ${spec.delta}; give more rows, or ask for less`,
        repeating,
      ),
    );
  }
  return {
    path: {
      stages,
      path: plans.map((plan, p) => thresholdsOf(stages, plan, uses[p])),
      plans,
    },
    uses,
    spec,
    rows,
    contents,
  };
}

/**
 * Scores the rows, and compares features and models with themselves. From then on the rows count as
 * used, although none of their losses was read.
 *
 * @throws UsedRows if others have tested on rows like these meanwhile
 */
async function scoreFresh<Row, L extends Label, Name extends string>(
  parts: CascadeParts<Row, L, Name>,
  path: PathToTest<L, Name>,
  rows: CertificationRows<Row>,
  given: Contents,
  signal: AbortSignal | undefined,
  claim: Claim,
  twice: boolean,
): Promise<{ readonly scored: ScoredRows; readonly stable: Stable }> {
  const { fitted, used } = parts;
  const full = { model: parts.full.model, features: parts.reads };
  const answering = {
    fitted,
    features: parts.features.names.length,
    stages: path.stages,
    full,
    decision: parts.plan.decision,
  };
  const coins = twice ? random('certify').fork('asked twice') : undefined;
  const scored = await scoreRows(answering, rows.rows, { signal }, coins);
  const [{ rows: count }] = scored.first;
  const some = rows.rows.select(consecutive(0, count));
  const firstOf = (scores: Float64Array, width: number) => scores.subarray(0, count * width);
  const stable = await compareAll(
    { features: servedSet(parts), fitted, rows: some, blocks: scored.first },
    {
      ...full,
      scores: firstOf(scored.fullScores, full.model.classes),
      varies: twice,
      isGiven: parts.full.learner === undefined,
    },
    path.stages.map((stage, s) => ({
      ...stage,
      scores: firstOf(scored.stages[s], stage.model.classes),
    })),
    random('certify').fork('reread'),
    signal,
  );
  const names = featuresOf(parts).map(({ name }) => name);
  const alike = rows.unlike ? used.alike(scored.digests, names) : [];
  if (alike.length > 0) {
    const { keys } = given.rows;
    const known = new Set(Array.from(alike, (row) => rows.contents.rows.keys[row]));
    throw new UsedRows(whereKnown(keys, known), keys.length, used.stale);
  }
  claim.keep(scored.digests);
  return { scored, stable };
}

/**
 * The reference that loaded features will be compared with; the current values, if features have
 * changed since.
 */
async function referenceNow<Row, L extends Label, Name extends string>(
  parts: CascadeParts<Row, L, Name>,
  { rows, signal }: FreshRows<Row, L>,
): Promise<Reference> {
  const { reference, certificate } = parts;
  if (reference !== undefined && certificate.verdict !== 'void') return reference;
  const draws = random('reference');
  const own = new Rows(new HeldRows(rows), drawReference(rows.length, draws));
  return referenceOf(await blocksOf(parts.fitted, own, { signal }), own, draws);
}

/**
 * Runs the work that rows were claimed for. If it fails before any loss was read, they are free
 * again.
 */
async function kept<T>(claim: Claim, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    claim.release();
  }
}

function checkFresh<Row, L extends Label>(fresh: FreshRows<Row, L>): void {
  const known = [
    'rows',
    'labels',
    'epsilon',
    'atMost',
    'delta',
    'repeats',
    'groups',
    'losses',
    'date',
    'signal',
    'allowVacuous',
  ];
  checkKeys(fresh, known, 'certify.');
  const { rows, repeats, groups, losses, date } = fresh;
  if (date !== undefined) checkDate('certify.date', date);
  if (!Array.isArray(rows)) throw new OptionError('certify.rows', `expected an array, got ${show(rows)}`);
  checkSignal(fresh.signal, 'certify.signal');
  checkRepeats('certify.repeats', repeats);
  if (fresh.allowVacuous !== undefined) checkFlag('certify.allowVacuous', fresh.allowVacuous);
  if (groups !== undefined) checkFunction('certify.groups', groups);
  if (losses !== undefined) checkOwnLosses('certify.losses', losses);
}

function specOf<Row, L extends Label, Name extends string>(
  { certificate, classes }: CascadeParts<Row, L, Name>,
  {
    rows,
    labels,
    epsilon: share,
    atMost,
    delta = certificate.delta,
    groups,
    losses = [],
    allowVacuous = false,
  }: FreshRows<Row, L>,
): BoundSpec {
  const asked = { epsilon: share ?? (atMost === undefined ? certificate.epsilon : undefined), atMost };
  const epsilon = shareAsked(asked, certificate.loss, (member) => `certify.${member}`);
  checkDelta('certify.delta', delta);
  if (!allowVacuous) refuseVacuousAt(certificate, epsilon);
  const spec = boundSpecOf(certificate, classes, losses, groups === undefined ? 'rows' : 'groups');
  const needy = limitsOf(spec).find(({ loss }) => needsLabels(loss))?.loss;
  if (certificate.unit === 'groups' && groups === undefined) {
    throw new OptionError('certify.groups', 'missing; the certificate before is averaged over groups');
  }
  if (spec.all !== undefined && epsilon !== certificate.epsilon) {
    throw new OptionError(
      atMost === undefined ? 'certify.epsilon' : 'certify.atMost',
      'each of several losses has its own; leave it out, or tune again',
    );
  }
  if (labels === undefined && needy !== undefined) {
    throw new OptionError('certify.labels', `missing; the loss '${lossName(needy)}' compares with them`);
  }
  if (labels === undefined && certificate.labelled && losses.length > 0) {
    throw new OptionError(
      'certify.labels',
      'missing; the rows before had labels, which a loss of your own may ask for',
    );
  }
  if (labels !== undefined) checkLabels('certify.labels', labels, rows.length, classes.length === 0);
  return { ...spec, epsilon, delta };
}
