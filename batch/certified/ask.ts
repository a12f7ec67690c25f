import { join } from 'node:path';
import type { Certificate } from '../../cascades/index.js';
import {
  changesShape,
  type KeyedRow,
  lowest,
  type SampleDesign,
  totalCounts,
} from '../../cascades/internal.js';
import {
  list,
  naturalNumber,
  number,
  object,
  oneOf,
  optional,
  record,
  text,
} from '../../lib/data/artifact/index.js';
import { RunError } from '../../lib/errors.js';
import { CERTIFICATE, type RunFolder, readPlan, type Shard } from '../run/index.js';
import type { Unit } from '../units/index.js';
import { askedAnswers, standingAnswers } from './asked.js';
import { type CertifiedBatch, ownUnits, partitionOf, unitName } from './certifiedBatch.js';
import { RecordFile } from './record.js';
import { SKETCHED, type UnitEvidence, unitCodes, unitEvidence } from './score.js';
import { UnitSource } from './source.js';

/** What was certified of a batch: its answers follow from this, the units' codes and the full model. */
export interface CertifiedPlan {
  readonly version: number;
  /** Key of the batch's first unit, by which it is known. */
  readonly first: string;
  readonly rows: number;
  /** The plan's position on the cascade's path; -1: the full model answers all. */
  readonly step: number;
  /** Positions of the drawn rows by unit, ascending. They have been used: they are no evidence any more. */
  readonly sample: Readonly<Record<string, readonly number[]>>;
  readonly certificate: Pick<Certificate, 'verdict' | 'epsilon' | 'delta' | 'n' | 'lost'> & {
    /** Absent where the full model answers all, and from folders of earlier versions. */
    readonly changes?: Certificate['changes'] | undefined;
  };
}

const certifiedPlan = object<CertifiedPlan>({
  version: naturalNumber,
  first: text,
  rows: naturalNumber,
  step: number,
  sample: record(list(naturalNumber)),
  certificate: object({
    verdict: oneOf('certified', 'full-model-only'),
    epsilon: number,
    delta: number,
    n: naturalNumber,
    lost: naturalNumber,
    changes: optional(changesShape),
  }),
});

/** The certificate of a batch. @returns undefined where it isn't there yet @throws as {@link certifiedPlanIn} */
export async function certifiedPlanOf({
  folder,
  units,
  output,
}: CertifiedBatch): Promise<CertifiedPlan | undefined> {
  const found = await planFile(folder).read();
  return found && ofBatch(folder.path, found, units[0]?.key, output.claim);
}

/**
 * The certificate in a folder.
 *
 * @returns undefined where there is none
 * @throws RunError `damaged`, also where it isn't of the claim and the units that the folder's plan has
 */
export async function certifiedPlanIn(folder: Pick<RunFolder, 'path'>): Promise<CertifiedPlan | undefined> {
  const found = await planFile(folder).read();
  const plan = found && (await readPlan(folder.path));
  return plan && ofBatch(folder.path, found, plan.units[0]?.key, plan.options.claim);
}

function ofBatch(
  path: string,
  found: CertifiedPlan,
  first: string | undefined,
  claim: string | undefined,
): CertifiedPlan {
  const { epsilon, delta } = found.certificate;
  // A claim begins with both.
  const promised = JSON.stringify([epsilon, delta]).slice(0, -1);
  if (found.first === first && claim?.startsWith(`${promised},`)) return found;
  throw new RunError(
    'damaged',
    `'${join(path, CERTIFICATE)}' isn't the certificate of what the folder's plan claims: remove it, and run the ` +
      'phase ask again',
  );
}

function planFile({ path }: Pick<RunFolder, 'path'>): RecordFile<CertifiedPlan> {
  return new RecordFile(path, CERTIFICATE, certifiedPlan);
}

/**
 * Draws the sample, asks the full model about the rows of it that are in a shard's units, and where all answers stand
 * tests the path and commits the certificate.
 *
 * @returns the certificate, or units whose answers other shards have still to bring
 * @throws RunError `missing`, naming units that aren't scored; `changed`; PoisonRow
 */
export async function askBatch(
  batch: CertifiedBatch,
  shard: Shard,
  onProgress: (share: number) => void = () => {},
): Promise<CertifiedPlan | { readonly waitsFor: readonly Unit[] }> {
  const { folder, steps, units, claim } = batch;
  const known = await certifiedPlanOf(batch);
  if (known !== undefined) return known;
  const evidence = await allEvidence(batch);
  const partitions = units.map(partitionOf);
  const counts = new Map([...evidence].map(([unit, each]) => [partitionOf(unit), each]));
  const design = steps.design(partitions, counts, claim);
  const sample = await sampleOf(batch, evidence, design);
  const own = ownUnits(batch, shard);
  for (const [i, unit] of own.entries()) {
    onProgress(i / own.length);
    const [rows, scored] = [sample.get(unit.key), evidence.get(unit)?.source];
    if (rows === undefined || scored === undefined) continue;
    await askedAnswers(batch, unit, 'sample', rows, new UnitSource(batch.files, unit, scored));
  }
  const waitsFor: Unit[] = [];
  const drawn: Parameters<typeof steps.conclude>[2][number][] = [];
  for (const [unit, each] of evidence) {
    const rows = sample.get(unit.key);
    if (rows === undefined) continue;
    const answers = await standingAnswers(batch, unit, 'sample', rows);
    if (answers === undefined) {
      waitsFor.push(unit);
      continue;
    }
    const { stages } = await unitCodes(batch, unit, each);
    rows.forEach((row, i) => {
      const codes = stages.map(({ answers: own, ranks }) => ({ answer: own[row], rank: ranks[row] }));
      drawn.push({ codes, full: answers[i] });
    });
  }
  if (waitsFor.length > 0) return { waitsFor };
  const all = totalCounts(partitions, counts);
  const { step, plan, certificate } = steps.conclude(design, all, drawn, claim);
  const found = {
    version: 1,
    first: units[0].key,
    rows: all.rows,
    step,
    sample: Object.fromEntries(sample),
    certificate,
    design,
    plan,
  };
  return planFile(folder).commit(found);
}

/** @throws RunError `missing`: a batch is certified as a whole */
async function allEvidence(batch: CertifiedBatch): Promise<Map<Unit, UnitEvidence>> {
  const evidence = new Map<Unit, UnitEvidence>();
  const missing: Unit[] = [];
  for (const unit of batch.units) {
    const found = await unitEvidence(batch, unit);
    if (found === undefined) missing.push(unit);
    else evidence.set(unit, found);
  }
  if (missing.length === 0) return evidence;
  throw new RunError(
    'missing',
    `${missing.length} of ${batch.units.length} units aren't scored yet: ${someOf(missing)}. A batch is certified as a ` +
      'whole: run the phase score for them first',
  );
}

/** The first few, for people. */
export function someOf(units: readonly Unit[]): string {
  const more = units.length - 5;
  return `${units.slice(0, 5).map(unitName).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/**
 * The sample, by units. The lowest numbers of each unit are known since it was scored, and are enough unless a unit has
 * a larger part of the sample: then its codes are read.
 */
async function sampleOf(
  batch: CertifiedBatch,
  evidence: ReadonlyMap<Unit, UnitEvidence>,
  design: SampleDesign,
): Promise<Map<string, number[]>> {
  const { plans, count } = design;
  let sample: KeyedRow[] = [];
  for (const [unit, { sketch }] of evidence) {
    const partition = partitionOf(unit);
    for (const { opens, ...row } of sketch) if (opens < plans) sample.push({ partition, ...row });
    if (sample.length >= 2 * count + SKETCHED) sample = lowest(sample, count);
  }
  sample = lowest(sample, count);
  for (const [unit, each] of evidence) {
    // Its rows beyond the sketch have higher numbers than all of it.
    const last = each.sketch[SKETCHED - 1];
    const cut = count === 0 ? -1 : (sample[count - 1]?.high ?? Number.POSITIVE_INFINITY);
    if (last === undefined || last.high > cut) continue;
    const coded = await unitCodes(batch, unit, each);
    sample = batch.steps.draw(batch.claim.seed, design, partitionOf(unit), coded, sample);
  }
  const rows = new Map<string, number[]>();
  for (const { partition, index } of sample) {
    const own = rows.get(partition) ?? [];
    own.push(index);
    rows.set(partition, own);
  }
  // In the order of the units, whatever that of the numbers, so that a certificate has the same bytes.
  return new Map(
    [...evidence.keys()].flatMap((unit) => {
      const own = rows.get(partitionOf(unit))?.sort((a, b) => a - b);
      return own === undefined ? [] : [[unit.key, own] as const];
    }),
  );
}
