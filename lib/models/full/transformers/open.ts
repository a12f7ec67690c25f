import { ArtifactError, OptionError } from '../../../errors.js';
import { errorText } from '../../../util/errorText.js';
import { isSecondRuntime, secondRuntime } from '../../../util/packages.js';
import { loadTransformers } from './package.js';
import type { PipelineTask } from './pipeline.js';

/** How a pipeline is opened from a folder. */
export interface FolderOptions {
  /** The type of the weights, `fp32`, `fp16`, `q8`, …: see transformers.js. @defaultValue 'fp32' */
  readonly dtype?: string;
  /** Where it runs: `cpu`, `webgpu`, `cuda`, …: see transformers.js. @defaultValue 'cpu' */
  readonly device?: string;
  /** More options of ONNX Runtime's session, such as `intraOpNumThreads`. */
  readonly session?: Readonly<Record<string, unknown>>;
  /** The module `@huggingface/transformers`, in place of the installed package. */
  readonly transformers?: unknown;
}

/**
 * @returns what opens the pipeline of a folder, by its absolute path. It throws an ArtifactError for one that can't be
 * opened, an OptionError for a device that isn't there
 * @throws what `loadTransformers` throws
 */
export async function pipelineOpener({
  dtype = 'fp32',
  device = 'cpu',
  session = {},
  transformers,
}: FolderOptions): Promise<(task: PipelineTask, path: string) => Promise<unknown>> {
  const { pipeline } = await loadTransformers(transformers);
  return async (task, path) => {
    try {
      return await pipeline(task, path, { dtype, device, local_files_only: true, session_options: session });
    } catch (error) {
      if (isSecondRuntime(error)) throw secondRuntime('@huggingface/transformers', error);
      const why = errorText(error);
      if (/unsupported device/i.test(why)) throw new OptionError('device', why);
      throw new ArtifactError('foreign', `the model in ${path} can't be opened: ${why}`, { cause: error });
    }
  };
}
