import type { ReportChanges } from '../../lib/report/index.js';
import { binomialCdf } from '../../lib/stats/index.js';
import { asPercent, count, upTwoDigits } from '../../lib/util/count.js';
import { kindOf, lossName, quoted } from '../losses/index.js';
import type { Certificate, ChangedAnswer, Changes, Label, StatedLoss } from '../types/index.js';

/** Answers of the full model that a view has room for, and of each what the cascade says instead. */
const SHOWN = 20;
const SHOWN_INSTEAD = 3;

/** Which answers change, as views show it; undefined where none was counted. */
export function changesShown({ changes }: Certificate): ReportChanges | undefined {
  if (changes === undefined) return undefined;
  const { delta, plans, answers, limits, batch } = changes;
  const worst = [...answers].sort(
    (a, b) => b.lower - a.lower || b.changed / b.rows - a.changed / a.rows || b.rows - a.rows,
  );
  return {
    limits:
      limits === 'simultaneous'
        ? `The limits hold for all answers and all ${count(plans)} plans of the path together, with ` +
          `${asPercent(1 - delta)} confidence beside that of the promise.${batchWords(batch)}`
        : 'The limits are estimates: rows of a group aren\u2019t independent draws.',
    answers: worst.slice(0, SHOWN).map(({ full, to, ...counts }) => ({
      ...counts,
      full: quoted(full),
      to: insteadOf(to),
    })),
    more: Math.max(0, worst.length - SHOWN),
  };
}

/** Which rows of a finite batch limits are of. */
function batchWords(batch: Changes['batch']): string {
  if (batch === undefined) return '';
  return (
    ` They are of the ${count(batch.open)} of ${count(batch.rows)} rows that stages may answer. Sampled rows keep the full ` +
    'model\u2019s answer.'
  );
}

function insteadOf(to: ChangedAnswer['to']): string[] {
  const shown = to.slice(0, SHOWN_INSTEAD).map(({ cascade, rows }) => `${count(rows)} ${quoted(cascade)}`);
  const rest = to.slice(SHOWN_INSTEAD).reduce((sum, { rows }) => sum + rows, 0);
  return rest === 0 ? shown : [...shown, `${count(rest)} others`];
}

/** How rarely an answer that changes as often as epsilon allows on average would be named. */
const BY_CHANCE = 0.01;

/** What {@link changedMore} reads of a certificate. */
type Changing = Pick<Certificate, 'verdict' | 'all' | 'loss' | 'epsilon' | 'delta'> & {
  readonly changes?: Changes | undefined;
};

/**
 * The answer of the full model that is changed far more often than the promise allows on average, and not by chance, with
 * the bound that covers it. A loss that compares with labels has its own warning.
 */
export function changedMore({ verdict, changes, all, ...own }: Changing): string[] {
  const clauses = all ?? [own];
  const { loss, epsilon } = clauses.find((clause) => kindOf(clause.loss).over === 'all') ?? clauses[0];
  const kind = kindOf(loss);
  if (verdict !== 'certified' || changes === undefined) return [];
  if (kind.labels !== 'ignored' || kind.exact === undefined) return [];
  const more = changes.answers
    .filter(
      ({ full, rows, changed }) =>
        changed > epsilon * rows &&
        1 - binomialCdf(changed - 1, rows, epsilon) <= BY_CHANCE &&
        !clauses.some((clause) => isRecallOf(clause.loss, full)),
    )
    .sort((a, b) => b.changed / b.rows - a.changed / a.rows);
  const [worst] = more;
  if (worst === undefined) return [];
  const { full, rows, changed, lower, upper, to } = worst;
  const others =
    more.length === 1
      ? ''
      : ` And so of ${count(more.length - 1)} more answer${more.length === 2 ? '' : 's'}.`;
  const { batch } = changes;
  const [over, tested] = batch ? [' of this batch', 'sampled'] : ['', 'certification'];
  return [
    `The cascade changes more than ${asPercent(epsilon)} of the full model's ${quoted(full)}: ${count(changed)} of ${count(rows)} ${tested} ` +
      `rows, ${asPercent(changed / rows, 3)} (limits ${asPercent(lower, 3)} and ${asPercent(upper, 3)}), most often to ` +
      `${quoted(to[0].cascade)}.${others} ` +
      `The promise is a mean over all rows${over}. ` +
      `${batch ? smaller(worst, clauses[0], changes, batch) : preventing(worst, epsilon, own.delta)}`,
  ];
}

function isRecallOf(loss: StatedLoss, full: Label): boolean {
  return typeof loss === 'object' && 'recall' in loss && loss.recall === full;
}

/** The bound that would have kept an answer: at epsilon, or at the least that its rows can show. */
function preventing({ full, rows, changed }: ChangedAnswer, epsilon: number, delta: number): string {
  const bound = lossName({ recall: full });
  // No loss at all on n rows certifies 1 - delta^(1 / n).
  const least = upTwoDigits(Math.max(epsilon, 1 - delta ** (1 / rows)));
  return least < changed / rows
    ? `${bound} at ${least} beside it in bound.all would prevent this.`
    : `${bound} in bound.all would prevent this, with more such rows: ${count(rows)} can show ${least} at best.`;
}

/** The claim on a whole batch that leaves no more than epsilon of one answer changed, if all that change are such rows. */
function smaller(
  { full, rows }: ChangedAnswer,
  { loss, epsilon }: Pick<Certificate, 'loss' | 'epsilon'>,
  { answers }: Changes,
  { rows: all, open }: NonNullable<Changes['batch']>,
): string {
  const sampled = answers.reduce((sum, answer) => sum + answer.rows, 0);
  const share = (rows / sampled) * (open / all);
  const own = loss === 'disagreement' ? '' : " of 'disagreement'";
  return (
    `An epsilon${own} of about ${Number((epsilon * share).toPrecision(1))} would prevent this: that is ${asPercent(epsilon)} of ` +
    `some ${asPercent(share, 2)} of the batch that are ${quoted(full)}.`
  );
}
