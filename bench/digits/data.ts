import { type Digits, loadDigits } from 'spillway/datasets';
import { random } from '../../lib/stats/index.js';

/** MNIST's 60,000 digits in an order of their own, and its 10,000 test digits as they are. */
export async function shuffledDigits(): Promise<{ known: Digits; unseen: Digits }> {
  const { train, test } = await loadDigits();
  const order = Int32Array.from(train.rows.keys());
  random(1).fork('bench digits').shuffle(order);
  const known = {
    rows: Array.from(order, (row) => train.rows[row]),
    labels: Array.from(order, (row) => train.labels[row]),
  };
  return { known, unseen: test };
}
