import { readLightgbm } from '../../lightgbm/index.js';
import { applyLinks, numbersAfter } from '../../links.js';
import type { DescribedModel } from '../../trained.js';
import { readXgboost } from '../../xgboost/index.js';
import type { NodeFields } from '../node.js';
import type { PipelineModel, ReadModel } from '../step.js';
import { blockOf } from '../values.js';
import { checkTreeBlocks } from './trees.js';

/** A model of LightGBM: `file` is its text. LightGBM compares in double precision. */
export const lightgbmOfPipeline: ReadModel = (model) =>
  described(model, readLightgbm(model.tensor('file', Uint8Array)));

/**
 * A model of XGBoost: `file` is its UBJSON. XGBoost rounds rows to single precision; `zerosAreMissing` where it is
 * given sparse rows. `keepsStored`: a 0 that is stored is none of these, as where hashed terms cancel each other.
 */
export const xgboostOfPipeline: ReadModel = (model) =>
  described(
    model,
    readXgboost(
      model.tensor('file', Uint8Array),
      model.flag('zerosAreMissing'),
      model.parameters.get('keepsStored') === true,
    ),
  );

function described(model: NodeFields, own: DescribedModel): PipelineModel {
  const { columns, outputs: width, sums, links, classifies } = own;
  const outputs = numbersAfter(links, width);
  if (classifies !== model.flag('classifies'))
    throw model.damaged(`a model of ${classifies ? 'classes' : 'numbers'} in it`);
  return {
    outputs,
    predict(parts, rows, out) {
      const blocks = parts.map(blockOf);
      checkTreeBlocks(model.path, blocks, columns, { missing: true, infinite: true });
      sums.begin(rows, out);
      sums.advance(blocks, out, 0, sums.count);
      applyLinks(links, rows, width, out);
    },
  };
}
