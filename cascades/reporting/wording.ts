import type { ExitKind } from '../../lib/learn/exits/index.js';
import { count, grouped } from '../../lib/util/count.js';
import type { Certificate, Clause, LossName, StatedLoss } from '../types/index.js';
import { liveWords } from './stability.js';

/** The promise of a certificate, or the reason why there is none. */
export function promiseOf(certificate: Certificate): string {
  const { verdict, reason, delta, unit, observed, n, all = [certificate] } = certificate;
  if (verdict === 'full-model-only') return `The full model answers everything: ${reason}.`;
  if (verdict !== 'certified') {
    return `Nothing is promised (${verdict}): ${reason ?? 'this plan was not certified'}.`;
  }
  const over = unit === 'groups' ? ', averaged over groups,' : '';
  const bounds = all.map(({ loss, epsilon }) => boundWords(loss, epsilon));
  const drawn = unit === 'groups' ? n : observed.rows;
  // Old files don't name it.
  const { population = `data drawn like the ${count(drawn)} certification ${unit}` } = certificate;
  return (
    `With ${asPercent(1 - delta)} confidence, ${joined(bounds)}${over} on ${population}.` +
    `${beside(all)}${liveWords(certificate)}`
  );
}

/** Notes on rows that repeat: how many do, what it takes that this may mean either, and which option would say more. */
export function repeatNotes({ repeating, verdict }: Certificate): string[] {
  const { split } = repeating ?? {};
  if (split === undefined || verdict === 'void' || verdict === 'exploratory') return [];
  const { design, repeat, rows, different, seen, spare, asDraws, asCopies } = split;
  const held =
    design === 'held'
      ? `Different rows of the second were held back from tuning, with ${count(spare)} spare copies. `
      : '';
  return [
    `${count(repeat)} of the rows equal an earlier one. So a plan must pass two tests: over ${count(rows)} rows, and over one of each of ` +
      `${count(different)} different rows, of which ${count(seen)} were tuned on and count as lost. ${held}If each row is a draw ` +
      `of its own, repeats: true tests ${count(asDraws)} rows alone. If equal rows are copies, repeats: 'copies' tests ${count(asCopies)} ` +
      'different rows alone.',
  ];
}

/** A note on whether a loaded cascade's features were compared with those of its file. */
export function checkOf(checked: number | undefined, verdict: string): string[] {
  if (checked === undefined || verdict === 'void') return [];
  return checked > 0
    ? [
        `Features were checked: ${count(checked)} reference rows have the values that they had when the file was written.`,
      ]
    : [
        'Features are unchecked: the file was loaded without rows to compare them on. The certificate holds only if their code is unchanged.',
      ];
}

/** The observation of one loss on the certification rows. */
export function foundOf({ loss, n, lost, method }: Clause, unit: Certificate['unit']): string {
  if (method === 'none') return 'nothing was tested';
  if (typeof loss === 'object' && 'absoluteError' in loss) {
    const { absoluteError: scale } = loss;
    const of = unit === 'groups' ? `${count(n)} groups, each by its mean` : `${count(n)} rows`;
    return `mean difference ${plain((scale * lost) / n)} on ${of} (${capped(scale)})`;
  }
  const sum = grouped(lost, Math.max(4, String(Math.trunc(lost)).length));
  if (unit === 'groups') return `total loss ${sum}, summed over the means of ${count(n)} groups`;
  if (typeof loss === 'string' || 'name' in loss) return `total loss ${sum} on ${count(n)} rows`;
  return 'recall' in loss
    ? `the cascade misses ${sum} of ${count(n)} rows that the full model calls ${quoted(loss.recall)}`
    : `the full model disagrees on ${sum} of ${count(n)} rows that the cascade calls ${quoted(loss.precision)}`;
}

/** How the answers on the certification rows compare with the full model's, and with the labels. */
export function observedOf(certificate: Certificate): string {
  const { rows, changed, worse, better, difference } = certificate.observed;
  if (rows === 0) return 'nothing was tested';
  if (difference !== undefined) return numbersObserved(certificate, difference);
  const ways = certificate.labelled
    ? `, ${count(worse)} for the worse and ${count(better)} for the better`
    : '';
  const all = `${count(changed)} of ${count(rows)} answers changed${ways}`;
  if (typeof certificate.loss === 'string' || certificate.all !== undefined) return all;
  return `${foundOf(certificate, certificate.unit)}; ${all}`;
}

/** Values hardly ever agree exactly, so the sentence also states the mean difference. */
function numbersObserved(certificate: Certificate, difference: number): string {
  const { rows, changed, worse, better } = certificate.observed;
  const { loss, lost, n } = certificate;
  const isAlone = typeof loss === 'object' && 'absoluteError' in loss && certificate.all === undefined;
  // If no difference exceeds the scale, both means are equal, and one is enough.
  const isStated = isAlone && plain((loss.absoluteError * lost) / n) === plain(difference);
  const found = certificate.all ? '' : `${foundOf(certificate, certificate.unit)}; `;
  const ways = certificate.labelled
    ? `: ${count(worse)} are farther from the label, and ${count(better)} nearer`
    : '';
  return (
    `${found}${count(changed)} of ${count(rows)} answers differ from the full model's${ways}` +
    (isStated ? '' : `; with every difference at its full size the mean is ${plain(difference)}`)
  );
}

/** A loss in a few words. */
export function lossOf(loss: StatedLoss): string {
  if (typeof loss === 'string') return NAMES[loss];
  if ('recall' in loss) return `recall of ${quoted(loss.recall)} against the full model's answers`;
  if ('precision' in loss) return `precision of ${quoted(loss.precision)} against the full model's answers`;
  return 'absoluteError' in loss
    ? `mean absolute difference from the full model's answers (${capped(loss.absoluteError)})`
    : loss.name;
}

/** The difference that a loss of 1 stands for, where losses are shares of a scale. */
export function scaleOf(loss: StatedLoss): { readonly scale?: number } {
  return typeof loss === 'object' && 'absoluteError' in loss ? { scale: loss.absoluteError } : {};
}

/** Three digits, or more where there are thousands. */
export function plain(value: number): string {
  return grouped(value, Math.abs(value) >= 1_000 ? 6 : 3);
}

const NAMES: Readonly<Record<LossName, string>> = {
  accuracy: 'accuracy lost against the full model',
  disagreement: 'disagreement with the full model',
  harm: "harm: the full model's right answers made wrong",
};

const LOST: Readonly<Record<LossName, string>> = {
  accuracy: 'the accuracy lost against the full model',
  disagreement: "the share of answers that differ from the full model's",
  harm: 'the share of answers that the full model gets right and the cascade wrong',
};

const EXITS: Readonly<Record<ExitKind['score'], string>> = {
  top: 'probability',
  margin: 'margin to the runner-up',
  deferral: 'deferral model',
  interval: 'expected difference from the full model',
};

/** An exit score in a few words. */
export function exitOf({ calibration, score }: ExitKind): string {
  return calibration === 'identity' ? EXITS[score] : `${EXITS[score]}, calibrated (${calibration})`;
}

/** What a promise bounds, and by how much. */
export function boundWords(loss: StatedLoss, epsilon: number): string {
  const most = asPercent(epsilon);
  if (typeof loss === 'string') return `${LOST[loss]} is at most ${most}`;
  if ('recall' in loss) {
    return (
      `the recall of ${quoted(loss.recall)} against the full model's answers, not the labels, is at least ${asPercent(1 - epsilon)} (of the rows ` +
      `that the full model calls ${quoted(loss.recall)}, the cascade calls at most ${most} something else)`
    );
  }
  if ('absoluteError' in loss) {
    const { absoluteError: scale } = loss;
    const inUnits = plain(scale * epsilon);
    return `the mean absolute difference from the full model's answers is at most ${inUnits} (${most} of ${plain(scale)}; ${capped(scale)})`;
  }
  return 'precision' in loss
    ? `the precision of ${quoted(loss.precision)} against the full model's answers, not the labels, is at least ${asPercent(1 - epsilon)} (of the rows ` +
        `that the cascade calls ${quoted(loss.precision)}, the full model calls at most ${most} something else)`
    : `the mean of '${loss.name}' is at most ${most}`;
}

/** The part of a promise that a loss of one class leaves open, if there is no other loss. */
function beside([first, ...others]: readonly Clause[]): string {
  const isOfClass = typeof first.loss !== 'string' && ('recall' in first.loss || 'precision' in first.loss);
  return isOfClass && others.length === 0 ? ' Other answers are not covered.' : '';
}

/** How differences beyond the scale of the loss count. */
function capped(scale: number): string {
  return `differences above ${plain(scale)} count as ${plain(scale)}`;
}

function joined(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')}, and ${parts.at(-1)}`;
}

/** A class in a sentence. */
export function quoted(label: string | number | boolean): string {
  return typeof label === 'string' ? `"${label}"` : String(label);
}

export function asPercent(share: number): string {
  return `${Number((100 * share).toPrecision(6))} %`;
}
