/** Steps of scikit-learn's pipelines, as their files hold them: an operation a file. */

import { unsupportedModel } from '../../fields.js';
import type { NodeFields } from '../node.js';
import { PIPELINE } from '../node.js';
import type { PipelineStep, ReadStep } from '../step.js';
import { affine } from './affine.js';
import { bins } from './bins.js';
import { categories } from './categories.js';
import { classNumbers } from './classNumbers.js';
import { refusing } from './finite.js';
import { impute } from './impute.js';
import { math } from './math.js';
import { missing } from './missing.js';
import { normalize } from './normalize.js';
import { polynomial } from './polynomial.js';
import { power } from './power.js';
import { powerInverse } from './powerInverse.js';
import { project } from './project.js';
import { quantile } from './quantile.js';
import { select } from './select.js';
import { splines } from './splines.js';
import { hashTerms, vocabularyTerms } from './terms.js';
import { tfidfTransform } from './tfidfTransform.js';
import { threshold } from './threshold.js';

const STEPS: ReadonlyMap<string, ReadStep> = new Map([
  ['affine', affine],
  ['bins', bins],
  ['categories', categories],
  ['impute', impute],
  ['math', math],
  ['missing', missing],
  ['normalize', normalize],
  ['polynomial', polynomial],
  ['power', power],
  ['power inverse', powerInverse],
  ['project', project],
  ['quantile', quantile],
  ['class numbers', classNumbers],
  ['select', select],
  ['terms', vocabularyTerms],
  ['hashTerms', hashTerms],
  ['tfidfTransform', tfidfTransform],
  ['splines', splines],
  ['threshold', threshold],
]);

/** @throws ArtifactError for an operation that isn't known, or a node that isn't one */
export function readPipelineStep(node: NodeFields): PipelineStep {
  const read = STEPS.get(node.op);
  if (read === undefined)
    throw unsupportedModel(
      PIPELINE,
      `has the step '${node.op}' at ${node.path}, which this release doesn't know`,
    );
  return refusing(node, read(node));
}
