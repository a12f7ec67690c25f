import { mkdtempSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { build } from 'esbuild';
import { type Cascade, type Label, logisticRegression, tune } from '../index.js';
import { profileOf } from './support/agreement.js';
import { ENGINES } from './support/engines.js';
import { answersOf, exits, type Given, type OnEngine } from './support/onEngine.js';
import { servedPoints } from './support/servedColumns.js';
import {
  LEARNERS,
  NUMBER_LEARNERS,
  pointWorld,
  tuneForests,
  tuneNumbers,
  tuneServed,
} from './support/tuneServed.js';

/** `spillway/runtime` on every engine: the same bits, and calls end that must. */

const folder = mkdtempSync(join(tmpdir(), 'spillway-test-'));
test.after.always(() => rm(folder, { recursive: true, force: true }));

const READS = "import { onEngine } from './onEngine.ts';";
const SCRIPTS = {
  'engine.mjs': `${READS}
    import { readFile } from 'node:fs/promises';
    import process from 'node:process';
    console.log(JSON.stringify(await onEngine(async (name) => new Uint8Array(await readFile(process.argv[2] + '/' + name)))));`,
  'worker.js': `${READS}
    onEngine(async (name) => new Uint8Array(await (await fetch(name)).arrayBuffer())).then(
      (found) => found,
      (error) => ({ failed: String(error?.stack ?? error) }),
    ).then(self.posted ?? self.postMessage);`,
};

/** What each is to give: the numbers of `spillway` itself, and those of `lib/util/math`, which never change. */
const digests: Record<string, string> = {
  // As Node 20.20 reads text by itself, which has Unicode 17.
  characters: 'd44331b3e4f87bdfbde1f35f3e45362fe32fbec554fd27b4a895048523e483c6',
  functions: '2b2a148b7a55018924caa682f94e8f56ed481dd30411ac8d388a8375cf7676d9',
};

test.before(async () => {
  for (const [name, contents] of Object.entries(SCRIPTS)) {
    await build({
      stdin: { contents, resolveDir: fileURLToPath(new URL('./support', import.meta.url)), loader: 'js' },
      outfile: join(folder, name),
      bundle: true,
      format: name.endsWith('.mjs') ? 'esm' : 'iife',
      platform: 'neutral',
      external: ['node:*', 'ml-random-forest'],
      logLevel: 'warning',
    });
  }
  const cascades: Given['cascades'][number][] = [];
  digests.exits = exits();
  const add = async <Row>(
    name: string,
    features: Given['cascades'][number]['features'],
    cascade: Pick<Cascade<Row, Label>, 'predict' | 'full' | 'save'>,
    rows: readonly Row[],
  ) => {
    digests[name] = await answersOf(cascade, rows);
    await cascade.save(join(folder, `${name}.cascade`));
    cascades.push({ name, features, rows: JSON.parse(JSON.stringify(rows)) });
  };

  for (const learner of LEARNERS) {
    const { cascade, rows } = await tuneServed(learner);
    await add(`texts, ${learner.name}`, 'texts', cascade, rows);
  }
  const forests = await tuneForests();
  await add('forests', 'points', forests.cascade, forests.rows);
  const world = pointWorld();
  const logistic = await tune({
    ...world,
    features: servedPoints(),
    full: logisticRegression(),
    profile: profileOf({ cheap: 1, costly: 100 }),
    bound: { loss: 'disagreement', epsilon: 0.05, delta: 0.05 },
    seed: 1,
  });
  await add('points', 'points', logistic, world.rows);
  for (const approximate of NUMBER_LEARNERS) {
    const { rows, cascade } = await tuneNumbers(approximate);
    await add(`numbers, ${approximate.name}`, 'numbers', cascade, rows.slice(0, 500));
  }
  const given: Given = { cascades };
  await writeFile(join(folder, 'given.json'), JSON.stringify(given));
});

/** Outcomes of a batch and of a row that needs what fails. */
const fails = (error: string) => ({ batch: error, one: error });
const degrades = (error: string) => ({
  batch: { right: true, degraded: 'the hard ones', missing: [`costly: ${error}`] },
  one: { degraded: true },
});
const failing = "FeatureError: feature 'costly': failed: no";
const late = (milliseconds: number) =>
  `DeadlineError: the deadline of ${milliseconds} ms passed while costly had still to come`;
const outcomes = {
  hard: true,
  'rejects, throw': fails(`${failing} route`),
  'rejects, degrade': degrades(`${failing} route`),
  'throws, throw': fails(`${failing} memory`),
  'throws, degrade': degrades(`${failing} memory`),
  'never comes, deadline, throw': fails(late(20)),
  'never comes, deadline, degrade': degrades(late(20)),
  'never comes, no time at all, throw': fails(late(0)),
  'never comes, no time at all, degrade': degrades(late(0)),
  ...Object.fromEntries(
    ['signal', 'signal before', 'signal before a deadline'].flatMap((which) =>
      ['throw', 'degrade'].map((onFault) => [
        `never comes, ${which}, ${onFault}`,
        fails('Error: nobody waits'),
      ]),
    ),
  ),
};

for (const engine of ENGINES) {
  const onEngine = engine.isHere ? test.serial : test.serial.skip;
  let running: Promise<OnEngine> | undefined;
  const found = () => {
    running ??= engine.run(folder);
    return running;
  };
  onEngine(`${engine.name}: the same bits`, async (t) => {
    t.deepEqual((await found()).digests, digests);
  });
  onEngine(`${engine.name}: what fails, is late or never comes ends a call as it should`, async (t) => {
    t.deepEqual((await found()).outcomes, outcomes);
  });
}
