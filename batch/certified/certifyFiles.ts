import { RunError } from '../../lib/errors.js';
import { ALL_UNITS, type RunProgress, type RunStatus, type Shard, writeManifest } from '../run/index.js';
import { answerCertified } from './answer.js';
import { askBatch, type CertifiedPlan, certifiedPlanOf, someOf } from './ask.js';
import { forgetRest } from './asked.js';
import { type CertifiedBatch, ownUnits } from './certifiedBatch.js';
import { scoreUnit } from './score.js';

/** The steps of a batch, in their order. */
export const PHASES = ['score', 'ask', 'answer'] as const;

export type Phase = (typeof PHASES)[number];

export interface PhasesOptions {
  /** @defaultValue all, one after the other */
  readonly phase?: Phase | undefined;
  /** @defaultValue all units */
  readonly shard?: Shard | undefined;
  readonly onProgress?: ((progress: RunProgress) => void) | undefined;
}

/** What a batch has come to. */
export interface CertifiedFiles extends RunStatus {
  /** Undefined until all is scored and the sample asked. */
  readonly certified: CertifiedPlan | undefined;
}

/**
 * Does what is left of a batch's phases for the units of a shard. Each unit of each phase is committed once, so phases
 * may be interrupted, repeated, and shared out among machines that see the same folder.
 *
 * @throws RunError `missing`, naming units, where a phase needs what other shards have still to bring; `changed`,
 *   naming the unit, where an input isn't what was scored; PoisonRow, TableError; what features and models throw
 * @example
 * const batch = await openCertifiedBatch('out', model, await inputsOf(['mails/']), { epsilon: 0.01 });
 * const { certified } = await certifyFiles(batch);
 */
export async function certifyFiles(
  batch: CertifiedBatch,
  { phase, shard = ALL_UNITS, onProgress }: PhasesOptions = {},
): Promise<CertifiedFiles> {
  const units = ownUnits(batch, shard);
  const each = async (step: Phase, work: (unit: CertifiedBatch['units'][number]) => Promise<unknown>) => {
    for (const [i, unit] of units.entries()) {
      batch.signal?.throwIfAborted();
      onProgress?.({ step, share: i / units.length });
      await work(unit);
    }
    onProgress?.({ step, share: 1 });
  };
  for (const step of phase === undefined ? PHASES : [phase]) {
    if (step === 'score') await each(step, (unit) => scoreUnit(batch, unit));
    else if (step === 'answer') await each(step, (unit) => answerCertified(batch, unit));
    else {
      const asked = await askBatch(batch, shard, (share) => onProgress?.({ step, share }));
      if ('waitsFor' in asked)
        throw new RunError(
          'missing',
          `the full model's answers to the sample are still to come for ${asked.waitsFor.length} of ` +
            `${batch.units.length} units: ${someOf(asked.waitsFor)}. Run the phase ask of the other shards`,
        );
      onProgress?.({ step, share: 1 });
    }
  }
  const status = await writeManifest(batch.folder.path);
  if (status.done === status.units) await forgetRest(batch);
  return { ...status, certified: await certifiedPlanOf(batch) };
}
