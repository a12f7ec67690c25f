import { OptionError } from '../../../errors.js';
import { checkThread } from '../../../util/onnxThreads.js';
import {
  installedVersion,
  isSecondRuntime,
  type Load,
  loadPackage,
  optionalPackage,
  secondRuntime,
} from '../../../util/packages.js';
import type { DeclaredType, TensorElements } from '../elements.js';

/** The part of onnxruntime-node, or of onnxruntime-web, that is used. */
export interface OnnxRuntime {
  readonly InferenceSession: {
    create(model: string | Uint8Array, options?: object): Promise<OnnxSession>;
  };
  readonly Tensor: new (type: DeclaredType, elements: TensorElements, shape: readonly number[]) => object;
}

export interface OnnxSession {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  readonly inputMetadata?: readonly OnnxValue[];
  readonly outputMetadata?: readonly OnnxValue[];
  run(
    feeds: Readonly<Record<string, object>>,
    fetches: readonly string[],
  ): Promise<Readonly<Record<string, OnnxTensor>>>;
  release?(): Promise<void>;
}

/** A session's declaration of an input or output. */
export interface OnnxValue {
  readonly name: string;
  readonly isTensor: boolean;
  readonly type?: string;
  /** Text where the size is open. */
  readonly shape?: readonly (number | string)[];
}

export interface OnnxTensor {
  readonly type: string;
  readonly dims: readonly number[];
  /** The location of the data; `cpu`: in main memory, in `data`. */
  readonly location?: string;
  readonly data: unknown;
  getData?(): Promise<unknown>;
  dispose?(): void;
}

const PACKAGE = 'onnxruntime-node';

/**
 * @param given in the package's place
 * @throws PackageConflict beside another release of it, and on a worker thread for one below 1.27; MissingPackage if onnxruntime-node, which is optional, isn't
 *   installed; OptionError for a value that is no runtime
 */
export async function loadRuntime(given: unknown, load?: Load): Promise<OnnxRuntime> {
  const runtime = given ?? (await loadShared(load));
  if (isRuntime(runtime)) return runtime;
  throw new OptionError('runtime', `expected the module ${PACKAGE}, or another that is used like it`);
}

/** The installed package; where transformers.js has loaded another release of it, that one. */
async function loadShared(load: Load = loadPackage): Promise<unknown> {
  checkThread(installedVersion(PACKAGE));
  try {
    return await optionalPackage(PACKAGE, 'onnxModel', load);
  } catch (error) {
    if (!isSecondRuntime(error)) throw error;
    return load(PACKAGE, '@huggingface/transformers').catch(() => {
      throw secondRuntime(PACKAGE, error);
    });
  }
}

function isRuntime(value: unknown): value is OnnxRuntime {
  return typeof value === 'object' && value !== null && 'InferenceSession' in value && 'Tensor' in value;
}
