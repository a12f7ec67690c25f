import { exitsAt } from '../../../cascades/chain/index.js';
import { RowView } from '../../../entries/extend.js';
import { type Cascade, define, type Feature, logisticRegression, tfidf, tune } from '../../../index.js';
import { type FittedFeature, transform } from '../../../lib/features/define/index.js';
import { random } from '../../../lib/stats/index.js';
import { declaredProfile } from '../../harness/declared.js';
import { partsOf } from '../../harness/parts.js';
import { type TopicsWorld, type TopicText, topicTexts } from '../topics.js';
import type { Scenario } from './scenario.js';

/** Stages over the beginnings of texts, as `tune` derives them. */

type TopicsCascade = Cascade<TopicText, string, string>;

const [EPSILON, DELTA] = [0.05, 0.05];
const full = logisticRegression({ l2: 0.1 });
const whole = tfidf(({ text }: TopicText) => text, { sublinear: true });

const options = {
  full,
  bound: { loss: 'disagreement', epsilon: EPSILON, delta: DELTA },
  split: { folds: 3 },
  // Words are drawn: equal texts are draws of their own.
  repeats: true,
} as const;

const rowsOf = (texts: readonly TopicText[]) => ({ rows: texts, labels: texts.map(({ topic }) => topic) });

/** Tunes on drawn texts: versions are those that the feature proposes on as many others, and cost by their length. */
async function tuneOn(world: TopicsWorld, rows: number, seed: number, feature: Feature<TopicText>) {
  const draw = random(seed).fork('derived');
  const others = RowView.of(topicTexts(world, rows, draw));
  const { fidelities } = await whole.fit(others);
  const costs = Object.fromEntries(
    (fidelities?.propose(others, 2) ?? []).map((at) => [`text@${at}`, Number.parseInt(at, 10)]),
  );
  const known = topicTexts(world, rows, draw);
  const length = known.reduce((sum, { text }) => sum + text.length, 0) / rows;
  return tune<TopicText, string, string>({
    ...options,
    ...rowsOf(known),
    features: define<TopicText, string>({ text: feature }),
    profile: declaredProfile({ text: length, ...costs }, 20),
    seed,
  });
}

/** Microseconds, which pass by what is read alone: a seed gives the same on every machine. */
class ReadingClock {
  private passed = 0;

  readonly now = (): number => this.passed / 1_000;

  work(microseconds: number): void {
    this.passed += microseconds;
  }
}

/** Tunes as a user does: `tune` itself proposes versions of these rows, times them, and drops the dear and the silent. */
function tuneAlone(world: TopicsWorld, rows: number, seed: number) {
  const draw = random(seed).fork('derived');
  const clock = new ReadingClock();
  // In one trial of five or so a step costs half a text, so that versions are dear.
  const perStep = 700 * draw.uniform() ** 3;
  return tune<TopicText, string, string>({
    ...options,
    ...rowsOf(topicTexts(world, rows, draw)),
    features: define<TopicText, string>({ text: readOn(clock, whole, perStep) }),
    clock,
    seed,
  });
}

/** The feature on a clock: it takes a microsecond a character, and where it reads in steps each `perStep` more a row. */
function readOn(clock: ReadingClock, feature: Feature<TopicText>, perStep: number): Feature<TopicText> {
  const part = (from: number, to: number) =>
    transform(({ text }: TopicText) => clock.work(Math.min(text.length, to) - Math.min(text.length, from)));
  const onClock = (fitted: FittedFeature<TopicText>): FittedFeature<TopicText> => {
    const all = part(0, Number.POSITIVE_INFINITY);
    const { fidelities } = fitted;
    return {
      ...fitted,
      compute(view, context) {
        all.read(view);
        return fitted.compute(view, context);
      },
      fidelities: fidelities && {
        ...fidelities,
        inSteps(at) {
          const ends = [0, ...at.map((name) => Number.parseInt(name, 10)), Number.POSITIVE_INFINITY];
          const parts = ends.slice(1).map((end, k) => part(ends[k], end));
          return fidelities.inSteps(at).map((step, k) => {
            const own = parts.slice(0, k + 1);
            return {
              ...step,
              reads: [...step.reads, ...own],
              fitted: {
                ...step.fitted,
                compute(view, context) {
                  for (const each of own) each.read(view);
                  clock.work(perStep * view.length);
                  return step.fitted.compute(view, context);
                },
              },
            };
          });
        },
      },
    };
  };
  return {
    ...feature,
    async fit(view) {
      return onClock(await feature.fit(view));
    },
    fitAndKeep(allowance) {
      const keeping = feature.fitAndKeep?.(allowance);
      if (keeping === undefined) return undefined;
      const { fit, kept } = keeping;
      return { fit: { add: (view) => fit.add(view), end: () => onClock(fit.end()) }, kept };
    },
  };
}

async function isBroken(
  cascade: TopicsCascade,
  fresh: readonly TopicText[],
  reference: readonly string[],
): Promise<boolean> {
  const { labels } = await cascade.predict(fresh);
  return labels.filter((label, row) => label !== reference[row]).length > EPSILON * fresh.length;
}

/** The last plan of the path whose loss on the certification rows is epsilon at most: no test, no margin. */
function mostAggressive(cascade: TopicsCascade): TopicsCascade {
  const { evidence } = partsOf(cascade);
  if (evidence === undefined) return cascade;
  const { plans, observed } = evidence.path;
  const position = observed.findLastIndex(({ changed, rows }) => changed <= EPSILON * rows);
  return position < 0 ? cascade : cascade.explore(plans[position]);
}

/** The shorter of the beginnings that are proposed hardly reaches a word that tells anything. */
const plain: TopicsWorld = { words: 80, telling: 0.3, own: 0.75, rare: 0, greeting: 6 };
const FRESH = 4_000;

/** Cascades over derived beginnings lose no more than they promise. */
export const derived: Scenario = {
  name: 'derived beginnings of texts are certified like any feature',
  fault: 'the most aggressive plan by point estimate, over derived beginnings',
  delta: DELTA,
  level: 0.05,
  trials: 400,
  // The fault breaks three in ten.
  quickTrials: 32,
  async trial(seed) {
    const cascade = await tuneAlone(plain, 750, seed);
    const fresh = topicTexts(plain, FRESH, random(seed).fork('fresh'));
    const { labels } = await cascade.full.predict(fresh);
    return {
      broken: await isBroken(cascade, fresh, labels),
      faultBroken: await isBroken(mostAggressive(cascade), fresh, labels),
    };
  },
};

/**
 * A feature that gives folds its versions by the words of all rows that it is fitted to. Words that hardly any other
 * text has then weaken a fold's texts as they weaken those that models learn from, and no text to come.
 */
function leaking(feature: Feature<TopicText>): Feature<TopicText> {
  return {
    ...feature,
    fitAndKeep(allowance) {
      const keeping = feature.fitAndKeep?.(allowance);
      if (keeping === undefined) return undefined;
      const { fit, kept } = keeping;
      let fitted: FittedFeature<TopicText> | undefined;
      return {
        fit: {
          add: (view) => fit.add(view),
          end() {
            fitted = fit.end();
            return fitted;
          },
        },
        kept: {
          refit(rows) {
            const refitted = kept.refit(rows);
            return refitted && { block: (some) => refitted.block(some), fitted };
          },
          forget: () => kept.forget(),
        },
      };
    },
  };
}

const rareWords: TopicsWorld = { words: 40, telling: 0.35, own: 0.85, rare: 0.5 };

/**
 * Whether less than half as many rows stay for later stages as the tuning rows promise, of the first plan of the path
 * that lets four in five of these leave: half of 120 is five standard deviations away.
 */
async function isOverconfident(seed: number, feature: Feature<TopicText>): Promise<boolean> {
  const cascade = await tuneOn(rareWords, 1_000, seed, feature);
  const { evidence } = partsOf(cascade);
  if (evidence?.tuning === undefined) return false;
  const { path, tuning } = evidence;
  const staysOf = ({ stages: [stage] }: (typeof path.plans)[number], position: number): number => {
    const first = tuning.stages[path.uses[position][0]].evidence;
    const thresholds = Float64Array.from(stage.thresholds, (t) => t ?? Number.POSITIVE_INFINITY);
    const rows = Int32Array.from(first.answers.keys());
    return rows.filter((row) => !exitsAt(first, thresholds, row)).length / rows.length;
  };
  const promised = path.plans.map((plan, j) => (plan.stages.length === 0 ? 1 : staysOf(plan, j)));
  const position = promised.findIndex((stays) => stays <= 0.2);
  if (position < 0) return false;
  const fresh = topicTexts(rareWords, FRESH, random(seed).fork('fresh'));
  const { exits } = await cascade.explore(path.plans[position]).predict(fresh);
  const stayed = exits.filter((exit) => exit > 0).length / FRESH;
  return stayed < promised[position] / 2;
}

/** What the tuning rows say of a stage over a derived beginning holds for texts to come. */
export const derivedInFolds: Scenario = {
  name: 'folds tell of derived beginnings as they are to come',
  fault: 'versions in folds by the words of all fitting rows',
  delta: DELTA,
  trials: 24,
  quickTrials: 6,
  async trial(seed) {
    return {
      broken: await isOverconfident(seed, whole),
      faultBroken: await isOverconfident(seed, leaking(whole)),
    };
  },
};
