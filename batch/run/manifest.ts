import { list, naturalNumber, object, record, type Shape, text } from '../../lib/data/artifact/index.js';
import { RunError } from '../../lib/errors.js';

/** A unit whose output stands. It says nothing of times, hosts or paths beyond its input's name. */
export interface CommittedUnit {
  readonly key: string;
  /** Its number among the units of all inputs. */
  readonly index: number;
  readonly input: string;
  readonly rows: number;
  /** SHA-256 of the output's bytes, and how many they are. */
  readonly digest: string;
  readonly bytes: number;
  /** SHA-256 of the bytes that its rows were read of. */
  readonly source: string;
  /** Rows by the stage that answered; the last is the full model. */
  readonly exits: readonly number[];
  readonly degraded: number;
  readonly errors: number;
  /** Rows by verdict. */
  readonly verdict: Readonly<Record<string, number>>;
}

export const committedUnit: Shape<CommittedUnit> = object({
  key: text,
  index: naturalNumber,
  input: text,
  rows: naturalNumber,
  digest: text,
  bytes: naturalNumber,
  source: text,
  exits: list(naturalNumber),
  degraded: naturalNumber,
  errors: naturalNumber,
  verdict: record(naturalNumber),
});

/** What a run has. */
export interface Manifest {
  readonly version: 1;
  /** Artifact, features and version of the library. */
  readonly model: string;
  /** SHA-256 of the certificate's file, of a batch that is certified as a whole. */
  readonly certificate?: string | undefined;
  /** In the order of their numbers. */
  readonly units: readonly CommittedUnit[];
}

/**
 * What two parts of a run have together, whichever comes first.
 *
 * @throws RunError `other` for parts of different models, `different` for two outputs of one unit
 */
export function mergeManifests(a: Manifest, b: Manifest): Manifest {
  if (a.model !== b.model)
    throw new RunError('other', `expected parts of one run, got models ${a.model} and ${b.model}`);
  const units = new Map(a.units.map((unit) => [unit.key, unit]));
  for (const unit of b.units) {
    const before = units.get(unit.key);
    if (before !== undefined && before.digest !== unit.digest)
      throw new RunError(
        'different',
        `unit ${unit.key} of ${unit.input} has two outputs, ${before.digest} and ${unit.digest}: keep one of them`,
      );
    units.set(unit.key, unit);
  }
  return manifestOf(a.model, [...units.values()], a.certificate ?? b.certificate);
}

export function manifestOf(model: string, units: readonly CommittedUnit[], certificate?: string): Manifest {
  const order = [...units].sort((a, b) => a.index - b.index || (a.key < b.key ? -1 : 1));
  return { version: 1, model, ...(certificate !== undefined && { certificate }), units: order };
}

/** The same bytes for the same unit, whoever writes it. */
export function unitText(unit: CommittedUnit): string {
  const { key, index, input, rows, digest, bytes, source, exits, degraded, errors, verdict } = unit;
  const sorted = Object.fromEntries(Object.entries(verdict).sort(([a], [b]) => (a < b ? -1 : 1)));
  return JSON.stringify({
    ...{ key, index, input, rows, digest, bytes, source, exits, degraded, errors },
    verdict: sorted,
  });
}

export function manifestText(manifest: Manifest): string {
  return unitsText(manifest, unitText);
}

/** JSON of one line a unit. */
export function unitsText<Unit>(
  { units, ...rest }: { readonly units: readonly Unit[] },
  textOf: (unit: Unit) => string,
): string {
  const lines = units.map(textOf).join(',\n');
  return `${JSON.stringify(rest).slice(0, -1)},"units":[\n${lines}\n]}\n`;
}

/** Sums of units. */
export type RunTotals = Pick<CommittedUnit, 'rows' | 'exits' | 'degraded' | 'errors' | 'verdict'>;

export function totalsOf(units: readonly CommittedUnit[]): RunTotals {
  const exits: number[] = [];
  const verdict: Record<string, number> = {};
  for (const unit of units) {
    for (const [i, count] of unit.exits.entries()) exits[i] = (exits[i] ?? 0) + count;
    for (const [name, count] of Object.entries(unit.verdict)) verdict[name] = (verdict[name] ?? 0) + count;
  }
  const sum = (of: 'rows' | 'degraded' | 'errors') => units.reduce((total, unit) => total + unit[of], 0);
  return { rows: sum('rows'), exits, degraded: sum('degraded'), errors: sum('errors'), verdict };
}
