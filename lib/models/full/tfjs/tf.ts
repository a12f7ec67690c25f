import { MissingPackage, OptionError } from '../../../errors.js';
import { isAbsent, type Load } from '../../../util/packages.js';

/**
 * TensorFlow.js, as its package `@tensorflow/tfjs-core` exports it. It is an optional peer: only its types are known
 * here.
 */
export type Tf = typeof import('@tensorflow/tfjs-core');

const CORE = '@tensorflow/tfjs-core';

/**
 * @param given `tf`, as `@tensorflow/tfjs-core`, `@tensorflow/tfjs` or `@tensorflow/tfjs-node` export it
 * @throws MissingPackage if tfjs-core isn't installed; OptionError for something that isn't tfjs
 */
export async function loadTf(given: unknown, load: Load): Promise<Tf> {
  const tf = given ?? (await core(load));
  if (isTf(tf)) return tf;
  throw new OptionError('tf', `expected ${CORE}, or another package of TensorFlow.js that has all of it`);
}

/**
 * Packages with a tfjs-core of their own, which package managers may install where other packages
 * can't find it.
 */
const BRINGING = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node', '@tensorflow/tfjs'];

async function core(load: Load): Promise<unknown> {
  for (const of of [undefined, ...BRINGING]) {
    try {
      // tfjs-node depends on `@tensorflow/tfjs`, whose exports include those of tfjs-core.
      return await (of === undefined ? load(CORE) : load('@tensorflow/tfjs', of));
    } catch (error) {
      if (!isAbsent(error)) throw error;
    }
  }
  throw new MissingPackage([CORE], 'tfjsModel');
}

function isTf(value: unknown): value is Tf {
  const has = (name: string) => typeof Reflect.get(Object(value), name) === 'function';
  return ['tensor', 'tidy', 'setBackend', 'findBackendFactory', 'registerKernel', 'memory'].every(has);
}
