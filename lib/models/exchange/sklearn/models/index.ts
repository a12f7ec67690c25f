/** Models at the end of scikit-learn's pipelines, as their files hold them: a kind a file. */

import { unsupportedModel } from '../../fields.js';
import { type NodeFields, PIPELINE } from '../node.js';
import type { PipelineModel, ReadModel } from '../step.js';
import { linearOfPipeline } from './linear.js';

const MODELS: ReadonlyMap<string, ReadModel> = new Map([['linear', linearOfPipeline]]);

/** @throws ArtifactError for a model that isn't known, or isn't one */
export function readPipelineModel(model: NodeFields): PipelineModel {
  const read = MODELS.get(model.op);
  if (read === undefined)
    throw unsupportedModel(
      PIPELINE,
      `has the model '${model.op}' at ${model.path}, which this release doesn't know`,
    );
  return read(model, readPipelineModel);
}
