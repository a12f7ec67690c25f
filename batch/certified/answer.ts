import type { Label } from '../../cascades/index.js';
import { RunError } from '../../lib/errors.js';
import type { AnswerColumns, RowBatch } from '../formats/index.js';
import { type CommittedUnit, unitWriter } from '../run/index.js';
import { readUnit, type Unit } from '../units/index.js';
import { type CertifiedPlan, certifiedPlanOf } from './ask.js';
import { askedAnswers, standingAnswers } from './asked.js';
import { type CertifiedBatch, unitName } from './certifiedBatch.js';
import { type UnitEvidence, unitCodes, unitEvidence } from './score.js';
import { UnitSource } from './source.js';

/**
 * Answers a unit by the plan that was certified, and commits its output: rows of the sample have the full model's
 * answers, rows that leave early their stage's, all others the full model's. What another process committed first stands.
 *
 * @throws RunError `missing` without a certificate; `changed`, naming the unit, where its input isn't what was scored:
 *   the certificate is void then; PoisonRow
 */
export async function answerCertified(batch: CertifiedBatch, unit: Unit): Promise<CommittedUnit> {
  const { folder, model, output, files } = batch;
  const { format } = output;
  const known = await folder.committed(unit.key, format);
  if (known !== undefined) return known;
  const [certified, evidence] = [await certifiedPlanOf(batch), await unitEvidence(batch, unit)];
  if (certified === undefined || evidence === undefined)
    throw new RunError(
      'missing',
      `'${folder.path}' has no certificate yet: run the phases score and ask first`,
    );
  const source = new UnitSource(files, unit, evidence.source);
  const answers = await unitAnswers(batch, unit, certified, evidence, source);
  const { outcome, standing, bytes } = await folder.commitOutput(unit.key, format, async (file) => {
    const writer = await unitWriter(file, unit, output, model.classes, files);
    for await (const rows of readUnit(unit, output, files)) await writer.write(rows, answers.of(rows));
    await writer.end();
    // Before the commit: what was written is of the rows that were scored.
    await source.check();
  });
  if (outcome === 'different') return standingUnit(batch, unit, standing);
  const done: CommittedUnit = {
    key: unit.key,
    index: unit.index,
    input: unit.input.name,
    rows: evidence.rows,
    digest: standing,
    bytes,
    source: evidence.source,
    exits: answers.exits,
    degraded: 0,
    errors: 0,
    verdict: { [certified.certificate.verdict]: evidence.rows },
  };
  const recorded = await folder.commitRecord(done);
  return recorded.outcome === 'different' ? standingUnit(batch, unit, standing) : done;
}

/**
 * The unit as another process has committed it, whose full model may have answered otherwise.
 *
 * @param standing digest of the output that stands
 * @throws RunError `different` where it is none that was committed
 */
async function standingUnit(
  { folder, output }: CertifiedBatch,
  unit: Unit,
  standing: string,
): Promise<CommittedUnit> {
  const known = await folder.committed(unit.key, output.format);
  if (known?.digest === standing) return known;
  throw new RunError(
    'different',
    `${unitName(unit)} was answered before, and otherwise: what the folder holds has been changed. Begin again in an empty one`,
  );
}

interface UnitAnswers {
  /** Rows by the stage that answered; the last is the full model. */
  readonly exits: readonly number[];
  of(batch: RowBatch): AnswerColumns;
}

async function unitAnswers(
  batch: CertifiedBatch,
  unit: Unit,
  { step, sample, certificate }: CertifiedPlan,
  evidence: UnitEvidence,
  source: UnitSource,
): Promise<UnitAnswers> {
  const { steps, model } = batch;
  const { answers, stages } = steps.exits(step, await unitCodes(batch, unit, evidence));
  const last = steps.plan(step).stages.length;
  const drawn = Object.hasOwn(sample, unit.key) ? sample[unit.key] : [];
  const tested = await standingAnswers(batch, unit, 'sample', drawn);
  if (tested === undefined)
    throw new RunError(
      'damaged',
      `${unitName(unit)} lacks answers that it was certified by: begin again in an empty folder`,
    );
  drawn.forEach((row, i) => {
    answers[row] = tested[i];
    stages[row] = last;
  });
  const rest = [...answers.keys()].filter((row) => Number.isNaN(answers[row]));
  const asked = await askedAnswers(batch, unit, 'rest', rest, source);
  rest.forEach((row, i) => {
    answers[row] = asked[i];
  });
  const exits = new Array<number>(last + 1).fill(0);
  for (const stage of stages) exits[stage]++;
  const label = Array.from(answers, (answer): Label => model.classes[answer]);
  return {
    exits,
    of: ({ rows, from }) => ({
      label: label.slice(from, from + rows.length),
      stage: stages.subarray(from, from + rows.length),
      verdict: new Array<string>(rows.length).fill(certificate.verdict),
    }),
  };
}
