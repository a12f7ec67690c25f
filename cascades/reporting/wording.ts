import type { ExitKind } from '../../lib/exits/index.js';
import type { Certificate, Clause, StatedLoss } from '../types/index.js';
import { liveWords } from './stability.js';

/** What a certificate promises and found, in sentences. */

export function promiseOf(certificate: Certificate): string {
  const { verdict, reason, delta, unit, observed, n, all = [certificate] } = certificate;
  if (verdict === 'full-model-only') return `The full model answers everything: ${reason}.`;
  if (verdict !== 'certified') {
    return `Nothing is promised (${verdict}): ${reason ?? 'this plan was not certified'}.`;
  }
  const over = unit === 'groups' ? ', averaged over groups,' : '';
  const bounds = all.map(({ loss, epsilon }) => boundWords(loss, epsilon));
  const sample = unit === 'groups' ? n : observed.rows;
  const { copies = 0 } = certificate;
  const equal =
    copies === 0
      ? ''
      : ` ${copies} of them equal others and count for nothing of their own: the bound holds over all rows and over ` +
        'draws, each set of equals being one.';
  return (
    `With ${asPercent(1 - delta)} confidence, ${joined(bounds)}${over} on data drawn like the ${sample} certification ` +
    `${unit}.${equal}${beside(all)}${liveWords(certificate)}`
  );
}

/** Which rows a promise leaves out where equal rows counted once. */
export function equalNotes({ verdict, copies }: Certificate): string[] {
  if (verdict !== 'certified' || !copies) return [];
  return [
    'No row that counts for the certificate equals one that the cascade was tuned on: the promise is of rows that equal none of ' +
      'those. In a table of few distinct rows many rows to come do; with repeats: true each row is a draw of its own, and the ' +
      'promise is of them all.',
  ];
}

/** What a cascade that was loaded knows of its features. */
export function checkOf(checked: number | undefined, verdict: string): string[] {
  if (checked === undefined || verdict === 'void') return [];
  return checked > 0
    ? [
        `Features were checked: they give ${checked} reference rows the values that they gave when this was made.`,
      ]
    : [
        'Features are unchecked: this was loaded without rows to compare them on, and what is promised holds only if their code is the same.',
      ];
}

/** What was observed of one loss, beside its limit. */
export function foundOf({ loss, n, lost, method }: Clause, unit: Certificate['unit']): string {
  if (method === 'none') return 'nothing was tested';
  if (typeof loss === 'object' && 'absoluteError' in loss) {
    const { absoluteError: scale } = loss;
    const of = unit === 'groups' ? `${n} groups, each by its mean` : `${n} rows`;
    return `a mean difference of ${plain((scale * lost) / n)}, each counted up to ${plain(scale)}, on ${of}`;
  }
  const sum = Number(lost.toPrecision(4));
  if (unit === 'groups') return `${sum} lost, a sum of means over ${n} groups`;
  if (typeof loss === 'string' || 'name' in loss) return `${sum} lost on ${n} rows`;
  return 'recall' in loss
    ? `of ${n} that the full model calls ${quoted(loss.recall)} the cascade misses ${sum}`
    : `of ${n} that the cascade calls ${quoted(loss.precision)} the full model says otherwise of ${sum}`;
}

export function observedOf(certificate: Certificate): string {
  const { rows, changed, worse, better, difference } = certificate.observed;
  if (rows === 0) return 'nothing was tested';
  if (difference !== undefined) return numbersObserved(certificate, difference);
  const ways = certificate.labelled ? `, ${worse} for the worse and ${better} for the better` : '';
  const all = `${changed} of ${rows} answers changed${ways}`;
  if (typeof certificate.loss === 'string' || certificate.all !== undefined) return all;
  return `${foundOf(certificate, certificate.unit)}; ${all}`;
}

/** Numbers hardly ever agree: what differs is what a stage answered, and what counts is by how much. */
function numbersObserved(certificate: Certificate, difference: number): string {
  const { rows, changed, worse, better } = certificate.observed;
  const { loss, lost, n } = certificate;
  const isAlone = typeof loss === 'object' && 'absoluteError' in loss && certificate.all === undefined;
  // Where no difference was so large that it was counted as less, it has been said.
  const isStated = isAlone && plain((loss.absoluteError * lost) / n) === plain(difference);
  const found = certificate.all ? '' : `${foundOf(certificate, certificate.unit)}; `;
  const ways = certificate.labelled
    ? `, ${worse} of them farther from the label than the full model's answer and ${better} nearer`
    : '';
  return (
    `${found}${changed} of ${rows} answers differ from the full model's${ways}` +
    (isStated ? '' : `; the mean difference over all rows, however large each, is ${plain(difference)}`)
  );
}

/** A loss in a few words. */
export function lossOf(loss: StatedLoss): string {
  if (typeof loss === 'string') return NAMES[loss];
  if ('recall' in loss) return `recall of ${quoted(loss.recall)} against the full model's answers`;
  if ('precision' in loss) return `precision of ${quoted(loss.precision)} against the full model's answers`;
  return 'absoluteError' in loss
    ? `mean absolute difference from the full model's answers, each counted up to ${loss.absoluteError}`
    : loss.name;
}

/** How much a loss of 1 is, where losses are shares of a scale. */
export function scaleOf(loss: StatedLoss): { readonly scale?: number } {
  return typeof loss === 'object' && 'absoluteError' in loss ? { scale: loss.absoluteError } : {};
}

/** Three digits, or all before the point; none that only rounding brought. */
export function plain(value: number): string {
  return String(Number(value.toPrecision(Math.abs(value) >= 1_000 ? 6 : 3)));
}

const NAMES = {
  accuracy: 'accuracy lost against the full model',
  disagreement: 'disagreement with the full model',
  harm: "harm: the full model's right answers made wrong",
};

const LOST = {
  accuracy: 'the accuracy lost against the full model',
  disagreement: "the share of answers that differ from the full model's",
  harm: 'the share of answers that the full model gets right and the cascade wrong',
};

const EXITS = {
  top: 'probability',
  margin: 'margin to the runner-up',
  deferral: 'deferral model',
  interval: 'expected difference from the full model',
};

/** An exit score in a few words. */
export function exitOf({ calibration, score }: ExitKind): string {
  return calibration === 'identity' ? EXITS[score] : `${EXITS[score]}, calibrated (${calibration})`;
}

function boundWords(loss: StatedLoss, epsilon: number): string {
  const most = asPercent(epsilon);
  if (typeof loss === 'string') return `${LOST[loss]} is at most ${most}`;
  if ('recall' in loss) {
    return (
      `the recall of ${quoted(loss.recall)} against the full model's answers, not the labels, is at least ${asPercent(1 - epsilon)} (of the rows ` +
      `that the full model calls ${quoted(loss.recall)} the cascade calls at most ${most} otherwise)`
    );
  }
  if ('absoluteError' in loss) {
    const { absoluteError: scale } = loss;
    const inUnits = plain(scale * epsilon);
    return `the mean absolute difference from the full model's answers, each counted up to ${scale}, is at most ${inUnits} (${most} of ${scale})`;
  }
  return 'precision' in loss
    ? `the precision of ${quoted(loss.precision)} against the full model's answers, not the labels, is at least ${asPercent(1 - epsilon)} (of the rows ` +
        `that the cascade calls ${quoted(loss.precision)} the full model calls at most ${most} otherwise)`
    : `the mean of '${loss.name}' is at most ${most}`;
}

/** What a loss of one class leaves open where it is all that is promised. */
function beside([first, ...others]: readonly Clause[]): string {
  const isOfClass = typeof first.loss !== 'string' && ('recall' in first.loss || 'precision' in first.loss);
  return isOfClass && others.length === 0 ? ' Nothing is promised of other answers.' : '';
}

function joined(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')}, and ${parts.at(-1)}`;
}

function quoted(label: string | number | boolean): string {
  return typeof label === 'string' ? `"${label}"` : String(label);
}

function asPercent(share: number): string {
  return `${Number((100 * share).toPrecision(6))} %`;
}
