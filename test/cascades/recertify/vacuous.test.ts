import { join } from 'node:path';
import test from 'ava';
import { agreementWorld } from '../../../datasets/index.js';
import { VacuousBound } from '../../../index.js';
import { loadWorld, tuneWorld } from '../../support/agreement.js';
import { folderFor } from '../../support/files.js';

/** Of 20 rows one is a 'yes': 'no' to everything differs from the full model on 5 % of them. */
const { rows } = agreementWorld({ rows: 12_000, seed: 1 });
const rare = rows.filter(({ costly }, row) => costly < 0 || row % 19 === 0).slice(0, 6_000);
const bound = { loss: 'disagreement', epsilon: 0.01 } as const;
/** What no test of it changes. */
const made = tuneWorld({ rows: rare }, { bound });
const message = /answering "no" to everything would lose 0\.05.*epsilon = 0\.1\b.*allowVacuous: true/;

test('what tune refuses is refused by retune, modes and a new certificate, from a file too', async (t) => {
  await t.throwsAsync(tuneWorld({ rows: rare }, { bound: { ...bound, epsilon: 0.1 } }), {
    instanceOf: VacuousBound,
    message,
  });
  // So is an epsilon that may be served later.
  await t.throwsAsync(tuneWorld({ rows: rare }, { bound: { ...bound, modes: [0.1] } }), {
    instanceOf: VacuousBound,
    message,
  });
  const path = join(await folderFor(t), 'rare.cascade');
  const tuned = await made;
  await tuned.save(path, { evidence: true });
  for (const cascade of [tuned, await loadWorld(path), tuned.whatIf({ objective: 'latency' })]) {
    const fresh = agreementWorld({ rows: 2_000, seed: 2 }).rows;
    await t.throwsAsync(cascade.certify(cascade.path, { rows: fresh, epsilon: 0.1 }), {
      instanceOf: VacuousBound,
      message,
    });
    if (cascade.certificate.verdict !== 'certified') continue;
    t.throws(() => cascade.retune({ epsilon: 0.1 }), { instanceOf: VacuousBound, message });
    t.throws(() => cascade.withModes([0.02, 0.1]), { instanceOf: VacuousBound, message });
    t.is(cascade.retune({ epsilon: 0.02 }).certificate.verdict, 'certified');
  }
});

test('neither the frontier nor the slider offers such a bound', async (t) => {
  const cascade = await made;
  const least = cascade.certificate.constant?.loss ?? 0;
  t.true(least > 0.03 && least < 0.07, `${least}`);
  for (const { epsilon } of [...cascade.frontier, ...cascade.retune({ epsilon: 0.02 }).frontier])
    t.true(epsilon < least);
  const stops = [...(await cascade.report()).matchAll(/<template data-epsilon="([^"]+)"/g)];
  t.true(stops.length > 2 && stops.every(([, stop]) => Number(stop) < least));
});

test('who asks for it gets it, with a warning before the verdict', async (t) => {
  const tuned = await made;
  const retuned = tuned.retune({ epsilon: 0.1, allowVacuous: true });
  t.is(retuned.certificate.verdict, 'certified');
  t.regex(
    retuned.summary(),
    /^Warning: The bound promises nothing: answering "no" to everything would keep it/,
  );
  t.notRegex(tuned.summary(), /The bound promises nothing/);
  const allowed = await tuneWorld({ rows: rare }, { bound: { ...bound, epsilon: 0.1 }, allowVacuous: true });
  t.is(allowed.retune({ epsilon: 0.2 }).certificate.epsilon, 0.2);
});

test('modes that were allowed beside a vacuous bound don’t come along to one that isn’t', async (t) => {
  const allowed = await tuneWorld({ rows: rare }, { bound: { ...bound, epsilon: 0.06 }, allowVacuous: true });
  const moded = allowed.retune({ epsilon: 0.052 }).withModes([0.06]);
  t.is(moded.modes.length, 2);
  t.is(moded.retune({ epsilon: 0.02 }).modes.length, 1);
  const { rows } = agreementWorld({ rows: 2_000, seed: 2 });
  // They are no reason to refuse a certificate whose rows are used up by then.
  const again = await moded.certify(moded.plan, { rows, epsilon: 0.02 });
  t.is(again.modes.length, 1);
});
