import { OptionError } from '../../../errors.js';
import { member } from '../../../util/member.js';
import { checkThread } from '../../../util/onnxThreads.js';
import {
  installedVersion,
  isSecondRuntime,
  type Load,
  optionalPackage,
  secondRuntime,
} from '../../../util/packages.js';

/** The part of `@huggingface/transformers` that is used. */
export interface Transformers {
  readonly pipeline: (task: string, model: string, options: object) => Promise<unknown>;
}

const PACKAGE = '@huggingface/transformers';

/**
 * @param given in the package's place
 * @throws MissingPackage where the package isn't installed; PackageConflict where another onnxruntime-node was loaded
 *   before its own, or its own is below 1.27 and this is a worker thread; OptionError for a value that isn't the package
 */
export async function loadTransformers(given: unknown, load?: Load): Promise<Transformers> {
  const loaded = given ?? (await loadedPackage(load));
  if (isTransformers(loaded)) return loaded;
  throw new OptionError('transformers', `expected the module ${PACKAGE}`);
}

async function loadedPackage(load: Load | undefined): Promise<unknown> {
  checkThread(installedVersion('onnxruntime-node', PACKAGE));
  try {
    return await optionalPackage(PACKAGE, 'transformersModel', load);
  } catch (error) {
    throw isSecondRuntime(error) ? secondRuntime(PACKAGE, error) : error;
  }
}

function isTransformers(value: unknown): value is Transformers {
  return typeof member(value, 'pipeline') === 'function';
}
