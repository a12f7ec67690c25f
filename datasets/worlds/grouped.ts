import { type AgreementLabel, type AgreementRow, agreementLaw } from './agreement.js';
import { demand, demandCount, demandProbability } from './demand.js';
import { worldRandom } from './random.js';

/** A row of a group whose members are alike. */
export interface GroupedRow extends AgreementRow {
  /** The group's number, 0 … groups - 1. */
  readonly group: number;
}

/** A kind of group. `doubt` is as in `agreementWorld`. */
export interface GroupKind {
  /** Probability that a group is of this kind. */
  readonly share: number;
  /** Rows of a group of this kind. */
  readonly size: number;
  /** As in `agreementWorld`, 0 to 1. */
  readonly doubt: number;
}

/** Options of {@link groupedWorld}. */
export interface GroupedWorldOptions {
  /** How many, 1 or more. */
  readonly groups: number;
  /** An integer. */
  readonly seed: number;
  /** Probability that a row repeats its group's common draw instead of making its own. Default .7. */
  readonly repeat?: number;
  /** Default: 80 % of groups have 4 rows and a doubt of .1, 20 % have 16 rows and a doubt of .5. */
  readonly kinds?: readonly GroupKind[];
  /** As in `agreementWorld`. Default 1. */
  readonly sharpness?: number;
  /** As in `agreementWorld`. Default 1. */
  readonly accuracy?: number;
}

/** Rows and labels of {@link groupedWorld}, and the truth about them. */
export interface GroupedWorld {
  readonly rows: GroupedRow[];
  readonly labels: AgreementLabel[];
  /** The full model's answer for each row. */
  readonly answers: AgreementLabel[];
  /**
   * Expected mean of a group's disagreement when rows exit at `threshold`: the risk of a promise
   * over groups.
   */
  trueDisagreement(threshold: number): number;
  /** Disagreement of a row of this world taken at random: large groups weigh more. */
  rowDisagreement(threshold: number): number;
}

const KINDS: readonly GroupKind[] = [
  { share: 0.8, size: 4, doubt: 0.1 },
  { share: 0.2, size: 16, doubt: 0.5 },
];

/**
 * The world of `agreementWorld` in groups whose rows depend on each other, as the mails of one thread do.
 *
 * Each group has a hidden common draw of score, answers and label; each of its rows repeats it with
 * probability `repeat`, else draws afresh by the same law. A row's own law is therefore its kind's,
 * D(threshold), while two rows of one group share a draw with probability repeat². Over groups the
 * disagreement is Σ share · D; over rows it is Σ share · size · D / Σ share · size. The two differ
 * when the larger groups are the harder ones, and a bound that counts rows as if independent is
 * overconfident by a factor of up to 1 + (size - 1) · repeat² in variance.
 *
 * Throws `RangeError` for an option out of its range.
 *
 * @example
 * const world = groupedWorld({ groups: 1_000, seed: 1 });
 * const features = define<GroupedRow>({ cheap: dense(1, (rows) => Float32Array.from(rows, (row) => row.cheap)), … });
 * await tune({ …, groups: (row) => row.group });
 */
export function groupedWorld(options: GroupedWorldOptions): GroupedWorld {
  const { groups, seed, repeat = 0.7, kinds = KINDS, sharpness = 1, accuracy = 1 } = options;
  demandCount('groups', groups);
  demandProbability('repeat', repeat);
  for (const kind of kinds) demandCount('kinds.size', kind.size);
  const total = kinds.reduce((sum, kind) => sum + kind.share, 0);
  demand(Math.abs(total - 1) < 1e-9, 'kinds.share', total, 'shares that sum to 1');

  const laws = kinds.map((kind) => ({ ...kind, ...agreementLaw(kind.doubt, sharpness, accuracy) }));
  const source = worldRandom(seed);
  const rows: GroupedRow[] = [];
  const labels: AgreementLabel[] = [];
  const answers: AgreementLabel[] = [];
  for (let group = 0; group < groups; group++) {
    const law = laws[pick(kinds, source.uniform())];
    const common = law.draw(source);
    for (let i = 0; i < law.size; i++) {
      const { row, label, answer } = source.chance(repeat) ? common : law.draw(source);
      rows.push({ group, ...row });
      labels.push(label);
      answers.push(answer);
    }
  }
  const meanSize = laws.reduce((sum, law) => sum + law.share * law.size, 0);
  return {
    rows,
    labels,
    answers,
    trueDisagreement: (threshold) =>
      laws.reduce((sum, law) => sum + law.share * law.disagreement(threshold), 0),
    rowDisagreement: (threshold) =>
      laws.reduce((sum, law) => sum + law.share * law.size * law.disagreement(threshold), 0) / meanSize,
  };
}

function pick(kinds: readonly GroupKind[], u: number): number {
  let below = 0;
  for (let k = 0; k < kinds.length - 1; k++) {
    below += kinds[k].share;
    if (u < below) return k;
  }
  return kinds.length - 1;
}
