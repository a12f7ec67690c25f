import type { CascadeModel } from '../model/index.js';
import { SUBSET_WORDS } from '../model/index.js';
import { damagedXml, unsupportedXml } from './faults.js';
import { isTilted, numberIn, numbersIn, requiredElement, whole, wholeOf } from './fields.js';
import { ModelBuilder } from './modelBuilder.js';
import type { Element } from './xml.js';

/** Left, right and feature of a node; its test follows. */
const LINKS = 3;

/** The patterns of an LBP feature. */
const PATTERNS = 32 * SUBSET_WORDS;

/** Reads what `opencv_traincascade` writes. @param root of the cascade, which has `stageType` */
export function readNewFormat(root: Element): CascadeModel {
  const stageType = requiredElement(root, 'stageType').text.trim();
  if (stageType !== 'BOOST') throw unsupportedXml(`its stageType is ${JSON.stringify(stageType)}, not BOOST`);
  const kind = kindOf(requiredElement(root, 'featureType').text.trim());
  const builder = new ModelBuilder(kind, wholeOf(root, 'width'), wholeOf(root, 'height'));
  const patterns = wholeOf(requiredElement(root, 'featureParams'), 'maxCatCount');
  const expected = kind === 'haar' ? 0 : PATTERNS;
  if (patterns !== expected) throw unsupportedXml(`its maxCatCount is ${patterns}; expected ${expected}`);
  for (const feature of requiredElement(root, 'features').children) readFeature(builder, kind, feature);
  for (const stage of requiredElement(root, 'stages').children) {
    builder.beginStage(numberIn(stage, 'stageThreshold'));
    for (const tree of requiredElement(stage, 'weakClassifiers').children) readTree(builder, kind, tree);
  }
  return builder.model();
}

function kindOf(featureType: string): CascadeModel['kind'] {
  if (featureType === 'HAAR') return 'haar';
  if (featureType === 'LBP') return 'lbp';
  if (featureType === 'HOG') throw unsupportedXml('its features are HOG, not Haar or LBP');
  throw damagedXml(`its featureType is ${JSON.stringify(featureType.slice(0, 20))}; expected HAAR or LBP`);
}

function readFeature(builder: ModelBuilder, kind: CascadeModel['kind'], feature: Element): void {
  if (kind === 'lbp') {
    builder.lbp(numbersIn(requiredElement(feature, 'rect')).map((number) => whole(number, '<rect>')));
    return;
  }
  builder.haar(rectanglesOf(feature), isTilted(feature));
}

/** Of a Haar feature, in either format. */
export function rectanglesOf(feature: Element): number[][] {
  return requiredElement(feature, 'rects').children.map((rectangle) =>
    numbersIn(rectangle).map((number, i) => (i < 4 ? whole(number, '<rects>') : number)),
  );
}

function readTree(builder: ModelBuilder, kind: CascadeModel['kind'], tree: Element): void {
  const numbers = numbersIn(requiredElement(tree, 'internalNodes'));
  const size = LINKS + (kind === 'haar' ? 1 : SUBSET_WORDS);
  const nodes = numbers.length / size;
  if (!Number.isInteger(nodes) || nodes === 0) {
    throw damagedXml(`<internalNodes>: expected ${size} numbers a node, got ${numbers.length}`);
  }
  builder.beginTree(nodes, numbersIn(requiredElement(tree, 'leafValues')));
  for (let from = 0; from < numbers.length; from += size) {
    const [left, right, feature] = numbers
      .slice(from, from + LINKS)
      .map((number) => whole(number, '<internalNodes>'));
    const test = numbers.slice(from + LINKS, from + size);
    if (kind === 'lbp') for (const word of test) whole(word, '<internalNodes>');
    builder.node(left, right, feature, test);
  }
}
