import { mkdir, writeFile } from 'node:fs/promises';
import { logisticRegression, measure, type Progress, tune } from 'spillway';
import { loadMail, type Mail } from 'spillway/datasets';
import { features } from './pipeline.js';

/** The main job: a certified cascade on real mail, measured on mails that no step has seen. */

const limit = process.argv.includes('--sample') ? 2_500 : undefined;
const started = performance.now();
const { rows, labels } = sampled(await loadMail(), limit);
const cut = Math.round(rows.length * 0.3);
const unseen = { rows: rows.slice(0, cut), labels: labels.slice(0, cut) };

print(`${rows.length} mails; ${unseen.rows.length} of them are kept away from everything below.`);
const cascade = await tune({
  features,
  rows: rows.slice(cut),
  labels: labels.slice(cut),
  full: logisticRegression({ l2: 0.1 }),
  bound: { loss: 'disagreement', epsilon: 0.01, delta: 0.05 },
  // A mail that stands twice is one.
  repeats: 'copies',
  seed: 1,
  onProgress: show,
});
const tuned = performance.now();
const measured = await measure(cascade, unseen.rows, unseen.labels);
show({ step: 'measure', share: 1 });

await mkdir('out', { recursive: true });
await cascade.save('out/mail.cascade', { evidence: true, reference: 'rows' });
await writeFile(
  'out/report.html',
  await cascade.report({
    title: `Spam or ham: ${rows.length} real mails`,
    measured,
    hardest: { ...unseen, show: ({ subject, body }: Mail) => `${subject}\n\n${body.trim().slice(0, 240)}` },
  }),
);
print(cascade.summary({ measured, colour: process.stdout.isTTY === true }));
print(
  `Tuned in ${seconds(tuned - started)}, all in ${seconds(performance.now() - started)}. ` +
    'The cascade is in out/mail.cascade, the report in out/report.html.',
);

/**
 * Mails are sorted by kind: they are put in a fixed random order, and cut to `limit` if only a
 * sample is wanted.
 */
function sampled<Mail, Label>(all: { rows: Mail[]; labels: Label[] }, most = Number.POSITIVE_INFINITY) {
  const order = shuffled(all.rows.length, 1).slice(0, most);
  return { rows: order.map((i) => all.rows[i]), labels: order.map((i) => all.labels[i]) };
}

function shuffled(length: number, seed: number): number[] {
  const random = lehmer(seed);
  const order = Array.from({ length }, (_, i) => i);
  for (let i = length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

/** Lehmer's generator with the multiplier of Park and Miller (1993). */
function lehmer(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/** One line that is written over on a terminal; a line a step elsewhere. */
function show({ step, share, remaining }: Progress | { step: 'measure'; share: number; remaining?: number }) {
  const left = remaining === undefined ? '' : `, ${Math.ceil(remaining)} s left`;
  if (process.stderr.isTTY) {
    const bar = '▉'.repeat(Math.round(share * 30)).padEnd(30);
    process.stderr.write(`\r\x1b[K${step.padEnd(10)} ${bar}${left}${share === 1 ? '\n' : ''}`);
  } else if (share === 1) process.stderr.write(`${step} done${left}\n`);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(0)} s`;
}
