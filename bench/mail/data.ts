import { loadMail, type Mail } from 'spillway/datasets';
import { random } from '../../lib/stats/index.js';

export type MailLabel = Awaited<ReturnType<typeof loadMail>>['labels'][number];

interface Mails {
  readonly rows: readonly Mail[];
  readonly labels: readonly MailLabel[];
}

/** Mails that nothing but the last measurement sees, and the others. */
export interface MailSplit {
  readonly unseen: Mails;
  readonly known: Mails;
}

/** The penalty of every logistic regression on mail. */
export const L2 = 0.1;
const UNSEEN = 0.3;
/** The rows of a quick run: few, but enough to certify 1 %. */
const FEW = 1_500;

/** All mails, or some, in an order that the seed decides, and cut. */
export async function splitMail(quick: boolean): Promise<(seed: number) => MailSplit> {
  const { rows, labels } = await loadMail();
  return (seed) => {
    const shuffled = Int32Array.from(rows.keys());
    random(seed).fork('bench mail').shuffle(shuffled);
    const order = quick ? shuffled.slice(0, FEW) : shuffled;
    const cut = Math.round(order.length * UNSEEN);
    const take = (which: Int32Array): Mails => ({
      rows: Array.from(which, (row) => rows[row]),
      labels: Array.from(which, (row) => labels[row]),
    });
    return { unseen: take(order.slice(0, cut)), known: take(order.slice(cut)) };
  };
}
