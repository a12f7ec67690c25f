import { sum } from 'simple-statistics';
import { costOf, featureCosts } from '../../lib/costs/index.js';
import type { AtFidelity, FeatureSet } from '../../lib/features/define/index.js';
import { reliabilityBins } from '../../lib/learn/calibration/index.js';
import type {
  ReportCertificate,
  ReportChoice,
  ReportData,
  ReportMeasured,
  ReportReliability,
  ReportSpending,
} from '../../lib/report/index.js';
import { checkNotes, VERDICTS } from '../../lib/report/words/index.js';
import { upTwoDigits } from '../../lib/util/count.js';
import { isVacuous } from '../certification/index.js';
import { subsetKey } from '../chain/index.js';
import { mostRepeat } from '../holdout/index.js';
import { inWords } from '../losses/index.js';
import type { CascadeParts, ModeSet, TestedPath, Tuning } from '../plan/index.js';
import { choiceAt, isChoosable } from '../recertify/index.js';
import type { Certificate, Label, ServedStage } from '../types/index.js';
import { changesShown } from './changes.js';
import { decisionWords } from './decision.js';
import { reportedFeatures } from './features.js';
import { fidelityNotes } from './fidelityNotes.js';
import { flipsWords } from './flips.js';
import { moneyNotes } from './moneyNotes.js';
import {
  fitNotes,
  fullModelNotes,
  importanceNotes,
  modeNotes,
  repeatNotes,
  stabilityNotes,
  timeNotes,
} from './notes.js';
import { countedWords, objectiveNotes } from './objectiveNotes.js';
import { notPromised, promiseWords } from './promise.js';
import { foundOf, harmOf, observedOf, qualityOf, testsWords } from './quality.js';
import { exitWords, fullModelName, learnerWords, type NamedFullModel, stagesOf } from './stages.js';
import { featuresToCheapen, orderToCheck, warningsBefore, weakBounds } from './warnings.js';

/** The source of a report: a cascade, or the description in its file. */
export interface ReportSource<L extends Label, Name extends string>
  extends Pick<
    CascadeParts<never, L, Name>,
    | 'plan'
    | 'certificate'
    | 'profile'
    | 'objective'
    | 'whyObjective'
    | 'frontier'
    | 'tried'
    | 'triedFidelities'
    | 'exits'
    | 'stageNotes'
    | 'notes'
    | 'checked'
    | 'advice'
    | 'made'
    | 'spent'
    | 'fits'
  > {
  readonly full: NamedFullModel;
  /** None where only the file is there. */
  readonly features?: Pick<FeatureSet<never, Name>, 'get' | 'names'> | undefined;
  readonly modes?: Pick<ModeSet<L, Name>, 'further'> | undefined;
  readonly evidence:
    | {
        readonly path: TriedPath<L, Name>;
        readonly tuning: Tuning | undefined;
      }
    | undefined;
}

/** The parts of a tested path that are shown. */
export interface TriedPath<L extends Label, Name extends string>
  extends Pick<TestedPath<L, Name>, 'plans' | 'band' | 'observed' | 'tallies' | 'changes'> {
  readonly stages: readonly Pick<ServedStage, 'features'>[];
}

/** Additions to the cascade's own data. */
export interface ReportOptions {
  /** @defaultValue 'A spillway cascade' */
  readonly title?: string;
  /** The result of `measure`. */
  readonly measured?: ReportMeasured;
}

/** A cascade and its promise as the plain data that every view shows. */
export function reportOf<L extends Label, Name extends string>(
  parts: ReportSource<L, Name>,
  { title = 'A spillway cascade', measured }: ReportOptions = {},
): ReportData {
  const { plan, certificate, profile, objective, frontier, tried, exits, stageNotes } = parts;
  const chosen = new Set(plan.stages.map(subsetKey));
  const reliability = reliabilityOf(parts);
  const decision = decisionWords(plan);
  return {
    title,
    verdict: certificate.verdict,
    warnings: warningsBefore(certificate, plan, tried),
    promise: promiseWords(certificate),
    notes: [
      ...weakBounds(certificate),
      ...modeNotes(parts),
      ...importanceNotes(parts),
      ...fidelityNotes(parts),
      ...parts.notes,
      ...timeNotes(parts.spent ?? []),
      ...fitNotes(parts.fits ?? []),
      ...stageNotes,
      ...fullModelNotes(plan),
      ...objectiveNotes(parts),
      ...moneyNotes(parts.full, plan, objective),
      ...repeatNotes(certificate),
      ...stabilityNotes(certificate),
      ...checkNotes(parts.checked, certificate.verdict),
    ],
    notPromised: notPromised(certificate),
    next: [
      ...adviceNow(parts).map((each) => each.text),
      ...orderToCheck(certificate, plan),
      ...featuresToCheapen(certificate, plan, profile, objective),
      ...VERDICTS[certificate.verdict].next({
        ...certificate,
        isMeasured: measured !== undefined,
        mostRepeat: mostRepeat(certificate.repeating),
        advised: adviceNow(parts).map((each) => each.option),
      }),
    ],
    unit: objective === 'price' ? 'price' : 'µs',
    counted: countedWords(objective),
    ...(plan.decision.kind === 'value' && { isRegression: true }),
    ...(decision !== undefined && { decision }),
    features: reportedFeatures(parts),
    subsets: tried.map((subset) => ({
      ...subset,
      learner: learnerWords(subset),
      chosen: chosen.has(subsetKey(subset)),
    })),
    stages: stagesOf(parts.full, plan),
    exits: exits.map(({ stage, cost, chosen: taken, ...kind }) => ({
      stage: `${stage + 1} of the chain`,
      score: exitWords(kind),
      cost,
      chosen: taken,
    })),
    expected: plan.expected,
    certificate: termsOf(parts, certificate),
    frontier: frontier.map(({ epsilon, cost, speedup }) => ({
      epsilon,
      cost,
      speedup,
      chosen: epsilon === certificate.epsilon,
    })),
    ...(measured && { measured }),
    choices: choicesOf(parts),
    spending: spendingOf(parts),
    ...(reliability.length > 0 && { reliability }),
  };
}

/** None of a promise that is no longer one: what a plan was expected to cost doesn't matter then. */
function adviceNow({ advice = [], certificate }: Pick<ReportSource<never, never>, 'advice' | 'certificate'>) {
  return certificate.verdict === 'void' ? [] : advice;
}

/** Which model "the full model" is: the one that `tune` fitted, or the one that was given. */
function referenceModel(full: NamedFullModel): string {
  const name = fullModelName(full);
  if (full.learner !== undefined) {
    return `the full model of this pipeline: ${name} on all its features, fitted by tune`;
  }
  const { fingerprint = name } = full;
  return `the full model as it was given to tune: ${name}${fingerprint === name ? '' : `, ${fingerprint}`}`;
}

function termsOf<L extends Label, Name extends string>(
  { plan, made, full }: Pick<ReportSource<L, Name>, 'plan' | 'made' | 'full'>,
  certificate: Certificate,
): ReportCertificate {
  const { all, prospect, unit } = certificate;
  const quality = qualityOf(certificate, plan);
  const byClass = harmOf(certificate, plan);
  const changes = changesShown(certificate);
  const words = inWords(certificate.loss);
  const flips = flipsWords(certificate);
  const tests = testsWords(certificate);
  return {
    loss: words.title,
    reference: referenceModel(full),
    epsilon: certificate.epsilon,
    delta: certificate.delta,
    ...(certificate.jointDelta > certificate.delta && { jointDelta: certificate.jointDelta }),
    method: certificate.method,
    n: certificate.n,
    observed: observedOf(certificate),
    ...(tests !== undefined && { tests }),
    ...(flips !== undefined && { flips }),
    rowsNeeded: certificate.rowsNeeded,
    ...(words.scale !== undefined && { scale: words.scale }),
    ...(quality && { quality }),
    ...(byClass.length > 0 && { byClass }),
    ...(changes && { changes }),
    ...(prospect && {
      prospect: {
        ...prospect,
        unit: isOfDifferent(certificate) ? ('different rows' as const) : unit,
        fullCost: plan.expected.fullCost,
      },
    }),
    ...(made && { made }),
    ...(all && {
      all: all.map((clause) => {
        const { title, scale } = inWords(clause.loss);
        return {
          ...clause,
          loss: title,
          ...(scale !== undefined && { scale }),
          found: foundOf(clause, certificate.unit),
        };
      }),
    }),
  };
}

/** Whether units are different rows. */
function isOfDifferent({ copies, repeating }: Certificate): boolean {
  return Boolean(copies) || repeating?.are === 'copies' || repeating?.split !== undefined;
}

/** Epsilons that the slider stops at. */
const STOPS = 48;

/** The band at other epsilons: at all of them, or at those that were tested. */
function choicesOf<L extends Label, Name extends string>(source: ReportSource<L, Name>): ReportChoice[] {
  if (!isChoosable(source) || source.certificate.verdict === 'void') return [];
  const stops = epsilonsOf(source).filter((epsilon) => !isVacuous(source.certificate, epsilon));
  return stops.map((epsilon) => {
    const { plan, certificate } = choiceAt(source, epsilon);
    return {
      epsilon,
      verdict: certificate.verdict,
      promise: promiseWords(certificate),
      stages: stagesOf(source.full, plan),
      expected: plan.expected,
      certificate: termsOf(source, certificate),
    };
  });
}

function epsilonsOf<L extends Label, Name extends string>({
  certificate,
  evidence,
}: ReportSource<L, Name>): number[] {
  const { epsilon, also } = certificate;
  if (also !== undefined) return [epsilon, ...also].sort((a, b) => a - b);
  const limits = evidence?.path.band.filter((limit) => limit > 0) ?? [];
  // Beyond the largest limit of the band there is nothing more aggressive to serve. Rounded up;
  // otherwise that plan's own stop would miss it.
  const most = upTwoDigits(Math.max(epsilon, ...limits.filter((limit) => limit < 1)));
  const least = Math.min(...limits, epsilon, most / 2);
  const stops = Array.from({ length: STOPS }, (_, i) =>
    Number((least * (most / least) ** (i / (STOPS - 1))).toPrecision(2)),
  );
  return [...new Set([...stops, most, epsilon])].filter((stop) => stop < 1).sort((a, b) => a - b);
}

/**
 * By stage, its exit score and how often its answer loses nothing. Regression has errors instead of
 * right answers.
 */
function reliabilityOf<L extends Label, Name extends string>({
  evidence,
  plan,
  exits,
}: ReportSource<L, Name>): ReportReliability[] {
  if (evidence?.tuning === undefined || plan.decision.kind === 'value') return [];
  const { stages } = evidence.path;
  return evidence.tuning.stages.map(({ evidence: { confidence, loss } }, s) => {
    const right = Uint8Array.from(loss, (lost) => Number(lost === 0));
    const taken = exits.find(({ stage, chosen }) => stage === s && chosen);
    return {
      stage: `${s + 1}: ${stages[s].features.join(', ')}`,
      score: taken ? exitWords(taken) : 'exit score',
      bins: reliabilityBins(confidence, right, 12).map((bin) => ({
        rows: bin.rows,
        confidence: bin.confidence,
        agreement: bin.accuracy,
      })),
    };
  });
}

const MODELS = 'models';

/**
 * The cost of a row by part, models last. A transform counts with the feature that first reads it.
 */
function spendingOf<L extends Label, Name extends string>({
  plan,
  profile,
  objective,
}: ReportSource<L, Name>): ReportSpending[] {
  const stages = [...plan.stages, plan.full];
  const paid: AtFidelity<Name>[] = [];
  const spent = new Map<string, number[]>();
  const add = (name: string, s: number, cost: number) => {
    const own = spent.get(name) ?? stages.map(() => 0);
    own[s] += cost;
    spent.set(name, own);
  };
  stages.forEach(({ features, reach, cost }, s) => {
    let left = cost;
    for (const name of features.filter((each) => !paid.includes(each))) {
      const own = costOf(featureCosts(profile, [name], paid), objective);
      paid.push(name);
      add(name, s, reach * own);
      left -= own;
    }
    // Hard rows may be small ones, for which features cost less than for others.
    add(MODELS, s, reach * Math.max(0, left));
  });
  const all = sum([...spent.values()].flat());
  const last = [...spent].sort(([a], [b]) => Number(a === MODELS) - Number(b === MODELS));
  return last.map(([name, own]) => ({ name, shares: own.map((cost) => (all > 0 ? cost / all : 0)) }));
}
