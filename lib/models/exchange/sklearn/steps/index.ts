/** Steps of scikit-learn's pipelines, as their files hold them: an operation a file. */

import { unsupportedModel } from '../../fields.js';
import type { NodeFields } from '../node.js';
import { PIPELINE } from '../node.js';
import type { PipelineStep, ReadStep } from '../step.js';
import { affine } from './affine.js';
import { select } from './select.js';
import { hashTerms, terms } from './terms.js';
import { tfidfTransform } from './tfidfTransform.js';

const STEPS: ReadonlyMap<string, ReadStep> = new Map([
  ['affine', affine],
  ['select', select],
  ['terms', terms],
  ['hashTerms', hashTerms],
  ['tfidfTransform', tfidfTransform],
]);

/** @throws ArtifactError for an operation that isn't known, or a node that isn't one */
export function readPipelineStep(node: NodeFields): PipelineStep {
  const read = STEPS.get(node.op);
  if (read === undefined)
    throw unsupportedModel(
      PIPELINE,
      `has the step '${node.op}' at ${node.path}, which this release doesn't know`,
    );
  return read(node);
}
