import { about, times } from '../../lib/report/words/index.js';
import { isPromised, isVacuous } from '../certification/index.js';
import { type Chain, costAtLoss } from '../chain/index.js';
import { type BoundSpec, inWords, type Judged, limitsOf, searchLoss } from '../losses/index.js';
import { cheapestWithin, type TestedPath } from '../plan/index.js';
import type { Advice, Certificate, Label, Plan } from '../types/index.js';

/** What is known of other options once a plan was tested. */
export interface Tried {
  readonly spec: BoundSpec;
  readonly certificate: Certificate;
  readonly expected: Plan['expected'];
  /** The plans that were tested, with limits that hold for all of them; undefined where there are none. */
  readonly path: Pick<TestedPath<Label, string>, 'plans' | 'band'> | undefined;
  /** The chain that was searched, with its answers to the tuning rows; undefined where none was worth a test. */
  readonly chain: Chain | undefined;
  readonly judged: Judged;
  /** The mean loss that was expected to pass on so many certification units, each of so many rows. */
  readonly target: number;
  readonly units: number;
  readonly size: number;
  /** Rows to tune on and to certify on, where one option gave them. */
  readonly rows: { readonly all: number; readonly certify: number } | undefined;
}

/** More would be a catalogue. */
const MOST = 3;
/** By which factor a plan has to become cheaper: below, it is lost in what estimates are off by. */
const WORTH = 1.2;
/** Of epsilon, and of rows: what is asked for. */
const TWICE = 2;

/**
 * At most three changes of one option each that would make the plan faster, the best first. Each is counted on the
 * chain that was searched, or was certified with the plan: what wasn't computed isn't recommended.
 */
export function adviceOf(tried: Tried): Advice[] {
  const { certificate, expected, chain } = tried;
  if (!(certificate.verdict === 'full-model-only' || isPromised(certificate))) return [];
  if (chain === undefined) return [];
  return [...forRepeats(tried, chain), ...forBound(tried, chain), ...forRows(tried, chain)]
    .filter(({ figure }) => Number.isFinite(figure) && figure >= WORTH * expected.speedup)
    .sort((a, b) => b.figure - a.figure)
    .slice(0, MOST);
}

/** What equal rows are: a plan then has to pass one test, over more rows. */
function forRepeats(tried: Tried, chain: Chain): Advice[] {
  const { split } = tried.certificate.repeating ?? {};
  if (split === undefined) return [];
  const option = 'repeats';
  const [asDraws, asCopies] = [split.asDraws, split.asCopies].map((units) =>
    speedupAt(tried, chain, { units }),
  );
  return [
    {
      option,
      change: true,
      figure: asDraws,
      text: estimate('Pass repeats: true, if each row is a draw of its own', asDraws),
    },
    {
      option,
      change: 'copies',
      figure: asCopies,
      text: estimate("Pass repeats: 'copies', if equal rows are copies of one", asCopies),
    },
  ];
}

/**
 * Twice the loss. None of several losses is the one to change, epsilons that were named have their place on the frontier,
 * and of a difference of numbers nobody but the user knows what is much.
 */
function forBound(tried: Tried, chain: Chain): Advice[] {
  const { spec, certificate, expected, path } = tried;
  const epsilon = TWICE * spec.epsilon;
  const isOne = limitsOf(spec).length === 1 && spec.also === undefined;
  if (!isOne || inWords(certificate.loss).scale !== undefined) return [];
  if (epsilon >= 1 || isVacuous(certificate, epsilon)) return [];
  const [option, change] = ['bound' as const, { epsilon }];
  const words = `{ epsilon: ${Number(epsilon.toPrecision(6))} }`;
  const what = `Allow bound: ${words}, if your task bears it`;
  const certified = (path && cheapestWithin(path, epsilon))?.plan.expected.speedup ?? 0;
  if (certified >= WORTH * expected.speedup) {
    const text = `${what}: ${times(certified)}, certified already: cascade.retune(${words}), of a file if that was saved with evidence.`;
    return [{ option, change, figure: certified, text }];
  }
  const figure = speedupAt(tried, chain, { epsilon });
  return [{ option, change, figure, text: estimate(what, figure) }];
}

/** Twice the rows, or where there are too few, as many as a plan takes that makes good use of epsilon. */
function forRows(tried: Tried, chain: Chain): Advice[] {
  const { certificate, rows, units } = tried;
  if (rows === undefined || units === 0) return [];
  const { prospect, unit } = certificate;
  const needed = prospect === undefined ? 0 : prospect.certify / units;
  const change = Number((Math.max(TWICE, needed) * rows.all).toPrecision(2));
  const factor = change / rows.all;
  const figure =
    prospect !== undefined && needed >= TWICE
      ? prospect.speedup
      : speedupAt(tried, chain, { units: Math.floor(factor * units) });
  const certify = unit === 'groups' ? '' : `, of which ${about(factor * rows.certify)} to certify on`;
  return [
    {
      option: 'rows',
      change,
      figure,
      text: estimate(`Give ${about(change)} rows in all${certify}`, figure),
    },
  ];
}

function estimate(what: string, figure: number): string {
  return `${what}: about ${Number(figure.toPrecision(2))}×, an estimate from the tuning rows.`;
}

/**
 * How much faster than the full model alone the chain is where another loss, or other units, are expected to pass. What
 * the plan reached, of what was expected of it, is reached again.
 */
function speedupAt(
  { spec, judged, target, units, size, expected: { fullCost, speedup } }: Tried,
  chain: Chain,
  other: { readonly epsilon?: number; readonly units?: number },
): number {
  const allowedAt = (epsilon: number, n: number) =>
    searchLoss(limitsOf(spec).length > 1 ? spec : { ...spec, epsilon }, judged, n, size).target;
  const before = allowedAt(spec.epsilon, units);
  const after = allowedAt(other.epsilon ?? spec.epsilon, other.units ?? units);
  const onTuningRows = (loss: number) => Math.max(1, fullCost / costAtLoss(chain, loss));
  const reached = speedup > 1 ? speedup / onTuningRows(target) : 1;
  const expected = reached * onTuningRows(before > 0 ? (target * after) / before : after);
  return Number.isFinite(expected) ? Math.max(1, expected) : 1;
}
