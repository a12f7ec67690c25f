import { logAverage } from 'simple-statistics';
import { atMost, type Check, columns } from '../harness/checks.js';
import { type RunOptions, sizeOf, type Workload } from '../harness/harness.js';
import { machine, versions } from '../harness/machine.js';
import { boostingChecks, boostingTable, measureBoosting } from '../learners/boosting.js';
import { LIGHTGBM, REDIS, SKLEARN, SKLEARN_PIPELINES } from '../peers/known.js';
import { coresChecks, isTwoCores } from './cores.js';
import { GIVEN, givenChecks, givenTable, measureGiven } from './given.js';
import { LOOKUPS, LOOKUPS_CHECK, lookupsChecks, lookupsTable, measureLookups } from './lookups.js';
import { measureQuality, qualityChecks, qualityTable } from './quality.js';
import { measureSeconds, secondsCheck, secondsChecks, secondsTable } from './seconds.js';
import { type Times, timesOf } from './times.js';
import { toldChecks } from './watched.js';
import { measureWork, workChecks, workTable } from './work.js';
import { type TuningSize, tuningWorkloads } from './workloads.js';

/**
 * `tune` over one fit of the full pipeline, by processor time on one core and by the clock on two; its memory; how
 * far off the times were that it told; how it keeps to seconds; the cost of its plans beside that of plans for which
 * everything was tried in full; and fits of boosted trees beside those of other libraries.
 */
export const tuning: Workload = {
  peers: (options) => {
    const cases = casesOf(options);
    const given = Object.keys(GIVEN).filter((name) => cases.includes(name));
    const timed = cases.includes(SECONDS) ? Object.keys(GIVEN).map(secondsCheck) : [];
    const trees = cases.includes(TREES) ? [LIGHTGBM, SKLEARN] : [];
    return [
      ...trees.map((peer) => ({ peer, checks: [`boosted trees beside ${peer.name}`] })),
      ...(given.length + timed.length > 0 ? [{ peer: SKLEARN_PIPELINES, checks: [...given, ...timed] }] : []),
      ...(cases.includes(LOOKUPS) ? [{ peer: REDIS, checks: [LOOKUPS_CHECK] }] : []),
    ];
  },
  run,
};

const WHOLE: TuningSize = { share: 1, rounds: 100 };
const QUICK: TuningSize = { share: 0.05, rounds: 8 };
/** The cases that are no workload. */
const [QUALITY, TREES, WORK, SECONDS] = ['quality', 'boosted trees', 'work', 'seconds'];
const CASES = [
  ...tuningWorkloads.map(({ name }) => name),
  ...[QUALITY, TREES, WORK, SECONDS, ...Object.keys(GIVEN), LOOKUPS],
];
/** With `--full` alone: they take a quarter of an hour and more each. */
const LONG = ['images', QUALITY, TREES];
const USUAL = CASES.filter((name) => !LONG.includes(name));

interface TimesLine extends Times {
  readonly name: string;
  readonly seed: number;
}

function casesOf({ quick, full, cases = full || quick ? CASES : USUAL }: Omit<RunOptions, 'log'>) {
  return cases;
}

async function run({ log, ...options }: RunOptions) {
  const { seeds, quick } = options;
  const cases = casesOf(options);
  const unknown = cases.find((name) => !CASES.includes(name));
  if (unknown !== undefined) {
    throw new RangeError(`no case is named '${unknown}'; known are ${CASES.join(', ')}`);
  }
  const times: TimesLine[] = [];
  for (const { name, make } of tuningWorkloads) {
    if (!cases.includes(name)) continue;
    for (const seed of seeds ?? [1]) {
      const found = await make(seed, quick ? QUICK : WHOLE, (problem) => timesOf(problem, seed));
      times.push({ name, seed, ...found });
      log(
        `${name}, seed ${seed}: ${found.ratio.toFixed(1)} fits on one core, ${found.onTwo.toFixed(1)} on two`,
      );
    }
  }
  const quality = cases.includes(QUALITY) ? await measureQuality({ seeds, quick }, log) : [];
  const trees = cases.includes(TREES)
    ? await measureBoosting({ seed: seeds?.[0] ?? 1, quick }, log)
    : undefined;
  const work = cases.includes(WORK) ? await measureWork({ quick }, log) : [];
  const seconds = cases.includes(SECONDS)
    ? await measureSeconds({ seeds: seeds ?? [1], size: sizeOf(options) }, log)
    : [];
  const names = Object.keys(GIVEN).filter((name) => cases.includes(name));
  const given = await measureGiven(
    { names, seeds: seeds ?? [1, 2, 3], quick, full: options.full === true },
    log,
  );
  const lookups = cases.includes(LOOKUPS)
    ? await measureLookups({ seeds: seeds ?? [1, 2, 3], quick, full: options.full === true }, log)
    : [];
  const json = {
    workload: 'tuning',
    quick,
    machine: machine(),
    versions: { ...versions(), ...trees?.versions },
    seeds: seeds ?? [1],
    times,
    quality,
    trees,
    work,
    seconds,
    given,
    lookups,
    checks: [
      ...timesChecks(times),
      ...qualityChecks(quality),
      ...(trees === undefined ? [] : boostingChecks(trees, quick)),
      ...(quick ? [] : workChecks(work)),
      ...secondsChecks(seconds),
      ...givenChecks(given),
      ...lookupsChecks(lookups),
      ...(quick ? [] : toldChecks([...times, ...given])),
    ],
  };
  const tables = [
    ...(times.length > 0 ? [timesTable(times)] : []),
    ...(quality.length > 0 ? [qualityTable(quality)] : []),
    ...(trees === undefined ? [] : [boostingTable(trees)]),
    ...(work.length > 0 ? [workTable(work)] : []),
    ...(seconds.length > 0 ? [secondsTable(seconds)] : []),
    ...(given.length > 0 ? [givenTable(given)] : []),
    ...(typeof lookups === 'string' ? [lookups] : lookups.length > 0 ? [lookupsTable(lookups)] : []),
  ];
  return { json, table: tables.join('\n\n') };
}

function timesChecks(times: readonly TimesLine[]): Check[] {
  return tuningWorkloads.flatMap(({ name, most }): Check[] => {
    const own = times.filter((each) => each.name === name);
    if (own.length === 0) return [];
    const onTwo = logAverage(own.map((each) => each.onTwo));
    return [
      atMost(`${name}: tune over one fit, one core`, logAverage(own.map(({ ratio }) => ratio)), most.one),
      isTwoCores(`${name}: tune over one fit, two cores`, (what) => atMost(what, onTwo, most.two)),
      ...own.flatMap(({ cores, seed }) =>
        coresChecks(own.length > 1 ? `${name}, seed ${seed}` : name, cores),
      ),
      atMost(
        `${name}: megabytes of tune over those allowed`,
        Math.max(...own.map(({ megabytes, allowed }) => megabytes / allowed)),
        1,
      ),
    ];
  });
}

function timesTable(times: readonly TimesLine[]): string {
  const seconds = (time: number) => `${time.toFixed(1)} s`;
  return columns([
    [
      '',
      'seed',
      'one fit',
      'tune',
      'ratio',
      'on two cores',
      'gain of fits',
      'of all',
      'fits',
      'memory',
      'told',
    ],
    ...times.map(({ name, seed, fit, tune, ratio, onTwo, cores, fits, megabytes, told }) => [
      name,
      String(seed),
      seconds(fit),
      seconds(tune),
      ratio.toFixed(1),
      onTwo.toFixed(1),
      `${(cores.fitting[0] / cores.fitting[1]).toFixed(2)}x`,
      `${(cores.whole[0] / cores.whole[1]).toFixed(2)}x`,
      `${fits.full} + ${fits.light} light`,
      `${megabytes.toFixed(0)} MB`,
      `x ${told.toFixed(1)}`,
    ]),
  ]);
}
