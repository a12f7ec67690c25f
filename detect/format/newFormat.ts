import type { CascadeModel } from '../model/index.js';
import { SUBSET_WORDS } from '../model/index.js';
import { damaged, unsupported } from './faults.js';
import { isTilted, need, numberOf, numbersIn, whole, wholeOf } from './fields.js';
import { ModelBuilder } from './modelBuilder.js';
import type { Element } from './xml.js';

/** Left, right and feature of a node; its test follows. */
const LINKS = 3;

/** The patterns of an LBP feature. */
const PATTERNS = 32 * SUBSET_WORDS;

/** Reads what `opencv_traincascade` writes. @param root of the cascade, which has `stageType` */
export function readNewFormat(root: Element): CascadeModel {
  const stageType = need(root, 'stageType').text.trim();
  if (stageType !== 'BOOST') throw unsupported(`its stageType is ${JSON.stringify(stageType)}, not BOOST`);
  const kind = kindOf(need(root, 'featureType').text.trim());
  const builder = new ModelBuilder(kind, wholeOf(root, 'width'), wholeOf(root, 'height'));
  const patterns = wholeOf(need(root, 'featureParams'), 'maxCatCount');
  const expected = kind === 'haar' ? 0 : PATTERNS;
  if (patterns !== expected) throw unsupported(`its maxCatCount is ${patterns}; expected ${expected}`);
  for (const feature of need(root, 'features').children) readFeature(builder, kind, feature);
  for (const stage of need(root, 'stages').children) {
    builder.beginStage(numberOf(stage, 'stageThreshold'));
    for (const tree of need(stage, 'weakClassifiers').children) readTree(builder, kind, tree);
  }
  return builder.model();
}

function kindOf(featureType: string): CascadeModel['kind'] {
  if (featureType === 'HAAR') return 'haar';
  if (featureType === 'LBP') return 'lbp';
  if (featureType === 'HOG') throw unsupported('its features are HOG, not Haar or LBP');
  throw damaged(`its featureType is ${JSON.stringify(featureType.slice(0, 20))}; expected HAAR or LBP`);
}

function readFeature(builder: ModelBuilder, kind: CascadeModel['kind'], feature: Element): void {
  if (kind === 'lbp') {
    builder.lbp(numbersIn(need(feature, 'rect')).map((number) => whole(number, '<rect>')));
    return;
  }
  builder.haar(rectanglesOf(feature), isTilted(feature));
}

/** Of a Haar feature, in either format. */
export function rectanglesOf(feature: Element): number[][] {
  return need(feature, 'rects').children.map((rectangle) =>
    numbersIn(rectangle).map((number, i) => (i < 4 ? whole(number, '<rects>') : number)),
  );
}

function readTree(builder: ModelBuilder, kind: CascadeModel['kind'], tree: Element): void {
  const numbers = numbersIn(need(tree, 'internalNodes'));
  const size = LINKS + (kind === 'haar' ? 1 : SUBSET_WORDS);
  const nodes = numbers.length / size;
  if (!Number.isInteger(nodes) || nodes === 0) {
    throw damaged(`<internalNodes>: expected ${size} numbers a node, got ${numbers.length}`);
  }
  builder.beginTree(nodes, numbersIn(need(tree, 'leafValues')));
  for (let from = 0; from < numbers.length; from += size) {
    const [left, right, feature] = numbers
      .slice(from, from + LINKS)
      .map((number) => whole(number, '<internalNodes>'));
    const test = numbers.slice(from + LINKS, from + size);
    if (kind === 'lbp') for (const word of test) whole(word, '<internalNodes>');
    builder.node(left, right, feature, test);
  }
}
