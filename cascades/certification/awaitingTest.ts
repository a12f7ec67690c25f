import { REASONS } from '../../lib/report/words/index.js';
import type { Label } from '../types/index.js';
import { type Certified, certify, type ToCertify } from './certify.js';
import { certifyPath } from './certifyPath.js';
import { exploratory } from './decide.js';
import type { CertificationTable } from './table.js';
import type { PathToTest } from './testPath.js';

/**
 * A path that no rows were drawn to test yet: nothing is promised, and the full model answers alone. Its plans have the
 * losses that were seen on the rows tuned on, for whoever plans a test. There is no band: these rows chose the path.
 *
 * @param path undefined where there is none; `table` has the stages' answers to the rows that judged them, each by
 *   models that hadn't seen it
 */
export function awaitingTest<Row, L extends Label, Name extends string>(
  chosen: ToCertify<Row, L, Name>,
  path:
    | (PathToTest<L, Name> & {
        readonly table: Pick<CertificationTable, 'stages' | 'full' | 'labels' | 'origin'>;
      })
    | undefined,
): Certified<L, Name> {
  const { certificate, ...none } = certify(chosen, undefined, []);
  if (path === undefined) return { certificate, ...none };
  const { spec, classes, random } = chosen;
  const table = { ...path.table, groups: undefined, classes };
  const seen = certifyPath(path.path, table, spec, random);
  return {
    ...none,
    certificate: exploratory(certificate, REASONS.untested),
    plans: path.plans,
    test: { certification: { ...seen, step: -1, band: [] }, sample: undefined },
  };
}
