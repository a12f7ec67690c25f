import { tanh } from '../../../lib/util/math/index.js';
import { applyLinks, type Link, logisticOf, numbersAfter } from '../../links.js';
import type { LinearForm } from '../fold.js';
import type { NodeFields } from '../node.js';
import type { PipelineModel, ReadModel } from '../step.js';
import { denseValues } from '../values.js';
import { addForm } from './linear.js';
import { readLinks } from './outputs.js';
import { checkSums } from './refuse.js';

/** How far folding may move a sum of the first layer, since later ones add up what it moves. */
const SLACK = 1e-12;

type Activation = (x: number) => number;

const ACTIVATIONS: ReadonlyMap<string, Activation> = new Map([
  ['identity', (x) => x],
  ['logistic', logisticOf],
  ['tanh', tanh],
  ['relu', (x) => Math.max(x, 0)],
]);

/** A multilayer perceptron: weighted sums layer by layer, with an activation after all but the last. */
export const perceptron: ReadModel = (model) => {
  const layers: LinearForm[] = [];
  let columns = model.parameters.count('columns');
  for (let at = 0; at < model.parameters.count('layers'); at++) {
    layers.push(readLayer(model, at, columns));
    columns = layers[at].sums;
  }
  const links = readLinks(model, columns);
  const activation = ACTIVATIONS.get(model.parameters.text('activation'));
  if (activation === undefined || layers.length === 0) throw model.damaged('no layers, or no activation');
  return network(model.path, layers, activation, links);
};

function readLayer(model: NodeFields, at: number, columns: number): LinearForm {
  const intercepts = model.numbers(`intercepts${at}`);
  const sums = intercepts.length;
  const weights = model.numbers(`weights${at}`, columns * sums);
  return { columns, sums, weights, intercepts, slack: SLACK };
}

function network(
  path: string,
  layers: readonly LinearForm[],
  activation: Activation,
  links: readonly Link[],
): PipelineModel {
  const [first, ...hidden] = layers;
  const { sums } = layers[layers.length - 1];
  return {
    outputs: numbersAfter(links, sums),
    predict(parts, rows, out) {
      let values = parts;
      for (const layer of layers.slice(0, -1)) {
        const own = new Float64Array(rows * layer.sums);
        addForm(layer, values, rows, own);
        if (values === parts) checkSums(path, own, parts);
        for (let i = 0; i < own.length; i++) own[i] = activation(own[i]);
        values = [denseValues(rows, layer.sums, own)];
      }
      addForm(layers[layers.length - 1], values, rows, out);
      if (values === parts) checkSums(path, out.subarray(0, rows * sums), parts);
      applyLinks(links, rows, sums, out);
    },
    after(step, inputs) {
      const folded = step.fold?.(first, inputs);
      return folded && network(path, [folded, ...hidden], activation, links);
    },
  };
}
