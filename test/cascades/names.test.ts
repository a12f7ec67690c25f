import { join } from 'node:path';
import test from 'ava';
import { type AgreementRow, agreementWorld } from '../../datasets/index.js';
import { Cascade, define, dense, gradientBoosting, measure, tune } from '../../index.js';
import { profileOf } from '../support/agreement.js';
import { folderFor } from '../support/files.js';

const { rows, labels } = agreementWorld({ rows: 600, seed: 3 });
const column = (of: (row: AgreementRow) => number) =>
  dense(1, (all: readonly AgreementRow[]) => Float32Array.from(all, of));

test('classes, features and groups may be named like members of objects', async (t) => {
  const features = define({
    constructor: column(({ cheap }) => cheap),
    toString: column(({ costly }) => costly),
  });
  const names = labels.map((label) => (label === 'yes' ? '__proto__' : 'constructor'));
  const cascade = await tune({
    features,
    rows,
    labels: names,
    full: gradientBoosting({ rounds: 10, maxLeaves: 4 }),
    profile: profileOf({ constructor: 1, toString: 100 }, ['gradient-boosting']),
    bound: {
      delta: 0.05,
      all: [
        { loss: 'disagreement', epsilon: 0.2 },
        { loss: { recall: '__proto__' }, epsilon: 0.3 },
      ],
    },
    groups: (row) => ['__proto__', 'constructor', 'valueOf'][rows.indexOf(row)] ?? rows.indexOf(row),
    seed: 1,
  });
  t.is(cascade.certificate.verdict, 'certified', cascade.certificate.reason ?? '');
  const answers = await cascade.predict(rows);
  t.deepEqual([...new Set(answers.labels)].sort(), ['__proto__', 'constructor']);
  t.regex(cascade.summary(), /__proto__/);
  const path = join(await folderFor(t), 'names.cascade');
  await cascade.save(path, { evidence: true });
  const loaded = await Cascade.load(path, { features });
  t.deepEqual(loaded.certificate, cascade.certificate);
  t.deepEqual((await loaded.predict(rows)).labels, answers.labels);
  t.deepEqual(Object.keys(loaded.statistics().features), ['constructor', 'toString']);
  t.is((await measure(loaded, rows, names, { rounds: 1 })).rows, rows.length);
  t.regex(await loaded.report(), /__proto__/);
});
