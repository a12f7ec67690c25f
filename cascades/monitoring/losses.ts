import { show } from '../../lib/check.js';
import { OptionError } from '../../lib/errors.js';
import { type DriftLosses, leastLoss } from '../../lib/stats/index.js';
import { isPromised } from '../certification/index.js';
import {
  type AnswerLoss,
  answerLoss,
  checkOwnLosses,
  givenLoss,
  inWords,
  isSigned,
  kindOf,
  ofAnswers,
} from '../losses/index.js';
import type { Certificate, CustomLoss, Label, StatedLoss } from '../types/index.js';

/** A promised loss, as it is audited. */
export interface AuditedLoss {
  readonly loss: AnswerLoss;
  readonly stated: StatedLoss;
  readonly epsilon: number;
  /** Which rows have a loss that depends on their label: none, those on which the two answers differ, or all. */
  readonly awaits: 'none' | 'differing' | 'all';
  /**
   * The range of a row's loss, and the least loss, which a row counts as if its loss will never be
   * known.
   */
  readonly losses: DriftLosses;
  readonly least: number;
  /** Whether a row with this answer may count, whatever the full model's is. */
  mayCount(answer: number): boolean;
}

/**
 * The losses that a certificate promises.
 *
 * @param own the user's losses, which a certificate only names
 * @param labelled whether those are counted when labels have come
 * @throws OptionError for a certificate that promises nothing, or of groups, and for losses of the user's that are
 * missing, or that it doesn't name
 */
export function auditedLosses<L extends Label>(
  certificate: Certificate,
  classes: readonly L[],
  own: readonly CustomLoss<L>[],
  labelled: boolean,
): readonly AuditedLoss[] {
  checkAudited(certificate);
  const clauses = certificate.all ?? [certificate];
  const promised = clauses.flatMap(({ loss }) => inWords(loss).own ?? []);
  checkOwnLosses('losses', own);
  own.forEach(({ name }, i) => {
    checkPromised(`losses[${i}]`, name, promised);
  });
  if (labelled && promised.length === 0) {
    throw new OptionError('labelled', 'is of losses of your own, and the certificate promises none');
  }
  return clauses.map(({ loss: stated, epsilon }) => {
    const loss = answerLoss('bound.loss', givenLoss(stated, own, 'losses'), classes);
    const { mayCount } = ofAnswers(loss);
    return { loss, stated, epsilon, awaits: awaitedBy(stated, labelled), ...rangeOf(stated), mayCount };
  });
}

function checkAudited({ verdict, reason, unit }: Certificate): void {
  if (!isPromised({ verdict })) {
    throw new OptionError('verdict', `nothing is promised of this cascade (${verdict}): ${reason}`);
  }
  if (unit !== 'rows') {
    throw new OptionError(
      'groups',
      `the promise is averaged over ${unit}, whose means can't be seen in rows that are drawn one by one; ` +
        'one over rows can be audited',
    );
  }
}

function checkPromised(option: string, name: string, promised: readonly string[]): void {
  if (promised.includes(name)) return;
  const known = promised.length === 0 ? 'no loss of your own' : promised.map(show).join(', ');
  throw new OptionError(option, `${show(name)} isn't promised; the certificate promises ${known}`);
}

function awaitedBy(loss: StatedLoss, labelled: boolean): AuditedLoss['awaits'] {
  const { labels } = kindOf(loss);
  if (labels === 'needed') return 'differing';
  return labels === 'optional' && labelled ? 'all' : 'none';
}

function rangeOf(loss: StatedLoss): Pick<AuditedLoss, 'losses' | 'least'> {
  const losses = isSigned(loss) ? 'paired' : 'bounded';
  return { losses, least: leastLoss(losses) };
}
