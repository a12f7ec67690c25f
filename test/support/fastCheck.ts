import fc from 'fast-check';

/**
 * What tests get when they import fast-check (scripts/tests.mjs sees to it): the same, but `npm test` draws the same examples
 * every time, so that it passes or fails by the code alone. `npm run fuzz` draws others, and then the seeds and counts that
 * single properties ask for don't hold.
 */

const FIXED = 20;
const { FUZZ_SEED, FUZZ_RUNS } = process.env;

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(FUZZ_SEED ?? FIXED) });

function parametersOf<Ts>({ seed, numRuns, ...rest }: fc.Parameters<Ts> = {}): fc.Parameters<Ts> {
  const runs = FUZZ_RUNS === undefined ? numRuns : Number(FUZZ_RUNS);
  return {
    ...rest,
    ...(runs !== undefined && { numRuns: runs }),
    ...(seed !== undefined && FUZZ_SEED === undefined && { seed }),
  };
}

function assert<Ts>(property: fc.IAsyncProperty<Ts>, parameters?: fc.Parameters<Ts>): Promise<void>;
function assert<Ts>(property: fc.IProperty<Ts>, parameters?: fc.Parameters<Ts>): void;
function assert<Ts>(property: fc.IRawProperty<Ts>, parameters?: fc.Parameters<Ts>): Promise<void> | void {
  return fc.assert(property, parametersOf(parameters));
}

export default { ...fc, assert };
