import { existsSync } from 'node:fs';
import { type RunOptions, type Size, sizeOf, type Workload } from '../harness/harness.js';
import { machine, versions } from '../harness/machine.js';
import type { Peer } from '../harness/peers.js';
import { trainedAtRandom } from './asked.js';
import {
  CLOSE,
  DELTA,
  EPSILONS,
  forecastChecks,
  ownChecks,
  runChecks,
  spendChecks,
  stormChecks,
  trialChecks,
  tunedChecks,
} from './checks.js';
import { type ChosenFigures, chosenFigures } from './chosen.js';
import { type AnsweredCorpus, glossesAsked, mailsAsked, recordedCorpus } from './corpora.js';
import { withVectors } from './encoded.js';
import { type ForecastFigures, forecastFigures, scoredTables } from './forecasts.js';
import { keptCost } from './keptCost.js';
import { type RunFigures, runsOf } from './runs.js';
import { type SpendFigures, spendFigures } from './spend.js';
import { storm } from './storm.js';
import { chosenTable, runTable, trialTable, tunedTable } from './tables.js';
import { type TrialFigures, trialsOf } from './trials.js';
import { type TunedFigures, tunedFigures } from './tuned.js';

const CASES = ['trials', 'runs', 'chosen', 'tuned', 'forecast', 'spend', 'own', 'storm'] as const;

const SIZES = {
  recorded: { quick: 400, usual: 600, full: 600 },
  mails: {
    quick: { rows: 1_200, training: 400 },
    usual: { rows: 5_000, training: 1_200 },
    full: { rows: 5_000, training: 1_200 },
  },
  glosses: {
    quick: { rows: 1_500, training: 500 },
    usual: { rows: 6_000, training: 1_500 },
    full: { rows: 12_000, training: 3_000 },
  },
  shuffles: { quick: 40, usual: 1_000, full: 2_000 },
  /** Over three corpora and two bounds: 60 whole runs as usual. */
  runs: { quick: 1, usual: 10, full: 40 },
  chosen: { quick: 1, usual: 3, full: 5 },
  /** Students of either size to each corpus, and shuffles over all corpora and epsilons. */
  forecast: {
    quick: { fits: 1, shuffles: 12 },
    usual: { fits: 3, shuffles: 1_000 },
    full: { fits: 12, shuffles: 6_000 },
  },
  /** Whole runs of `mapRows` over all corpora and epsilons, each with a `tune` of its own; the first rows of each corpus. */
  spend: {
    quick: { runs: 4, rows: 1_200 },
    usual: { runs: 60, rows: 2_500 },
    full: { runs: 240, rows: 6_000 },
  },
  own: { quick: 1_000, usual: 10_000, full: 10_000 },
  storm: {
    quick: { rows: 200, kills: 3 },
    usual: { rows: 2_000, kills: 20 },
    full: { rows: 4_000, kills: 40 },
  },
};

/** Those that take less than a minute together. */
const QUICK: readonly string[] = ['trials', 'runs', 'own', 'storm'];

/** Without `--full` all but whole runs of `mapRows`, each of which tunes: 60 of them, unless they are named. */
const USUAL: readonly string[] = CASES.filter((name) => name !== 'spend');

/** Cases over corpora. */
const REPLAYED = ['trials', 'runs', 'chosen', 'tuned', 'forecast', 'spend'];

/** The checks of a corpus begin with its name. */
const RECORDED = 'recorded: ';

function recorded(path: string | undefined): Peer {
  return {
    name: 'recorded answers of a language model',
    install: '--data FILE: CSV with text, answer, confidence',
    missing: () => {
      if (path === undefined) return '--data names no file';
      return existsSync(path) ? undefined : `there is no file ${path}`;
    },
  };
}

/** Tables that a language model is asked about: how many calls it takes, beside other ways to spare them. */
export const llm: Workload = {
  peers: ({ data }) => [{ peer: recorded(data), checks: [RECORDED] }],
  async run({
    seeds: chosen,
    quick,
    full,
    cases = { quick: QUICK, usual: USUAL, full: CASES }[sizeOf({ quick, full })],
    data,
    log,
  }) {
    const size = sizeOf({ quick, full });
    const seeds = chosen ?? upTo(SIZES.runs[size]);
    const own = cases.includes('own') ? await keptCost(SIZES.own[size]) : undefined;
    const stormy = cases.includes('storm') ? await storm({ ...SIZES.storm[size], log }) : undefined;
    const isReplayed = REPLAYED.some((name) => cases.includes(name));
    const corpora = isReplayed ? await corporaOf(size, data, log) : [];
    const trials: TrialFigures[] = [];
    const runs: RunFigures[] = [];
    const chosenRows: ChosenFigures[] = [];
    const tuned: TunedFigures[] = [];
    const forecasts: ForecastFigures[] = [];
    const spend: SpendFigures[] = [];
    for (const corpus of corpora) {
      if (cases.includes('trials')) {
        log(`${corpus.name}, shuffles`);
        const asked = await trainedAtRandom(corpus, 0);
        trials.push(...(await trialsOf(asked, EPSILONS, DELTA, SIZES.shuffles[size])));
      }
      if (cases.includes('chosen')) {
        log(`${corpus.name}, rows chosen`);
        const few = seeds.slice(0, SIZES.chosen[size]);
        chosenRows.push(...(await chosenFigures(corpus, few, EPSILONS, DELTA)));
      }
      if (cases.includes('tuned')) {
        log(`${corpus.name}, tuned`);
        tuned.push(...(await tunedFigures(corpus, seeds[0], EPSILONS, DELTA)));
      }
      if (cases.includes('forecast')) {
        log(`${corpus.name}, forecasts`);
        const { fits, shuffles } = SIZES.forecast[size];
        const claims = { epsilons: full ? [CLOSE, ...EPSILONS] : EPSILONS, delta: DELTA };
        const tables = await scoredTables(corpus, upTo(fits), claims);
        const figures = forecastFigures(tables, shuffles / corpora.length, claims);
        log(JSON.stringify(figures));
        forecasts.push(...figures);
      }
      if (cases.includes('spend')) {
        const { runs: all, rows } = SIZES.spend[size];
        const each = upTo(Math.ceil(all / corpora.length / EPSILONS.length));
        const table = { ...corpus, rows: corpus.rows.slice(0, rows) };
        spend.push(...(await spendFigures(table, each, EPSILONS, DELTA, log)));
      }
      if (cases.includes('runs')) runs.push(...(await runsOf(corpus, seeds, EPSILONS, DELTA, log)));
    }
    const json = {
      workload: 'llm',
      quick,
      machine: machine(),
      versions: versions(),
      seeds,
      delta: DELTA,
      encoder: corpora.some(({ rows: [row] }) => row.vector !== undefined),
      trials,
      runs,
      chosenRows,
      tuned,
      forecasts,
      spend,
      own,
      storm: stormy,
      checks: [
        ...trialChecks(trials),
        ...runChecks(runs),
        ...tunedChecks(tuned),
        ...forecastChecks(forecasts),
        ...spendChecks(spend),
        ...(own ? ownChecks(own) : []),
        ...(stormy ? stormChecks(stormy) : []),
      ],
    };
    const tables = [runTable(runs), trialTable(trials), chosenTable(chosenRows), tunedTable(tuned)];
    return { json, table: tables.filter((text) => text !== '').join('\n\n') };
  },
};

async function corporaOf(
  size: Size,
  data: string | undefined,
  log: RunOptions['log'],
): Promise<AnsweredCorpus[]> {
  const corpora = [await mailsAsked(SIZES.mails[size]), await glossesAsked(SIZES.glosses[size])];
  if (data !== undefined && existsSync(data)) {
    const known = recordedCorpus(data, SIZES.recorded[size]);
    corpora.unshift(size === 'quick' ? known : await withVectors(known, log));
  }
  return corpora;
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i + 1);
}
