import { EXIT_FACTS, type ExitKind } from '../../lib/learn/exits/index.js';
import { count } from '../../lib/util/count.js';
import { asPercent, inWords, kindOf, shortNumber } from '../losses/index.js';
import type { Certificate, Clause } from '../types/index.js';
import { liveWords } from './stability.js';

/** The promise of a certificate, or the reason why there is none. */
export function promiseOf(certificate: Certificate): string {
  const { verdict, reason, delta, unit, observed, n, all = [certificate] } = certificate;
  if (verdict === 'full-model-only') return `The full model answers everything: ${reason}.`;
  if (verdict !== 'certified') {
    return `Nothing is promised (${verdict}): ${reason ?? 'this plan was not certified'}.`;
  }
  const over = unit === 'groups' ? ', averaged over groups,' : '';
  const bounds = all.map(({ loss, epsilon }) => inWords(loss).bound(epsilon));
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
  return inWords(loss).found({ n, lost, unit });
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
  const { exact, over } = kindOf(certificate.loss);
  // Of whole rows, among all, the counts of answers say what was lost.
  if ((exact !== undefined && over === 'all') || certificate.all !== undefined) return all;
  return `${foundOf(certificate, certificate.unit)}; ${all}`;
}

/** Values hardly ever agree exactly, so the sentence also states the mean difference. */
function numbersObserved(certificate: Certificate, difference: number): string {
  const { rows, changed, worse, better } = certificate.observed;
  const { loss, lost, n } = certificate;
  const scale = certificate.all === undefined ? inWords(loss).scale : undefined;
  // If no difference exceeds the scale, both means are equal, and one is enough.
  const isStated = scale !== undefined && shortNumber((scale * lost) / n) === shortNumber(difference);
  const found = certificate.all ? '' : `${foundOf(certificate, certificate.unit)}; `;
  const ways = certificate.labelled
    ? `: ${count(worse)} are farther from the label, and ${count(better)} nearer`
    : '';
  return (
    `${found}${count(changed)} of ${count(rows)} answers differ from the full model's${ways}` +
    (isStated ? '' : `; with every difference at its full size the mean is ${shortNumber(difference)}`)
  );
}

/** An exit score in a few words. */
export function exitOf({ calibration, score }: ExitKind): string {
  const { words } = EXIT_FACTS[score];
  return calibration === 'identity' ? words : `${words}, calibrated (${calibration})`;
}

/** The part of a promise that a loss of one class leaves open, if there is no other loss. */
function beside([first, ...others]: readonly Clause[]): string {
  return kindOf(first.loss).over !== 'all' && others.length === 0 ? ' Other answers are not covered.' : '';
}

function joined(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')}, and ${parts.at(-1)}`;
}
