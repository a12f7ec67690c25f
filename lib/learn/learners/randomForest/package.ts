import { MissingPackage } from '../../../errors.js';
import type { Importer } from '../../../util/packages.js';

export type Package = typeof import('ml-random-forest');

/** @throws MissingPackage where ml-random-forest, which is optional, isn't installed */
export async function loadForestPackage(load: Importer = (start) => start()): Promise<Package> {
  try {
    return await load(() => import('ml-random-forest'));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND')) throw error;
    throw new MissingPackage(['ml-random-forest'], 'randomForest', { cause: error });
  }
}
