/** Models of scikit-learn's pipelines, as their files hold them: a kind a file. */

import { unsupportedModel } from '../../fields.js';
import { type NodeFields, PIPELINE } from '../node.js';
import type { PipelineModel, ReadModel } from '../step.js';
import { lightgbmOfPipeline, xgboostOfPipeline } from './boosters.js';
import { calibrated } from './calibrated.js';
import { constantOfPipeline } from './constant.js';
import { linearOfPipeline } from './linear.js';
import { perceptron } from './mlp.js';
import { categoricalBayes, gaussianBayes } from './naiveBayes.js';
import { answersOfPipeline, majorityOfAnswers, meanOfAnswers, thresholdOfPipeline } from './together.js';
import { treesOfPipeline } from './trees.js';

const MODELS: ReadonlyMap<string, ReadModel> = new Map([
  ['answers', answersOfPipeline],
  ['calibrated', calibrated],
  ['categorical bayes', categoricalBayes],
  ['constant', constantOfPipeline],
  ['gaussian bayes', gaussianBayes],
  ['lightgbm', lightgbmOfPipeline],
  ['linear', linearOfPipeline],
  ['majority', majorityOfAnswers],
  ['mean', meanOfAnswers],
  ['perceptron', perceptron],
  ['threshold', thresholdOfPipeline],
  ['trees', treesOfPipeline],
  ['xgboost', xgboostOfPipeline],
]);

/** @throws ArtifactError for a model that isn't known, or isn't one */
export function readPipelineModel(model: NodeFields): PipelineModel {
  const read = MODELS.get(model.op);
  if (read === undefined)
    throw unsupportedModel(
      PIPELINE,
      `has the model '${model.op}' at ${model.path}, which this release doesn't know`,
    );
  return read(model);
}
