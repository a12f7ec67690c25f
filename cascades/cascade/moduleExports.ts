import { OptionError } from '../../lib/errors.js';
import type { FeatureSet } from '../../lib/features/define/index.js';
import { asModule } from '../../lib/util/asModule.js';

/** What a features' module exports, as far as loading takes it: `checkLoad` looks at the values. */
export interface ModuleExports {
  readonly features: FeatureSet<unknown>;
  readonly full?: Promise<never>;
  readonly learners?: readonly never[];
  /** What `spillway serve` makes rows of, unchecked. */
  readonly inputs?: unknown;
  readonly row?: unknown;
  /** Files that it reads itself: see `readCode`. */
  readonly reads?: unknown;
}

/**
 * Imports a features' module: features by name or as the default, `full` and `learners` where they are.
 *
 * @param url of a file
 * @throws OptionError for one that can't be imported, or has no features
 */
export async function importFeatures(url: string): Promise<ModuleExports> {
  const exported = await import(url).catch((error: unknown) => {
    throw new OptionError('module', `can't import ${url}: ${whyOf(error)}`);
  });
  const { default: given, ...named } = exported;
  // The default is the features, or has all by name, as that of CommonJS does.
  const own =
    typeof given === 'object' && given !== null && 'features' in given ? given : { features: given };
  const { features, full, learners, inputs, row, reads } = { ...own, ...named };
  if (features !== undefined) return { features, full, learners, inputs, row, reads };
  const names = Object.keys(exported).join(', ') || 'nothing';
  throw new OptionError('module', `${url} exports ${names}; expected 'features', as define() returns them`);
}

/** What `Cascade.load` takes of them. */
export function loadedOf({ features, full, learners }: ModuleExports) {
  return { features, ...(full && { full }), ...(learners && { learners }) };
}

function whyOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const isUnknown = 'code' in error && error.code === 'ERR_UNKNOWN_FILE_EXTENSION';
  return isUnknown
    ? `${error.message}. Give the module that is built of it; Node from 22.18 on runs TypeScript on threads`
    : `${error.message}${asModule(error)}`;
}
