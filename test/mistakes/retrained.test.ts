import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { checkExpected, type Identity, identityText } from '../../batch/model/identity.js';
import { agreementWorld, rankingWorld, textWorld } from '../../datasets/index.js';
import { sklearnPipeline } from '../../entries/exchange.js';
import {
  ArtifactError,
  Cascade,
  counts,
  define,
  IdentityError,
  inspect,
  OptionError,
  type Profile,
  Ranker,
  tune,
  UsedRows,
} from '../../index.js';
import { FREE } from '../../lib/costs/index.js';
import { VERDICTS } from '../../lib/report/words/index.js';
import { RETRAINED } from '../../lib/util/hints.js';
import {
  loadWorld,
  profileOf,
  sigmoidLearner,
  tuneWorld,
  worldsFeatures,
  worldsFull,
} from '../support/agreement.js';
import { run, runEach } from '../support/commandLine.js';
import { folderFor } from '../support/files.js';
import { lastLearner, rankingFeatures, rankingFull, tuneRanking } from '../topk/world.js';

/** A file beside a retrained model: every message names the page that says what to do, and what it says works. */

const root = new URL('../../', import.meta.url);
const fixture = (name: string) => fileURLToPath(new URL(`test/fixtures/sklearn/docs/${name}.pipeline`, root));
const dist = (path: string) => JSON.stringify(new URL(`dist/${path}.js`, root).href);

function mailsOf(count: number, seed: number) {
  const { rows } = textWorld({ rows: count, seed, titleNoise: 0.002, bodyWords: 20 });
  return rows.map(({ title, body }) => ({ subject: title, body }));
}

const pipeline = sklearnPipeline(fixture('mail'));
const refitted = sklearnPipeline(fixture('mail-refitted'));
const grown = sklearnPipeline(fixture('mail-grown'));
const options = { rows: mailsOf(1_200, 1), bound: { epsilon: 0.05 }, split: { folds: 2 }, seed: 1 } as const;
const profile: Profile = {
  ...profileOf({ subject: 1, words: 10, characters: 20 }),
  full: { ...FREE, perRow: 20 },
};
const fresh = mailsOf(600, 9);
const made = tune({ ...pipeline, ...options, profile });

/** The file of the cascade before the model was retrained. */
async function fileIn(folder: string): Promise<string> {
  const path = join(folder, 'mail.cascade');
  await (await made).save(path, { evidence: true, reference: 'rows' });
  return path;
}

test('the page is there, by its title', async (t) => {
  const [, title, page] = /'(.+)' in (.+)\)$/.exec(RETRAINED) ?? [];
  t.true((await readFile(new URL(page, root), 'utf8')).startsWith(`# ${title}\n`));
});

test('files that don’t fit, and why certificates are void', async (t) => {
  const folder = await folderFor(t);
  const path = join(folder, 'a.cascade');
  await (await tuneWorld(agreementWorld({ rows: 2_000, seed: 1 }))).save(path);
  const [cheap, costly] = [worldsFeatures.get('cheap'), worldsFeatures.get('costly')];
  const full = worldsFull;
  for (const [features, words] of [
    [define({ cheap }), /needs a dense feature 'costly'/],
    [define({ cheap, costly, more: cheap }), /without the features more/],
    [define({ cheap, costly: counts(() => 'text') }), /is a counts feature now/],
  ] as const) {
    const load = Cascade.load(path, { features, full, learners: [sigmoidLearner] });
    names(t, await thrown(t, load), words);
  }
  for (const [other, words] of [
    [{ ...full, labels: ['nein', 'ja'] }, /labels are nein, ja, were no, yes/],
    [{ ...full, reads: ['cheap'] }, /reads cheap, read costly/],
    [{ ...full, columns: [2] }, /reads blocks of 2 columns; its features have 1/],
  ] as const)
    names(t, await thrown(t, loadWorld(path, other as never)), words);

  const { certificate } = await loadWorld(path, { ...full, fingerprint: `sha256:${'ab'.repeat(32)}` });
  t.is(certificate.reason, `the full model is 'sha256:${'ab'.repeat(6)}…', was 'full'${RETRAINED}`);
  const [next] = VERDICTS.void.next({ isMeasured: false, unit: 'rows' });
  t.true(next.includes(RETRAINED));

  const queries = rankingWorld({ queries: 160, candidates: 80, seed: 41 });
  const ranker = join(folder, 'a.ranker');
  await (await tuneRanking({ queries, bound: { recall: 0.9 } })).save(ranker);
  const again = await Ranker.load(ranker, {
    features: rankingFeatures,
    full: { ...rankingFull, fingerprint: 'later' },
    learners: [lastLearner],
  });
  t.is(again.certificate.verdict, 'void');
  for (const { reason } of [again.certificate, ...again.certificate.bands])
    t.is(reason, `the full model is 'later', was 'full'${RETRAINED}`);
});

test('another identity than a batch expects, where it is the model’s', (t) => {
  const own: Identity = { artifact: 'a'.repeat(64), features: 'b'.repeat(64), spillway: '1', engine: 'node' };
  const says = (other: Partial<Identity>) =>
    t.throws(() => checkExpected({ ...own, ...other }, identityText(own)), { instanceOf: IdentityError })
      .message;
  for (const other of [{ artifact: 'c'.repeat(64) }, { features: 'c'.repeat(64) }])
    t.true(says(other).endsWith(RETRAINED));
  t.false(says({ engine: 'bun' }).includes(RETRAINED));
});

test('the same vocabulary: void in one sentence, and certified again', async (t) => {
  const loaded = await Cascade.load(await fileIn(await folderFor(t)), refitted);
  const { verdict, reason } = loaded.certificate;
  t.is(verdict, 'void');
  t.regex(
    reason ?? '',
    /^features 'subject', 'words', 'characters': option 'file' is "sha256:\w{12}…" now, was "sha256:\w{12}…"; the full model is 'sha256:\w{12}…', was 'sha256:\w{12}…' \(see [^;]*\)$/,
  );
  // No feature can tell used rows any more; their contents do.
  const used = await t.throwsAsync(
    loaded.certify(loaded.path, { rows: [...options.rows.slice(0, 3), ...fresh] }),
    {
      instanceOf: UsedRows,
    },
  );
  t.deepEqual([...used.rows], [0, 1, 2]);
  const again = await loaded.certify(loaded.path, { rows: fresh });
  t.is(again.certificate.verdict, 'certified');
  t.true(again.plan.expected.speedup > 1);
  t.is(again.certificate.n, fresh.length);
  await t.throwsAsync(again.certify(again.path, { rows: fresh }), { instanceOf: UsedRows });
});

test('where neither features nor contents tell used rows, that is said', async (t) => {
  class Hidden {
    #subject: string;
    body: string;
    constructor({ subject, body }: (typeof fresh)[number]) {
      this.#subject = subject;
      this.body = body;
    }
    get subject() {
      return this.#subject;
    }
  }
  const loaded = await Cascade.load(await fileIn(await folderFor(t)), refitted);
  await t.throwsAsync(loaded.certify(loaded.path, { rows: fresh.map((row) => new Hidden(row)) }), {
    instanceOf: OptionError,
    message: /every feature has changed .* no plain data/,
  });
});

test('another vocabulary: said in words, and tuned again with the old profile', async (t) => {
  const path = await fileIn(await folderFor(t));
  const error = await thrown(t, Cascade.load(path, grown));
  names(
    t,
    error,
    /mail\.cascade: feature 'subject' has 410 columns now, 408 when it was saved: it was fitted anew/,
  );
  const { profile: before } = await inspect(path);
  t.deepEqual(before, (await made).profile);
  const again = await tune({ ...grown, ...options, profile: before });
  t.is(again.certificate.verdict, 'certified');
});

test('the same on the command line, in its help, and before a server starts', async (t) => {
  const folder = await folderFor(t);
  await fileIn(folder);
  // The served plan alone, which is too bold for 1 %.
  await (await made).save(join(folder, 'bare.cascade'));
  const text = (name: string) => `
    import { sklearnPipeline } from ${dist('entries/exchange')};
    import { textWorld } from ${dist('datasets/index')};
    export const { features, full } = sklearnPipeline(${JSON.stringify(fixture(name))});
    export default features;
    export const inputs = { subject: 'BYTES', body: 'BYTES' };`;
  const script = (
    name: string,
    rows: number,
    seed: number,
  ) => `${text(name).replace('export default features;', '')}
    const world = textWorld({ rows: ${rows}, seed: ${seed}, titleNoise: 0.002, bodyWords: 20 });
    export const rows = world.rows.map(({ title, body }) => ({ subject: title, body }));
    export const [bound, seed, split] = [{ epsilon: 0.05 }, 1, { folds: 2 }];`;
  await writeFile(join(folder, 'refitted.mjs'), script('mail-refitted', 600, 9));
  await writeFile(join(folder, 'grown.mjs'), script('mail-grown', 1_200, 1));
  for (const [version, name] of ['mail-refitted', 'mail-grown'].entries()) {
    const at = join(folder, 'models/mail', `${version + 1}`);
    await mkdir(at, { recursive: true });
    await copyFile(join(folder, 'mail.cascade'), join(at, 'model.cascade'));
    await writeFile(join(at, 'features.mjs'), text(name));
  }
  await writeFile(join(folder, 'models/mail/model.json'), '{ "versions": "all" }');
  const given = ['--expect', `${'0'.repeat(12)}-${'0'.repeat(12)}-0-${'0'.repeat(12)}`];

  const [certified, bold, refused, tuned, expected, ...help] = await runEach([
    [['certify', 'mail.cascade', 'refitted.mjs', '-o', 'next.cascade', '--json'], folder],
    [['certify', 'bare.cascade', 'refitted.mjs', '-e', '0.01'], folder],
    [['certify', 'mail.cascade', 'grown.mjs'], folder],
    [['tune', 'grown.mjs', '--profile', 'mail.cascade', '--json'], folder],
    [['score', 'models/mail/1', ...given], folder],
    ...[['certify'], ['score'], ['batch', 'run'], ['batch', 'certify']].map((command): [string[], string] => [
      [...command, '--help'],
      folder,
    ]),
  ]);
  t.is(certified.code, 0, certified.err);
  t.is(JSON.parse(certified.out).certificate.verdict, 'certified');
  t.is(bold.code, 3, bold.err);
  t.true(bold.out.includes(`spillway tune SCRIPT --profile bare.cascade${RETRAINED}`), bold.out);
  t.is(refused.code, 1);
  t.true(refused.err.includes(RETRAINED));
  t.is(tuned.code, 0, tuned.err);
  t.deepEqual(
    JSON.parse(JSON.stringify((await inspect(join(folder, 'grown.cascade'))).profile)),
    (await made).profile,
  );
  t.is(expected.code, 43);
  t.true(expected.err.includes(RETRAINED));
  for (const { out } of help) t.true(out.replace(/\s+/g, ' ').includes(RETRAINED), out);

  const checked = await run(['serve', 'models', '--check'], folder);
  t.is(checked.code, 1);
  t.regex(checked.out, /mail\/1.*its certificate is void: features .* docs\/retrained\.md/);
  t.regex(checked.out, /mail\/2.*410 columns now.* docs\/retrained\.md/);
});

async function thrown(t: ExecutionContext, load: Promise<unknown>): Promise<ArtifactError> {
  return t.throwsAsync(load, { instanceOf: ArtifactError });
}

function names(t: ExecutionContext, { reason, message }: ArtifactError, words: RegExp): void {
  t.is(reason, 'mismatch');
  t.regex(message, words);
  t.true(message.endsWith(RETRAINED), message);
}
