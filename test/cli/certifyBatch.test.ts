import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { agreementWorld } from '../../datasets/index.js';
import { column, define, logisticRegression, tune } from '../../index.js';
import { run } from '../support/commandLine.js';
import { folderFor } from '../support/files.js';
import { profileOf } from '../support/agreement.js';

test('files are certified as one batch, from the shell, in phases and in one go', async (t) => {
  const folder = await folderFor(t);
  const { rows } = agreementWorld({ rows: 2_000, seed: 1 });
  const cascade = await tune({
    features: define({ cheap: column('cheap'), costly: column('costly') }),
    rows,
    labels: rows.map(({ costly }) => (costly > 0 ? 'yes' : 'no')),
    full: logisticRegression({ l2: 0.1 }),
    approximate: [logisticRegression({ l2: 0.1 })],
    profile: profileOf({ cheap: 1, costly: 100 }),
    bound: { loss: 'disagreement', epsilon: 0.05 },
    split: { folds: 2 },
    seed: 1,
  });
  await cascade.save(join(folder, 'a.cascade'), { reference: 'rows' });
  const batch = agreementWorld({ rows: 1_000, seed: 2 }).rows;
  const lines = batch.map((row, id) => `${JSON.stringify({ id, ...row })}\n`);
  await writeFile(join(folder, 'rows.jsonl'), lines.join(''));
  const certify = (out: string, ...more: string[]) =>
    run(
      ['batch', 'certify', 'a.cascade', 'rows.jsonl', '-o', out, '-e', '0.05', '--key', 'id', '--rows', '300', ...more],
      folder,
    );

  const early = await certify('one', '--seed', 's', '--phase', 'ask');
  t.is(early.code, 1);
  t.regex(early.err, /units aren't scored yet: rows\.jsonl from 0/);
  const whole = await certify('one', '--seed', 's', '--json');
  t.is(whole.code, 0, whole.err);
  const { certificate, rows: answered, exits, missing } = JSON.parse(whole.out);
  t.is(certificate.verdict, 'certified');
  t.is(certificate.seed, 's');
  t.deepEqual([answered, missing], [batch.length, 0]);
  t.true(exits[0] > 0 && exits[1] >= certificate.n);

  for (const phase of ['score', 'ask', 'answer']) t.is((await certify('two', '--seed', 's', '--phase', phase)).code, 0);
  const manifest = (out: string) => readFile(join(folder, out, 'manifest.json'), 'utf8');
  t.is(await manifest('two'), await manifest('one'));
  t.true((await readdir(join(folder, 'one', 'units'))).length >= 3);

  const other = await certify('one', '--seed', 'another');
  t.is(other.code, 1);
  t.regex(other.err, /holds a batch with seed s, and this one's is another/);
  t.is((await certify('three', '--phase', 'none')).code, 2);
});
