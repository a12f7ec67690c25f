import { type Mail, textWorld } from '../../datasets/index.js';

/** Data sets as the documentation's examples import them, with a small world in place of 6,046 real mails. */

export * from '../../datasets/index.js';

export async function loadMail(): Promise<{ rows: Mail[]; labels: ('ham' | 'spam')[] }> {
  const world = textWorld({ rows: 1_200, seed: 1, titleNoise: 0.002, bodyWords: 20 });
  return {
    rows: world.rows.map(({ title, body }) => ({ subject: title, body })),
    labels: world.labels.map((label) => (label === 'a' ? 'ham' : 'spam')),
  };
}
