import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { agreementWorld } from '../../datasets/index.js';
import { column, define, logisticRegression, tune } from '../../index.js';
import { profileOf } from '../support/agreement.js';
import { runEach } from '../support/commandLine.js';
import { folderFor } from '../support/files.js';

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
  const certify = (out: string, ...more: string[]): [string[], string] => [
    [
      'batch',
      'certify',
      'a.cascade',
      'rows.jsonl',
      '-o',
      out,
      '-e',
      '0.05',
      '-k',
      'id',
      '--rows',
      '300',
      ...more,
    ],
    folder,
  ];
  const [early, whole, scored, asked, answered, other, status, verified] = await runEach([
    certify('one', '--seed', 's', '--phase', 'ask'),
    certify('one', '--seed', 's', '--json'),
    ...['score', 'ask', 'answer'].map((phase) => certify('two', '--seed', 's', '--phase', phase)),
    certify('one', '--seed', 'another'),
    [['batch', 'status', 'one'], folder],
    [['batch', 'verify', 'one', 'two', '--inputs', 'rows.jsonl'], folder],
  ]);

  t.is(early.code, 1);
  t.regex(early.err, /units aren't scored yet: rows\.jsonl from 0/);
  t.is(whole.code, 0, whole.err);
  const { certificate, rows: count, exits, missing } = JSON.parse(whole.out);
  t.is(certificate.verdict, 'certified');
  t.is(certificate.seed, 's');
  t.deepEqual([count, missing], [batch.length, 0]);
  t.true(exits[0] > 0 && exits[1] >= certificate.n);

  t.deepEqual([scored.code, asked.code, answered.code], [0, 0, 0]);
  t.regex(answered.out, /at most 5 % of 1000 answers differ/);
  const manifest = (out: string) => readFile(join(folder, out, 'manifest.json'), 'utf8');
  t.is(await manifest('two'), await manifest('one'));
  t.true((await readdir(join(folder, 'one', 'units'))).length >= 3);

  t.is(status.code, 0, status.err);
  t.regex(
    status.out,
    /^certified: at most 5 % of 1000 answers differ from the full model's, except with probability 5 %$/m,
  );
  t.regex(
    status.out,
    new RegExp(`^${certificate.n} rows sampled, of which ${certificate.lost} differed`, 'm'),
  );
  const byStages = Number(((100 * exits[0]) / count).toPrecision(3));
  t.regex(
    status.out,
    new RegExp(`^1000 rows answered, ${byStages} % of them by stages, ${exits[1]} by the full`, 'm'),
  );
  t.is(verified.code, 0, verified.err);
  t.regex(verified.out, /^8 units verified, 0 have changed$/m);

  t.is(other.code, 1);
  t.regex(other.err, /holds a batch with seed s, and this one's is another/);
});
