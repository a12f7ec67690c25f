import { readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import {
  ArtifactError,
  gradientBoosting,
  type Learner,
  logisticRegression,
  OptionError,
  type Progress,
  tune,
} from '../../index.js';
import { folderFor } from '../support/files.js';
import {
  endingAt,
  type NearFarTuning,
  nearFarOptions,
  nearFarRows,
  type NearFarRow as Row,
} from '../support/nearFar.js';

const options = nearFarOptions(nearFarRows(240, 1));
const { rows, labels } = options;

/** Whether a call ends as soon as a step begins. */
async function endedAt(step: Progress['step'], given: NearFarTuning) {
  const reason = new Error('enough');
  const error: unknown = await tune({ ...given, ...endingAt(step, reason) }).catch((error: unknown) => error);
  return error === reason;
}

async function pathFor(t: ExecutionContext): Promise<string> {
  return join(await folderFor(t), 'run.checkpoint');
}

const printed = ({
  plan,
  certificate,
  profile,
}: Awaited<ReturnType<typeof tune<Row, boolean, 'near' | 'far'>>>) =>
  JSON.stringify({ plan, certificate, profile });

test('a run that was ended goes on, costs included, and finds what it would have found', async (t) => {
  const path = await pathFor(t);
  const given = { ...options, checkpoint: path };
  t.true(await endedAt('search', given));
  const kept = await readFile(path);
  const resumed = await tune(given);
  await t.throwsAsync(readFile(path), { code: 'ENOENT' }, 'a file that is done with is deleted');
  // Costs are measured: only a run with the same ones finds the same plan for sure.
  const again = await tune({ ...options, profile: resumed.profile });
  t.is(printed(again), printed(resumed));
  await writeFile(path, kept);
  t.is(printed(await tune(given)), printed(resumed));
});

test('what was fitted is not fitted again', async (t) => {
  const given = { ...options, checkpoint: await pathFor(t) };
  t.true(await endedAt('search', given));
  const before = (await readFile(given.checkpoint)).length;
  t.true(await endedAt('search', given));
  t.is((await readFile(given.checkpoint)).length, before, 'nothing was added');
});

test('a budget in seconds begins anew with each process, and what was fitted takes none of it', async (t) => {
  const given = { ...options, checkpoint: await pathFor(t), budget: { seconds: 60 } };
  t.true(await endedAt('search', given));
  const before = (await readFile(given.checkpoint)).length;
  t.true(await endedAt('search', given));
  t.is((await readFile(given.checkpoint)).length, before, 'nothing was added');
  const resumed = await tune(given);
  t.is(
    resumed.certificate.verdict,
    (await tune({ ...options, profile: resumed.profile })).certificate.verdict,
  );
  const stages = resumed.fits.filter(({ why }) => why === 'finalist');
  t.true(stages.length > 0);
  t.true(stages.every(({ seconds }) => seconds === 0));
});

test('what a process had half written when it ended is cut off', async (t) => {
  const path = await pathFor(t);
  const given = { ...options, checkpoint: path };
  t.true(await endedAt('search', given));
  const whole = await readFile(path);
  const resumed = await tune(given);
  for (const left of [whole.length - 1, 3_000]) {
    await writeFile(path, whole);
    await truncate(path, left);
    const next = await tune({ ...given, profile: resumed.profile }).catch((error: unknown) => error);
    // With a profile it is another job.
    t.true(next instanceof ArtifactError && next.reason === 'mismatch');
    t.is((await tune(given)).certificate.verdict, resumed.certificate.verdict);
  }
});

test('refused: checkpoints of other rows, labels and options, damaged ones, and files that are none', async (t) => {
  const path = await pathFor(t);
  const given = { ...options, checkpoint: path };
  t.true(await endedAt('stages', given));
  const kept = await readFile(path);
  const other = [
    ['rows', { ...given, rows: rows.with(7, { near: 0, far: 1 }) }],
    ['rows', { ...given, labels: labels.with(7, !labels[7]) }],
    // These draw other rows, too.
    ['options', { ...given, seed: 2 }],
    ['options', { ...given, effort: 'thorough' }],
    ['options', { ...given, split: { certify: 0.3 } }],
    ['options', { ...given, full: gradientBoosting({ rounds: 5, maxLeaves: 3 }) }],
    ['options', { ...given, bound: { ...options.bound, epsilon: 0.1 } }],
  ] as const;
  for (const [what, changed] of other) {
    const error = await t.throwsAsync(tune(changed), { instanceOf: ArtifactError });
    t.is(error.reason, 'mismatch');
    t.regex(error.message, what === 'rows' ? /of other rows/ : /of other options/);
    t.deepEqual(await readFile(path), kept, 'the file is as it was');
  }
  const damaged = Uint8Array.from(kept);
  damaged[damaged.length >> 1] ^= 1;
  await writeFile(path, damaged);
  const broken = await t.throwsAsync(tune(given), { instanceOf: ArtifactError });
  t.is(broken.reason, 'damaged');
  t.regex(broken.message, /run\.checkpoint' .* damaged: delete it/);
  for (const text of ['', 'none', 'a file of something else, which is long enough to have a length']) {
    await writeFile(path, text);
    const error = await t.throwsAsync(tune(given), { instanceOf: ArtifactError });
    t.is(error.reason, 'foreign');
    t.is(await readFile(path, 'utf8'), text);
  }
  const missing = await t.throwsAsync(tune({ ...options, checkpoint: join(path, 'below', 'it') }), {
    instanceOf: ArtifactError,
  });
  t.true(missing.reason === 'unreadable' || missing.reason === 'unsavable');
  for (const wrong of ['', 7]) {
    const checkpoint = wrong as string;
    const error = await t.throwsAsync(tune({ ...options, checkpoint }), { instanceOf: OptionError });
    t.is(error.option, 'checkpoint');
  }
});

test('learners of users are fitted again', async (t) => {
  const path = await pathFor(t);
  let fits = 0;
  const own: Learner = {
    ...logisticRegression(),
    name: 'own',
    fit(set, context) {
      fits++;
      return logisticRegression().fit(set, context);
    },
  };
  const given = { ...options, approximate: [own], checkpoint: path };
  const ended = () => endedAt('search', given);
  t.true(await ended());
  const first = fits;
  t.true(await ended());
  // All but those that measured its cost.
  t.true(first > 4 && fits > 2 * first - 4);
});
