import { consecutive } from '../../lib/data/blocks/index.js';
import { REASONS } from '../../lib/report/words/index.js';
import type { Random } from '../../lib/stats/index.js';
import { type Chain, costAtLoss } from '../chain/index.js';
import {
  type CertificationRows,
  copiesAmong,
  drawnCount,
  type Ledger,
  sumOf,
  type UnitSample,
} from '../holdout/index.js';
import type { BoundSpec, Judged } from '../losses/index.js';
import type { Tracker } from '../scoring/index.js';
import type { Certificate, Flips, Label, Plan } from '../types/index.js';
import { baselineOf } from './baseline.js';
import { certificateOf } from './certificate.js';
import { leastConstant } from './constant.js';
import { reasonAgainst } from './decide.js';
import { flipsOf } from './flips.js';
import { populationOf } from './population.js';
import { type Counts, prospectOf } from './prospect.js';
import { type PathModels, scoreRows } from './scoreRows.js';
import { shortage, untested } from './shortage.js';
import { drawnAt, unchanged } from './table.js';
import { type PathTest, type PathToTest, testPath } from './testPath.js';
import { unitsNeeded } from './unitsNeeded.js';

/** Everything that was fitted and chosen, before a certification row is looked at. */
export interface ToCertify<Row, L extends Label, Name extends string>
  extends Omit<PathModels<Row>, 'stages'> {
  readonly spec: BoundSpec;
  /** None for regression. */
  readonly classes: readonly L[];
  /** None where no subset is affordable. */
  readonly path: (PathToTest<L, Name> & { readonly chain: Chain }) | undefined;
  readonly rows: CertificationRows<Row>;
  /** The rows that took part so far; those to certify on are added to them. */
  readonly seen: Ledger;
  /** The tuning rows as the full model, cross-fitted, and their labels have them; undefined where it wasn't in time. */
  readonly judged: Judged | undefined;
  /** Whether the seconds of the budget were over before a stage was fitted. */
  readonly isLate: boolean;
  /** Whether no model that was tried tells sure answers from others. */
  readonly isDegenerate: boolean;
  readonly counts: Omit<Counts, 'units'>;
  /** What the full model alone is expected to cost a row. */
  readonly fullCost: number;
  readonly random: Random;
  /** Whether the full model is asked twice about each row. */
  readonly isPaired: boolean;
  /** How much more rows to tune on may differ than may be lost, where it differs from itself. */
  readonly credit: number;
}

/** What the certification rows say of the path. */
export interface FreshTest {
  readonly test: PathTest;
  /** The rows that were drawn, as the full model and their labels have them. */
  readonly judged: Judged;
  /** How many equal a row to tune on in every feature. */
  readonly alike: number;
  readonly flips: Flips | undefined;
  readonly samples: readonly UnitSample[] | undefined;
}

/** What was certified. */
export interface Certified<L extends Label, Name extends string> {
  readonly certificate: Certificate;
  /** What was found of the path, and its plans with what to expect of them; none where nothing was tested. */
  readonly test: PathTest | undefined;
  readonly plans: readonly Plan<L, Name>[];
  /** The plan to serve, by its place; none where the full model answers alone. */
  readonly served: { readonly step: number; readonly plan: Plan<L, Name> } | undefined;
  /** How many certification rows equal a row to tune on in every feature. */
  readonly alike: number;
  /** A number for the rows that the certificate rests on. */
  readonly restsOn: number;
}

/**
 * Tests the path on the certification rows, once, without those that equal a row to tune on. From then on they count as
 * seen.
 *
 * @returns undefined where there is no path, or too few rows for any promise: none is looked at
 */
export async function testFresh<Row, L extends Label, Name extends string>(
  chosen: ToCertify<Row, L, Name>,
  tracker: Tracker,
): Promise<FreshTest | undefined> {
  const { path, rows, seen, fitted, spec, classes, random, isPaired } = chosen;
  const isEnough = rows.units >= unitsNeeded(spec, rows.groups ? 'groups' : 'rows');
  if (path === undefined || !isEnough) return undefined;
  const coins = isPaired ? random.fork('asked twice') : undefined;
  const scored = await scoreRows({ ...chosen, stages: path.stages }, rows.rows, tracker, coins);
  const names = fitted.slice(0, chosen.features).map(({ name }) => name);
  const alike = seen.alike(scored.digests, names, rows.contents);
  const samples = freshSamples(rows, alike);
  seen.add(rows.contents, scored.digests, rows.rows.held);
  return {
    test: testPath(path, scored, { ...rows, samples }, spec, classes, random),
    judged: drawnAt({ ...scored, labels: rows.labels }, rows.samples),
    alike: alike.length,
    flips: flipsOf(scored, samples, spec.delta, rows.groups ? 'groups' : 'rows'),
    samples,
  };
}

/**
 * Certifies the path by what the certification rows say of it, whatever that is.
 *
 * @param fresh undefined where nothing was tested
 * @param plans those of the path, with what to expect of them on the rows of the test: thresholds weren't fitted to these
 */
export function certify<Row, L extends Label, Name extends string>(
  {
    spec,
    classes,
    path,
    rows,
    seen,
    judged,
    counts,
    fullCost,
    isDegenerate,
    isLate,
    credit,
  }: ToCertify<Row, L, Name>,
  fresh: FreshTest | undefined,
  plans: readonly Plan<L, Name>[],
): Certified<L, Name> {
  const unit = rows.groups ? 'groups' : 'rows';
  const certification = fresh?.test.certification;
  const plan = certification && certification.step >= 0 ? plans[certification.step] : undefined;
  const tested = certification?.all ?? untested(spec, rows.units, unit);
  const samples = fresh?.samples ?? rows.samples;
  const repeating = rows.repeating ?? (samples && { are: 'either' as const });
  const copies = copiesAmong({ ...rows, repeating }, samples);
  const short = shortage(spec, tested, classes, unit, repeating);
  const unsure = isLate ? REASONS.outOfTime : REASONS.neverSure;
  // By a clock that stands still or has no time, no plan is cheaper than another. What came before its end isn't all timed.
  const untimed = fullCost > 0 || isLate ? null : REASONS.untimed;
  const untried = isDegenerate ? REASONS.degenerate : certification ? null : unsure;
  const reason = short ?? untimed ?? untried ?? reasonAgainst(plan, repeating);
  const costs = {
    full: fullCost,
    at: (loss: number) => (path ? costAtLoss(path.chain, loss + credit) : Number.POSITIVE_INFINITY),
  };
  const isShort = short !== null || (certification !== undefined && plan === undefined);
  const certificate = certificateOf({
    spec,
    tested,
    reason,
    unit,
    classes,
    labelled: rows.labels !== undefined,
    observed: certification?.observed ?? unchanged(0, []),
    changes: certification && { path: certification.changes, step: certification.step },
    hasBand: certification !== undefined && certification.band.length > 0,
    copies,
    population: populationOf(drawnCount(rows), unit, repeating),
    repeating,
    flips: fresh?.flips,
    baseline: fresh
      ? baselineOf(fresh.judged, classes, 'certification')
      : judged && baselineOf(judged, classes, 'tuning'),
    constant: judged && leastConstant(spec, judged, classes),
    prospect:
      isShort && judged ? prospectOf(spec, judged, unit, { ...counts, units: rows.units }, costs) : undefined,
  });
  return {
    certificate,
    test: fresh?.test,
    plans,
    served: reason === null && plan && certification ? { step: certification.step, plan } : undefined,
    alike: fresh?.alike ?? 0,
    restsOn: sumOf(seen.digests),
  };
}

/**
 * The samples, of which one of each different row is without those from elsewhere that equal a row to tune on in
 * every feature.
 */
function freshSamples<Row>(
  { rows, samples, unlike, groups }: CertificationRows<Row>,
  alike: Int32Array,
): readonly UnitSample[] | undefined {
  if (!unlike || groups !== undefined || alike.length === 0) return samples;
  const known = new Set(alike);
  const one = samples?.at(-1)?.rows ?? consecutive(0, rows.length);
  return [{}, { rows: one.filter((row) => !known.has(row)) }];
}
