import { SpillwayError } from '../../lib/errors.js';

/** Why a run over files can't go on. */
const REASONS = ['unwritable', 'other', 'changed', 'different', 'damaged', 'lost', 'missing'] as const;

/** A run over files can't go on. What it has committed stands. */
export class RunError extends SpillwayError {
  static readonly REASONS = REASONS;
  override name = 'RunError';

  constructor(
    /**
     * `unwritable`: the output folder can't be written to, or is full; `other`: it holds another run; `changed`: an
     * input or the model isn't what it was when the run was planned; `different`: a unit has two outputs that differ;
     * `damaged`: the folder holds something that no run wrote; `lost`: workers end before they begin; `missing`: a step
     * needs what another one, or another shard, has still to bring.
     */
    readonly reason: (typeof REASONS)[number],
    message: string,
    options?: ErrorOptions,
  ) {
    super('RUN', message, options);
  }
}
