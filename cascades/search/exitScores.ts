import { meanSimple } from 'simple-statistics';
import { chooseCalibrator } from '../../lib/learn/calibration/index.js';
import { classRule, EXIT_SCORES, type ExitRule, top } from '../../lib/learn/exits/index.js';
import { log } from '../../lib/util/math/index.js';
import { type Candidate, candidateOf, quantisedCostsAtLosses, type StageEvidence } from '../chain/index.js';
import { stageEvidence } from '../scoring/index.js';
import { foldsOf, heldScores, type Judging, type Material } from '../training/index.js';
import type { TriedExit } from '../types/index.js';
import type { CostedChain, SearchOptions } from './chainSearch.js';

/**
 * A rule must save this share to replace a simpler one, over targets around the requested one: few
 * rows lose, and at a single target chance alone makes one of several rules look a tenth cheaper.
 */
const WORTHWHILE = 0.05;
const AROUND = [0.5, 0.75, 1, 1.5, 2];

/**
 * A rule fitted to all scored rows, and its evidence on each row from a fit that hadn't seen it.
 */
interface Variant {
  readonly rule: ExitRule;
  readonly evidence: StageEvidence;
}

/**
 * Tries every exit score for each stage of a chain, first to last. The score with which the chain
 * costs least is chosen; among close ones, the simplest.
 *
 * Regression has one exit score, the error that a stage expects; nothing else is tried there.
 */
export async function chooseExits(
  material: Material,
  judging: Judging<'selection'>,
  found: CostedChain,
  { costs, even, target }: Pick<SearchOptions, 'costs' | 'even' | 'target'>,
): Promise<{ found: CostedChain; tried: TriedExit[] }> {
  const { width } = material;
  if (width === 1) return { found, tried: [] };
  let best = found;
  const tried: TriedExit[] = [];
  const variants = await Promise.all(found.chain.stages.map((stage) => variantsOf(material, judging, stage)));
  for (const [s, stage] of found.chain.stages.entries()) {
    const options = variants[s].map(({ rule, evidence }) => {
      const candidate = candidateOf({ ...stage, rule }, evidence, width);
      const stages = best.chain.stages.with(s, candidate);
      const chain = { ...best.chain, stages, costs: costs(stages) };
      const each = quantisedCostsAtLosses(
        { stages, costs: even(stages), rows: chain.rows },
        AROUND.map((times) => times * target),
      );
      return { chain, rule, cost: each[AROUND.indexOf(1)], around: meanSimple(each.map(log)) };
    });
    const least = Math.min(...options.map(({ around }) => around));
    const chosen = options.find(({ around }) => around <= least + WORTHWHILE) ?? options[0];
    for (const { rule, cost } of options) {
      tried.push({ stage: s, ...rule.kind, cost, chosen: rule === chosen.rule });
    }
    best = { chain: chosen.chain, cost: chosen.cost };
  }
  return { found: best, tried };
}

/** The plain probability, then every exit score of calibrated probabilities, from the simplest on. */
async function variantsOf(material: Material, judging: Judging, stage: Candidate): Promise<Variant[]> {
  const { width, decision, context } = material;
  const {
    loss: { lost },
    full: { judged },
    held,
    scored,
  } = judging;
  const scores = await heldScores(material, judging, stage);
  const folds = foldsOf(held, scored);
  const truth = Int32Array.from(stage.target === 'labels' && judged.labels ? judged.labels : judged.full);
  const { calibrator, held: calibrated } = await chooseCalibrator(
    scores,
    width,
    truth,
    folds,
    context.signal,
  );
  const plain = classRule(decision);
  const evidenceOn = (of: Float64Array) => stageEvidence(lost, plain, of.slice(), width);
  const variant = (rule: ExitRule, evidence: StageEvidence): Variant => ({
    rule,
    evidence: silenced(evidence, scores, width),
  });
  const variants = [variant(plain, evidenceOn(scores))];
  const { answers: decided, loss } = evidenceOn(calibrated);
  const agrees = Uint8Array.from(loss, (value) => Number(value === 0));
  const rows = { scores: calibrated, classes: width, decided, agrees, folds };
  for (const scoring of Object.values(EXIT_SCORES)) {
    const fitted = width < scoring.fewest ? undefined : await scoring.fit(rows, context);
    if (fitted === undefined) continue;
    const { score, held: confidence } = fitted;
    // That is the plain probability again.
    if (score === top && calibrator.kind === 'identity') continue;
    variants.push(variant(classRule(decision, calibrator, score), { answers: decided, confidence, loss }));
  }
  return variants;
}

/**
 * The same evidence without confidence for every class that is decided only on identical scores.
 * Fits fold by fold would distinguish such rows by their folds, which new rows don't have.
 */
function silenced(evidence: StageEvidence, scores: Float64Array, width: number): StageEvidence {
  const first = new Map<number, number>();
  const varied = new Set<number>();
  evidence.answers.forEach((answer, row) => {
    const other = first.get(answer);
    if (other === undefined) first.set(answer, row);
    else if (!areSame(scores, other * width, row * width, width)) varied.add(answer);
  });
  const confidence = evidence.confidence.map((sure, row) =>
    varied.has(evidence.answers[row]) ? sure : Number.NaN,
  );
  return { ...evidence, confidence };
}

function areSame(scores: Float64Array, a: number, b: number, width: number): boolean {
  for (let c = 0; c < width; c++) if (scores[a + c] !== scores[b + c]) return false;
  return true;
}
