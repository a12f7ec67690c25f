import type { Random } from '../../lib/stats/index.js';
import { asPercent } from '../../lib/util/count.js';
import type { TableClaim } from '../certifiedRest.js';
import type { RowPrice } from '../rowBudget.js';
import { coursesOf, type PlannedRun, type RunClaim, type RunCourse } from './courses.js';
import type { StudentSeen } from './student.js';
import { coursesFrom, type TrainedStages } from './trained.js';

/** A number that isn't known yet: its middle, and limits that it is meant to be within nineteen times of twenty. */
export interface Expected {
  readonly low: number;
  readonly middle: number;
  readonly high: number;
}

/** One way in which a run may end. */
export interface OutcomeForecast {
  /** How likely it is, 0 … 1. */
  readonly chance: number;
  /** Rows that the model answers, those of the pilot included; equal ones are one. */
  readonly asked: Expected;
  /** Questions about these once more, on purpose: about the pilot's rows (`twice`), and in excess the sample's. */
  readonly again: number;
  /** Money for all of them, the pilot's included, in the unit of the prices; zeros where there are none. */
  readonly money: Expected;
  /** Hours of asking that are left. */
  readonly hours: number;
}

/** What a run over a table will ask and cost, before more than the pilot is asked. Plain data. */
export interface MapForecast {
  /** What it knows: the pilot, or stages that are trained and have scored the table. */
  readonly after: 'pilot' | 'training';
  /** Rows of the table, and how many of them differ. */
  readonly rows: number;
  readonly different: number;
  readonly pilot: {
    /** Rows that were asked about, and those without an answer that could be read. */
    readonly asked: number;
    readonly unread: number;
    /** Rows that were asked about twice, and those whose answers differed; zeros where none was. */
    readonly twice: number;
    readonly flips: number;
    /** Money spent on it, and what a row costs. */
    readonly spent: number;
    readonly perRow: RowPrice;
  };
  /** Different rows to train on, the pilot's included, and rows of the test as far as that can be told. */
  readonly training: number;
  readonly sample: number;
  /** The batch is certified, and the stages answer a part of it. */
  readonly certified: OutcomeForecast;
  /** It isn't, and the model answers all. */
  readonly full: OutcomeForecast;
  /** The price of asking about every different row, one request each, and by batch; zeros where there are no prices. */
  readonly all: { readonly live: number; readonly batch: number };
  /** Why it isn't worth while to go on; null where it is. */
  readonly against: string | null;
}

/** What a pilot has told, and what is to be kept. */
export interface PilotFindings
  extends Pick<MapForecast, 'rows' | 'different' | 'pilot'>,
    Pick<TableClaim, 'loss' | 'epsilon' | 'delta'> {
  /** Undefined where the pilot's answers are too alike to learn from. */
  readonly seen: StudentSeen | undefined;
  /** Hours that a row takes, at the pilot's pace. */
  readonly hoursPerRow: number;
  /** What a batch costs of the live price, and whether requests are paid at the batch price. */
  readonly batchShare: number;
  readonly isBatch: boolean;
}

/** Courses to choose the number of training rows by, and to forecast with. */
const TRIES = 60;
const COURSES = 400;
/** Training rows for each of the pilot: of fewer a search makes less than the plain student promised. */
const LEAST = 3;
/** As many as the least, but for this. */
const NEARLY = 1.03;
/** With more rows a search takes long, and learns little. */
export const MOST_TRAINING = 16_000;
/** Below this chance of a gain, or this share of rows saved, nothing is gained. */
const LEAST_CHANCE = 0.05;
const LEAST_SAVED = 0.05;

/**
 * The forecast of a run.
 *
 * @param training rows to train on, where the user says how many. @defaultValue what is expected to ask the least
 */
export function forecastMap(findings: PilotFindings, random: Random, training?: number): MapForecast {
  const { rows, different, pilot, seen, batchShare, isBatch } = findings;
  const claim = runClaim(findings, pilot);
  const run = (count: number): PlannedRun => ({
    ...{ ...claim, rows, different },
    training: Math.min(different, count),
  });
  const chosen = training ?? (seen ? bestTraining(findings, seen, run, random) : pilot.asked);
  const courses = seen ? coursesOf(seen, run(chosen), COURSES, random.fork('courses')) : [];
  const basis = {
    after: 'pilot' as const,
    ...{ rows, different, pilot },
    training: chosen,
    all: pricesOfAll(different, pilot.perRow.mean, { isUsed: isBatch, share: batchShare }),
  };
  const outcomes = outcomesOf(courses, basis, findings.hoursPerRow, pilot.asked + pilot.twice, random);
  const { asked, again } = outcomes.certified;
  const saved = 1 - (asked.middle + again) / different;
  return { ...basis, ...outcomes, against: reasonAgainstRun(findings, outcomes.certified.chance, saved) };
}

/**
 * The forecast once stages are trained and have scored the table: nearly all is known then.
 *
 * @param asked different rows that were asked about so far
 * @param again of them, those that were asked about twice
 */
export function forecastTrained(
  forecast: MapForecast,
  stages: TrainedStages,
  claim: Pick<TableClaim, 'loss' | 'epsilon' | 'delta'>,
  {
    asked,
    again,
    hoursPerRow,
  }: { readonly asked: number; readonly again: number; readonly hoursPerRow: number },
  random: Random,
): MapForecast {
  const { rows, different, pilot, training, all } = forecast;
  const basis = { after: 'training' as const, rows, different, pilot, training, all };
  const table = { rows, different, asked };
  const courses = coursesFrom(stages, table, runClaim(claim, pilot), COURSES, random.fork('trained'));
  return { ...basis, ...outcomesOf(courses, basis, hoursPerRow, asked + again, random), against: null };
}

/** The share of rows that the model is thought to answer in two ways, by the pilot. */
export function flipShare({ twice, flips }: MapForecast['pilot']): number {
  return flips / Math.max(1, twice);
}

function runClaim(
  { loss, epsilon, delta }: Pick<TableClaim, 'loss' | 'epsilon' | 'delta'>,
  pilot: MapForecast['pilot'],
): RunClaim {
  return { loss, epsilon, delta, flips: flipShare(pilot) };
}

/** The price of asking about every different row, one request each, and by batch. @param perRow at the price that is paid */
export function pricesOfAll(
  different: number,
  perRow: number,
  { isUsed, share }: { readonly isUsed: boolean; readonly share: number },
): MapForecast['all'] {
  const live = different * perRow * (isUsed ? 1 / share : 1);
  return { live, batch: live * share };
}

/** Both ways in which a run may end, by courses that it may take. @param before questions that were asked so far */
function outcomesOf(
  courses: readonly RunCourse[],
  { different, pilot }: Pick<MapForecast, 'different' | 'pilot'>,
  hoursPerRow: number,
  before: number,
  random: Random,
): Pick<MapForecast, 'certified' | 'full' | 'sample'> {
  const certified = courses.filter(({ isCertified }) => isCertified);
  const chance = courses.length === 0 ? 0 : certified.length / courses.length;
  const sampled = Math.round(expected(courses.map(({ again }) => again)).middle);
  const everything = Array.from({ length: COURSES }, () => ({
    isCertified: false,
    sample: 0,
    asked: different,
    again: sampled,
  }));
  const money = random.fork('money');
  const { mean, error } = pilot.perRow;
  const outcome = (part: readonly RunCourse[], likely: number): OutcomeForecast => {
    const asked = part.map((course) => course.asked);
    const questions = part.map((course) => course.asked + course.again + pilot.twice);
    const counts = expected(asked);
    const again = Math.round(expected(part.map((course) => course.again)).middle) + pilot.twice;
    return {
      chance: likely,
      asked: {
        low: Math.floor(counts.low),
        middle: Math.round(counts.middle),
        high: Math.ceil(Math.min(different, counts.high)),
      },
      again,
      money: expected(questions.map((count) => count * Math.max(0, mean + error * money.normal()))),
      hours: Math.max(0, counts.middle + again - before) * hoursPerRow,
    };
  };
  return {
    certified: outcome(certified.length > 0 ? certified : everything, chance),
    full: outcome(everything, 1 - chance),
    sample: Math.round(expected(certified.map(({ sample }) => sample)).middle),
  };
}

/** Why a run isn't worth while, in words; null where it is. */
function reasonAgainstRun(
  { seen, pilot, epsilon, different }: PilotFindings,
  chance: number,
  saved: number,
): string | null {
  const bound = asPercent(epsilon, 3);
  if (pilot.unread > pilot.asked / 2) {
    return `${pilot.unread} of ${pilot.asked} answers can't be read as one of the labels: mend the prompt first`;
  }
  if (pilot.asked >= different) return 'the pilot has asked about every row already';
  if (seen === undefined) {
    return `the pilot's ${pilot.asked} rows have nearly all the same answer: there is nothing to learn from them`;
  }
  if (chance < LEAST_CHANCE) {
    return `after ${pilot.asked} rows nothing tells sure answers from others well enough to keep ${bound}`;
  }
  if (saved < LEAST_SAVED)
    return `within ${bound} fewer than ${Math.round(100 * LEAST_SAVED)} % of the rows are saved`;
  return null;
}

/**
 * Of numbers that double each time, the first with which hardly more rows are asked about than with the best: what a
 * student will know is the less certain the further it is from the pilot, and a search over more rows takes longer.
 */
function bestTraining(
  { different, pilot }: PilotFindings,
  seen: StudentSeen,
  run: (count: number) => PlannedRun,
  random: Random,
): number {
  const tried: { readonly training: number; readonly asked: number }[] = [];
  const most = Math.max(pilot.asked, Math.min(MOST_TRAINING, Math.floor(different / 3)));
  for (let training = Math.min(most, LEAST * pilot.asked); training <= most; training *= 2) {
    const courses = coursesOf(seen, run(training), TRIES, random.fork('training'));
    tried.push({ training, asked: courses.reduce((sum, course) => sum + course.asked, 0) / courses.length });
  }
  const least = Math.min(...tried.map(({ asked }) => asked));
  return tried.find(({ asked }) => asked <= NEARLY * least)?.training ?? pilot.asked;
}

function expected(values: readonly number[]): Expected {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return { low: at(0.025), middle: at(0.5), high: at(0.975) };
}

/** The way in which a run is more likely to end. */
export function likelyOutcome({ certified, full, against }: MapForecast): OutcomeForecast {
  return against === null && certified.chance >= 0.5 ? certified : full;
}

/** The forecast after a test that no plan passed: the model has to answer all. */
export function withoutGain(forecast: MapForecast, against: string): MapForecast {
  const { certified, full } = forecast;
  return { ...forecast, certified: { ...certified, chance: 0 }, full: { ...full, chance: 1 }, against };
}
