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
  const isTested = certificate.verdict === 'full-model-only' || isPromised(certificate);
  if (chain === undefined || !isTested) return [];
  const speedupAt = speedups(tried, chain);
  return [...forRepeats(tried, speedupAt), ...forBound(tried, speedupAt), ...forRows(tried, speedupAt)]
    .filter(({ figure }) => Number.isFinite(figure) && figure >= WORTH * expected.speedup)
    .sort((a, b) => b.figure - a.figure)
    .slice(0, MOST);
}

/** What equal rows are: a plan then has to pass one test, over more rows. */
function forRepeats({ certificate }: Tried, speedupAt: SpeedupAt): Advice[] {
  const { split } = certificate.repeating ?? {};
  if (split === undefined) return [];
  const kinds = [
    { change: true, units: split.asDraws, what: 'true, if each row is a draw of its own' },
    { change: 'copies', units: split.asCopies, what: "'copies', if equal rows are copies of one" },
  ] as const;
  return kinds.map(({ change, units, what }) => {
    const figure = speedupAt({ units });
    return { option: 'repeats', change, figure, text: estimate(`Pass repeats: ${what}`, figure) };
  });
}

/**
 * Twice the loss. None of several losses is the one to change, epsilons that were named have their place on the frontier,
 * and of a difference of numbers nobody but the user knows what is much.
 */
function forBound({ spec, certificate, expected, path }: Tried, speedupAt: SpeedupAt): Advice[] {
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
  const figure = speedupAt({ epsilon });
  return [{ option, change, figure, text: estimate(what, figure) }];
}

/** Twice the rows, or where there are too few, as many as a plan takes that makes good use of epsilon. */
function forRows({ certificate, rows, units }: Tried, speedupAt: SpeedupAt): Advice[] {
  if (rows === undefined || units === 0) return [];
  const { prospect, unit } = certificate;
  const needed = prospect === undefined ? 0 : prospect.certify / units;
  const change = Number((Math.max(TWICE, needed) * rows.all).toPrecision(2));
  const factor = change / rows.all;
  const figure =
    prospect !== undefined && needed >= TWICE
      ? prospect.speedup
      : speedupAt({ units: Math.floor(factor * units) });
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

/** The speedup over the full model where another loss, or so many units, are expected to pass. */
type SpeedupAt = (other: { readonly epsilon?: number; readonly units?: number }) => number;

/** Of the chain on the tuning rows. What the plan reached, of what was expected of it, is reached again. */
function speedups(
  { spec, judged, target, units: now, size, expected: { fullCost, speedup } }: Tried,
  chain: Chain,
): SpeedupAt {
  const allowedAt = (epsilon: number, units: number) =>
    searchLoss({ ...spec, epsilon }, judged, units, size).target;
  const onTuningRows = (loss: number) => Math.max(1, fullCost / costAtLoss(chain, loss));
  const before = allowedAt(spec.epsilon, now);
  const reached = speedup > 1 ? speedup / onTuningRows(target) : 1;
  return ({ epsilon = spec.epsilon, units = now }) => {
    const after = allowedAt(epsilon, units);
    const expected = reached * onTuningRows(before > 0 ? (target * after) / before : after);
    return Number.isFinite(expected) ? Math.max(1, expected) : 1;
  };
}
