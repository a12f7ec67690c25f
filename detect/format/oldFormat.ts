import type { CascadeModel } from '../model/index.js';
import { damagedXml } from './faults.js';
import { find, isTilted, numberIn, numbersIn, requiredElement, whole, wholeOf } from './fields.js';
import { ModelBuilder } from './modelBuilder.js';
import { rectanglesOf } from './newFormat.js';
import type { Element } from './xml.js';

/**
 * Reads what `opencv_haartraining` wrote (`opencv-haar-classifier`). Each node has a feature of its own, and its
 * children are values or the positions of nodes. A tree of stages (`parent`, `next`) is read as a list, as in OpenCV
 * since 3.0.
 *
 * @param root of the cascade, which has `size`
 */
export function readOldFormat(root: Element): CascadeModel {
  const size = numbersIn(requiredElement(root, 'size')).map((number) => whole(number, '<size>'));
  if (size.length !== 2) throw damagedXml(`<size>: expected width and height, got ${size.length} numbers`);
  const builder = new ModelBuilder('haar', size[0], size[1]);
  for (const stage of requiredElement(root, 'stages').children) {
    builder.beginStage(numberIn(stage, 'stage_threshold'));
    for (const tree of requiredElement(stage, 'trees').children) readTree(builder, tree);
  }
  return builder.model();
}

function readTree(builder: ModelBuilder, { children: nodes }: Element): void {
  const leaves: number[] = [];
  const links = nodes.map((node) =>
    (['left', 'right'] as const).map((side) => {
      if (find(node, `${side}_val`) === undefined) return childOf(node, `${side}_node`);
      leaves.push(numberIn(node, `${side}_val`));
      return 1 - leaves.length;
    }),
  );
  builder.beginTree(nodes.length, leaves);
  for (const [i, node] of nodes.entries()) {
    const feature = requiredElement(node, 'feature');
    const position = builder.haar(rectanglesOf(feature), isTilted(feature));
    builder.node(links[i][0], links[i][1], position, [numberIn(node, 'threshold')]);
  }
}

function childOf(parent: Element, name: string): number {
  const child = wholeOf(parent, name);
  // Elsewhere this would be a leaf.
  if (child <= 0) throw damagedXml(`<${name}>: expected the position of a later node, got ${child}`);
  return child;
}
