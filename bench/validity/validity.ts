import { atLeast, type Check, columns, leftOut } from '../harness/checks.js';
import type { Workload } from '../harness/harness.js';
import { machine, versions } from '../harness/machine.js';
import { nameOf } from './certify.js';
import { driftChecks, driftFigures } from './drift.js';
import { endToEnd, exactCheck } from './endToEnd.js';
import { flipsChecks, flipsFigures } from './flips.js';
import { exceeds, lawOf } from './law.js';
import { type Length, runTasks, tasksOf, trialsAt } from './pool.js';
import { powerChecks, repeatsPower } from './repeatsPower.js';
import { bandCheck, faultCheck, faultOf, promiseCheck, type Result, willumpOf } from './result.js';
import { scenarioChecks, scenarioTrials } from './scenarioTrials.js';
import { add, nothing, type Tally } from './trial.js';
import { tableName } from './worlds/agreement.js';
import { type Subject, subjectsOf, worldsOf } from './worlds/worlds.js';

const TRIALS = 2_000;
const QUICK_TRIALS = 100;
const CHUNK = 100;

/**
 * The certificate on trial: worlds whose truth is known, faults that must show, and the acceptance
 * rates. Its cases are parts of the names of worlds, faults and scenarios.
 */
export const validity: Workload = {
  async run({ seeds = [1], quick, full, cases = [''], log }) {
    const [seed] = seeds;
    const isRun = (name: string) => cases.some((part) => name.includes(part));
    const subjects = subjectsOf(quick);
    const tallies = await runAll(subjects, isRun, seed, { quick, full }, log);
    const tuned = await endToEnd(isRun, seed, { quick, full }, log);
    const results = subjects.map((subject, i) => resultOf(subject, tallies[i]));
    const sound = worldsOf(quick).length;
    const wasRun = ({ name }: Result) => isRun(name);
    const laws = results.slice(0, sound).filter(wasRun);
    const worlds = [...laws, ...tuned.worlds];
    const faults = [
      ...results.slice(sound).filter(wasRun).map(faultOf),
      ...tuned.faults,
      ...laws.filter(isTable).map((world) => willumpOf(world, `n = ${world.n}`)),
    ];
    const attacked = await scenarioTrials(isRun, seed, { quick, full }, log);
    log('audits in drifting and in calm service');
    // Of all cases, or where they are named: they take minutes.
    const isShort = quick || !isRun('audits in service');
    const audit = driftFigures(seed, isShort);
    const flips = isRun('flips') ? flipsFigures(seed, quick ? QUICK_TRIALS : TRIALS) : [];
    const power = isRun('rows that repeat')
      ? repeatsPower(seed, quick ? QUICK_TRIALS : 4 * QUICK_TRIALS)
      : [];
    const checks = [
      ...worlds.flatMap((world) => [promiseCheck(world), ...bandCheck(world)]),
      ...tuned.worlds.map(exactCheck),
      ...faults.map(faultCheck),
      ...acceptanceChecks(worlds),
      ...driftChecks(audit, isShort),
      ...attacked.flatMap(scenarioChecks),
      ...flipsChecks(flips),
      ...powerChecks(power, quick),
    ];
    const json = {
      workload: 'validity',
      quick,
      machine: machine(),
      versions: versions(),
      seeds: [seed],
      worlds,
      faults,
      audit,
      flips,
      power,
      scenarios: attacked,
      checks,
    };
    return { json, table: tableOf(worlds) };
  },
};

/** All subjects' trials, the ones that take longest first. */
async function runAll(
  subjects: readonly Subject[],
  isRun: (name: string) => boolean,
  seed: number,
  length: Length,
  log: (text: string) => void,
): Promise<Tally[]> {
  const trialsOf = ({ world, quickTrials = QUICK_TRIALS }: Subject) =>
    trialsAt(length, world.trials ?? TRIALS, quickTrials);
  const effort = ({ world }: Subject) => world.n * world.path.length;
  const tasks = [...subjects.keys()]
    .filter((subject) => isRun(subjects[subject].name))
    .sort((a, b) => effort(subjects[b]) - effort(subjects[a]))
    .flatMap((subject) => tasksOf(subject, trialsOf(subjects[subject]), seed, CHUNK));
  const tallies = subjects.map(() => nothing);
  await runTasks<Tally>('worker.ts', tasks, length.quick, ({ subject }, tally) => {
    tallies[subject] = add(tallies[subject], tally);
    const { trials, violations } = tallies[subject];
    const all = trialsOf(subjects[subject]);
    if (trials === all) log(`${subjects[subject].name}: ${violations} of ${all} broken`);
  });
  return tallies;
}

function resultOf({ name, world }: Subject, tally: Tally): Result {
  const { question, n, grouped, oracle, expected } = world;
  const law = lawOf(world);
  const best = law.acceptance.reduce((most, share, j) => (exceeds(law, j) ? most : Math.max(most, share)), 0);
  const [{ loss, epsilon }, ...more] = question.all;
  return {
    name,
    loss: nameOf(question),
    n,
    unit: grouped ? 'groups' : 'rows',
    epsilon,
    delta: question.delta,
    trials: tally.trials,
    violations: tally.violations,
    expected: expected?.() ?? null,
    acceptance: tally.accepted / tally.trials,
    oracleAcceptance: oracle ?? best,
    willumpViolations: tally.willumpViolations,
    bandViolations: grouped || more.length > 0 || typeof loss !== 'string' ? null : tally.bandViolations,
  };
}

function isTable({ name, loss, n }: Result): boolean {
  return loss === 'disagreement' && name === tableName(loss, n);
}

/** The goals for acceptance, as shares of the oracle threshold's. */
function acceptanceChecks(worlds: readonly Result[]): Check[] {
  const at = (loss: 'disagreement' | 'accuracy', n: number) =>
    worlds.find(({ name }) => name === tableName(loss, n));
  const share = (n: number, least: number) => {
    const what = `acceptance as a share of the oracle's, disagreement, n = ${n}`;
    const world = at('disagreement', n);
    return world
      ? atLeast(what, world.acceptance / world.oracleAcceptance, least)
      : leftOut(what, `>= ${least}`, 'a quick run');
  };
  const [exact, paired] = [at('disagreement', 10_000), at('accuracy', 10_000)];
  const gain = 'points of acceptance that the paired bound has above disagreement, n = 10000';
  return [
    share(1_000, 0.81),
    share(10_000, 0.95),
    exact && paired
      ? atLeast(gain, 100 * (paired.acceptance - exact.acceptance), 15)
      : leftOut(gain, '>= 15', 'a quick run'),
  ];
}

function tableOf(worlds: readonly Result[]): string {
  return columns([
    ['', 'n', 'epsilon', 'broken', 'expected', 'band broken', 'Willump', 'accepted', 'oracle'],
    ...worlds.map((world) => {
      const share = (count: number) => percent(count / world.trials);
      return [
        world.name,
        String(world.n),
        percent(world.epsilon),
        share(world.violations),
        world.expected === null ? `<= ${percent(world.delta)}` : percent(world.expected),
        world.bandViolations === null ? '-' : share(world.bandViolations),
        share(world.willumpViolations),
        percent(world.acceptance),
        percent(world.oracleAcceptance),
      ];
    }),
  ]);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
