import { type CascadeModel, RECTANGLES, SUBSET_WORDS } from '../model/index.js';
import { longestPart } from '../windows/index.js';
import { usedElement } from './used.js';

/**
 * A cascade as XML in OpenCV's new format. Reading it gives the same model, bit for bit.
 *
 * @param used digests of images that certify nothing of it
 */
export function writeModel(model: CascadeModel, used: Iterable<number> = []): string {
  const { kind, width, height, firstTree, firstNode, stageThresholds, features } = model;
  const isHaar = kind === 'haar';
  const stages = Array.from(stageThresholds, (threshold, stage) => {
    const [begin, end] = firstTree.subarray(stage, stage + 2);
    const trees = range(begin, end).map((tree) => treeOf(model, tree));
    const head = tag('maxWeakCount', end - begin) + tag('stageThreshold', float(threshold));
    return item(head + tag('weakClassifiers', trees.join('')));
  });
  const cascade = [
    tag('stageType', 'BOOST'),
    tag('featureType', isHaar ? 'HAAR' : 'LBP'),
    tag('height', height),
    tag('width', width),
    tag('stageParams', tag('maxDepth', longestPart(firstNode)) + tag('maxWeakCount', longestPart(firstTree))),
    tag('featureParams', tag('maxCatCount', isHaar ? 0 : 32 * SUBSET_WORDS)),
    tag('stageNum', stages.length),
    tag('stages', stages.join('')),
    tag(
      'features',
      range(0, features.count)
        .map((feature) => featureOf(model, feature))
        .join(''),
    ),
  ];
  return `<?xml version="1.0"?>
<opencv_storage>
<cascade type_id="opencv-cascade-classifier">
${cascade.join('\n')}
</cascade>
${usedElement(used)}</opencv_storage>
`;
}

function tag(name: string, content: string | number): string {
  return `<${name}>${content}</${name}>`;
}

/** An element of a list, on a line of its own. */
function item(content: string): string {
  return `\n${tag('_', content)}`;
}

/** Whole numbers. */
function range(begin: number, end: number): number[] {
  return Array.from({ length: end - begin }, (_, i) => begin + i);
}

function treeOf(
  { kind, left, right, feature, thresholds, subsets, ...model }: CascadeModel,
  tree: number,
): string {
  const [begin, end] = model.firstNode.subarray(tree, tree + 2);
  const nodes = range(begin, end).map((node) => {
    const test =
      kind === 'haar'
        ? float(thresholds[node])
        : subsets.subarray(SUBSET_WORDS * node, SUBSET_WORDS * (node + 1)).join(' ');
    return `${left[node]} ${right[node]} ${feature[node]} ${test}`;
  });
  const leaves = Array.from(model.leaves.subarray(begin + tree, end + tree + 1), float);
  return item(tag('internalNodes', nodes.join(' ')) + tag('leafValues', leaves.join(' ')));
}

function featureOf({ kind, features }: CascadeModel, feature: number): string {
  const { rectangles, weights, tilted } = features;
  const rectangle = (at: number) => rectangles.subarray(4 * at, 4 * at + 4).join(' ');
  if (kind === 'lbp') return item(tag('rect', rectangle(feature)));
  const first = RECTANGLES * feature;
  // OpenCV expects two at least.
  const count = weights[first + 2] === 0 ? 2 : RECTANGLES;
  const rects = range(first, first + count).map((at) => tag('_', `${rectangle(at)} ${float(weights[at])}`));
  return item(tag('rects', rects.join('')) + tag('tilted', tilted[feature]));
}

/**
 * The least digits that give the same Float32 again; with a point, as OpenCV takes numbers without one for whole
 * ones.
 */
function float(value: number): string {
  let text = '0';
  for (let digits = 1; digits <= 9; digits++) {
    text = value.toPrecision(digits);
    if (Math.fround(Number(text)) === value) break;
  }
  if (Object.is(value, -0)) text = '-0';
  return /[.e]/.test(text) ? text : `${text}.`;
}
