import {
  type Batches,
  batchTimes,
  type Clock,
  type Cost,
  featureSubject,
  isRepeatable,
  mostTimed,
  type Profile,
  repeatableOf,
  type Subject,
  transformSubjects,
} from '../../lib/costs/index.js';
import { type FeatureSet, RowView } from '../../lib/features/define/index.js';
import { scoreInto } from '../../lib/learn/learners/index.js';
import type { Random } from '../../lib/stats/index.js';
import { log } from '../../lib/util/math/index.js';
import type { QuerySet } from '../problem/index.js';
import { topK } from '../select/index.js';
import type { JudgedQuery } from './scoreTable.js';
import type { RankTraining } from './training.js';

/** Candidates a batch: as many of the best as of all. */
const SIZE = 64;
/** The best of a query: one candidate in this many. */
const BEST = 8;
const MOST_MILLISECONDS = 2_000;
/** Differences below this are chance. */
const FAINT = 0.05;
const STEEPEST = 1;
/** The most rows requested of each feature or model: any candidates, and the best. */
export const MOST_ON_SURVIVORS = 2 * mostTimed([SIZE]);

/** The candidates to measure, and the clock. */
export interface Surviving<Row> {
  readonly set: QuerySet<Row>;
  readonly queries: readonly JudgedQuery[];
  readonly clock: Clock;
  readonly random: Random;
  readonly signal: AbortSignal | undefined;
}

/**
 * Adds to a profile how costs rise when only the best candidates of a query are left. Survivors may
 * be the popular candidates, or have the longest texts: a feature that takes longer for them saves
 * less than its mean suggests. Features and models that can't be requested again in whole batches
 * are left out.
 */
export async function measureSurvivors<Row, Name extends string>(
  features: FeatureSet<Row, Name>,
  { fitted, full, profile }: Pick<RankTraining<Row, Name>, 'fitted' | 'full' | 'profile'>,
  { set, queries, clock, random, signal }: Surviving<Row>,
): Promise<Profile<Name>> {
  const large = queries.filter(({ candidates }) => candidates.length >= SIZE * BEST);
  if (large.length === 0) return profile;
  const taking = (from: (query: JudgedQuery, i: number, size: number) => number): Batches<Row> => ({
    sizes: [SIZE],
    take(size, round) {
      const query = large[round % large.length];
      return Array.from({ length: size }, (_, i) => set.rows[query.candidates[from(query, i, size)]]);
    },
  });
  const best = new Map<JudgedQuery, ArrayLike<number>>();
  const bestOf = (query: JudgedQuery) => {
    const known = best.get(query) ?? topK(query.full, Math.trunc(query.candidates.length / BEST));
    best.set(query, known);
    return known;
  };
  const spread = (count: number, i: number, size: number) => Math.trunc((i * count) / size);
  const groups = [
    taking(({ candidates }, i, size) => spread(candidates.length, i, size)),
    taking((query, i, size) => bestOf(query)[spread(bestOf(query).length, i, size)]),
  ];
  const subjectsOver = (over: Batches<Row>): Subject[] => {
    const subjects: Subject[] = [];
    const askable = repeatableOf(profile, features);
    const named = (key: string, subject: Subject) => subjects.push({ ...subject, name: key });
    for (const name of features.names) {
      const own = fitted.find((feature) => feature.name === name)?.fitted;
      if (own && askable.feature(name)) named(`feature ${name}`, featureSubject(name, features, own, over));
    }
    for (const subject of transformSubjects(features, over)) {
      if (askable.transform(subject.name)) named(`transform ${subject.name}`, subject);
    }
    // Its blocks have to be computed first.
    const isWhole = full.reads.every((name) => askable.feature(name));
    if (isWhole && !full.model.readsRows && profile.full && isRepeatable(profile.full))
      named('full', scoringSubject(full, fitted, over));
    return subjects;
  };
  const [all, among] = groups.map(subjectsOver);
  const times = await batchTimes([...all, ...among], [SIZE], MOST_MILLISECONDS, { clock, signal, random });
  const rises = new Map(
    all.map(({ name }, i) => [name, riseOf(times[i][0].time, times[all.length + i][0].time)]),
  );
  const risen = (key: string, cost: Cost): Cost => ({ ...cost, rise: rises.get(key) ?? 0 });
  const changed: Record<string, Profile['features'][string]> = {};
  for (const name of features.names) {
    const own = profile.features[name];
    changed[name] = { ...own, cost: risen(`feature ${name}`, own.cost) };
  }
  return {
    ...profile,
    features: changed as Profile<Name>['features'], // Complete: every name was just set.
    transforms: Object.fromEntries(
      Object.entries(profile.transforms).map(([key, cost]) => [key, risen(`transform ${key}`, cost)]),
    ),
    ...(profile.full && { full: risen('full', profile.full) }),
  };
}

/** The exponent that turns the mean cost into the cost of the best. */
function riseOf(mean: number, best: number): number {
  if (!(mean > 0 && best > 0) || Math.abs(best - mean) <= FAINT * mean) return 0;
  return Math.min(STEEPEST, Math.max(-STEEPEST, log(best / mean) / log(BEST)));
}

function scoringSubject<Row>(
  { model, reads }: RankTraining<Row, string>['full'],
  fitted: RankTraining<Row, string>['fitted'],
  over: Batches<Row>,
): Subject {
  const features = reads.flatMap((name) => fitted.filter((feature) => feature.name === name));
  return {
    name: model.name,
    price: 0,
    sizes: [SIZE],
    async ready(size, round) {
      const view = RowView.of(over.take(size, round));
      const blocks = await Promise.all(features.map((feature) => feature.fitted.compute(view)));
      return () => scoreInto(model, blocks, new Float64Array(size * model.classes));
    },
  };
}
