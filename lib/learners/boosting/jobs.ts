import type { SharedMemory } from '../../wasm.js';
import type { Targets } from '../targets.js';
import { joinLoops } from './fastLoops.js';
import { HISTOGRAM_JOB, type HistogramArrays, Histograms } from './histograms.js';
import { MARGIN_JOBS, type MarginArrays, Margins } from './margins.js';
import type { CheckedOptions } from './options.js';
import { lossOn } from './target.js';

/** What a worker is sent. */
export interface SharedJobs {
  readonly memory: SharedMemory;
  readonly histograms: HistogramArrays;
  readonly margins: MarginArrays;
  /** What the loss is made of, where rows may be shared out. */
  readonly targets: Targets | undefined;
  readonly options: CheckedOptions;
}

/** What has parts that any thread can take. */
interface Jobs {
  readonly histograms: Histograms;
  readonly margins: Margins;
}

/** The same jobs on another of the threads: 1, 2, … */
export function joinJobs(
  { histograms, margins, memory, targets, options }: SharedJobs,
  thread: number,
): Jobs {
  return {
    histograms: new Histograms(histograms, joinLoops(memory, thread)),
    margins: new Margins(margins, targets && lossOn(targets, options)),
  };
}

export function runPart({ histograms, margins }: Jobs, job: number, part: number): void {
  if (job === HISTOGRAM_JOB) histograms.part(part);
  else if (job === MARGIN_JOBS.differentiate) margins.differentiatePart(part);
  else if (job === MARGIN_JOBS.round) margins.roundPart(part);
  else margins.movePart(part);
}
