import { OptionError, PackageConflict } from '../../errors.js';
import { type Load, optionalPackage } from '../../packages.js';
import { member } from './member.js';

/** The part of `@huggingface/transformers` that is used. */
export interface Transformers {
  readonly pipeline: (task: string, model: string, options: object) => Promise<unknown>;
}

const PACKAGE = '@huggingface/transformers';

/**
 * @param given in the package's place
 * @throws MissingPackage where the package isn't installed; PackageConflict where another onnxruntime-node was loaded before its own;
 * OptionError for a value that isn't the package
 */
export async function loadTransformers(given: unknown, load?: Load): Promise<Transformers> {
  const loaded = given ?? (await loadedPackage(load));
  if (isTransformers(loaded)) return loaded;
  throw new OptionError('transformers', `expected the module ${PACKAGE}`);
}

async function loadedPackage(load: Load | undefined): Promise<unknown> {
  try {
    return await optionalPackage(PACKAGE, 'transformersModel', load);
  } catch (error) {
    throw isSecondCopy(error) ? secondCopy(PACKAGE, error) : error;
  }
}

/**
 * Whether a native library wasn't loaded. Two releases of ONNX Runtime in one process are the usual reason: both call their shared
 * library the same, and the second binds to the first one's.
 */
export function isSecondCopy(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (member(at, 'code') === 'ERR_DLOPEN_FAILED') return true;
  }
  return false;
}

/** @param name of the package that was to be loaded */
export function secondCopy(name: string, cause: unknown): PackageConflict {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new PackageConflict(
    'onnxruntime-node',
    `${name} can't load its onnxruntime-node (${why}). One process can hold one release of it, and another may have been loaded before: ` +
      "install the release that @huggingface/transformers pins, so that both share it ('npm ls onnxruntime-node' shows the copies)",
    { cause },
  );
}

function isTransformers(value: unknown): value is Transformers {
  return typeof member(value, 'pipeline') === 'function';
}
