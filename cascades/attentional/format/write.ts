import { ArtifactError } from '../../../lib/errors.js';
import { longestPart } from '../../../lib/windows/index.js';
import { type CascadeModel, RECTANGLES, SUBSET_WORDS } from '../model/index.js';

/**
 * A cascade as XML in OpenCV's new format. Reading it gives the same model, bit for bit.
 *
 * @throws ArtifactError (`unsavable`) for a soft cascade, which the format can't express
 */
export function writeModel(model: CascadeModel): string {
  if (model.soft) {
    throw new ArtifactError(
      'unsavable',
      "OpenCV's format has no soft cascades, whose sums carry over from stage to stage: train one with stages instead",
    );
  }
  const { kind, width, height } = model;
  const isHaar = kind === 'haar';
  const stages = model.stageThresholds.length;
  const lines = [
    '<?xml version="1.0"?>',
    '<opencv_storage>',
    '<cascade type_id="opencv-cascade-classifier">',
    `<stageType>BOOST</stageType>`,
    `<featureType>${isHaar ? 'HAAR' : 'LBP'}</featureType>`,
    `<height>${height}</height>`,
    `<width>${width}</width>`,
    `<stageParams><maxDepth>${longestPart(model.firstNode)}</maxDepth><maxWeakCount>${longestPart(model.firstTree)}</maxWeakCount></stageParams>`,
    `<featureParams><maxCatCount>${isHaar ? 0 : 32 * SUBSET_WORDS}</maxCatCount></featureParams>`,
    `<stageNum>${stages}</stageNum>`,
    '<stages>',
  ];
  for (let stage = 0; stage < stages; stage++) {
    const [begin, end] = model.firstTree.subarray(stage, stage + 2);
    lines.push(
      `<_><maxWeakCount>${end - begin}</maxWeakCount>`,
      `<stageThreshold>${float(model.stageThresholds[stage])}</stageThreshold>`,
      '<weakClassifiers>',
    );
    for (let tree = begin; tree < end; tree++) lines.push(treeOf(model, tree));
    lines.push('</weakClassifiers></_>');
  }
  lines.push('</stages>', '<features>');
  for (let feature = 0; feature < model.features.count; feature++) lines.push(featureOf(model, feature));
  lines.push('</features></cascade>', '</opencv_storage>', '');
  return lines.join('\n');
}

function treeOf(model: CascadeModel, tree: number): string {
  const [begin, end] = model.firstNode.subarray(tree, tree + 2);
  const nodes: string[] = [];
  for (let node = begin; node < end; node++) {
    const test =
      model.kind === 'haar'
        ? float(model.thresholds[node])
        : model.subsets.subarray(SUBSET_WORDS * node, SUBSET_WORDS * (node + 1)).join(' ');
    nodes.push(`${model.left[node]} ${model.right[node]} ${model.feature[node]} ${test}`);
  }
  const leaves = Array.from(model.leaves.subarray(begin + tree, end + tree + 1), float);
  return `<_><internalNodes>${nodes.join(' ')}</internalNodes><leafValues>${leaves.join(' ')}</leafValues></_>`;
}

function featureOf({ kind, features }: CascadeModel, feature: number): string {
  const { rectangles, weights, tilted } = features;
  if (kind === 'lbp')
    return `<_><rect>${rectangles.subarray(4 * feature, 4 * feature + 4).join(' ')}</rect></_>`;
  const first = RECTANGLES * feature;
  // OpenCV expects two at least.
  const count = weights[first + 2] === 0 ? 2 : RECTANGLES;
  const rects = Array.from({ length: count }, (_, i) => {
    const at = first + i;
    return `<_>${rectangles.subarray(4 * at, 4 * at + 4).join(' ')} ${float(weights[at])}</_>`;
  });
  return `<_><rects>${rects.join('')}</rects><tilted>${tilted[feature]}</tilted></_>`;
}

/** The least digits that give the same Float32 again; with a point, as OpenCV takes numbers without one for whole ones. */
function float(value: number): string {
  let text = '0';
  for (let digits = 1; digits <= 9; digits++) {
    text = value.toPrecision(digits);
    if (Math.fround(Number(text)) === value) break;
  }
  if (Object.is(value, -0)) text = '-0';
  return /[.e]/.test(text) ? text : `${text}.`;
}
