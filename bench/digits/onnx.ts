import { MessageWriter } from '../../lib/models/onnxFile/index.js';
import type { Sizes } from './network.js';

/** Numbers of the types of elements and attributes. */
const FLOAT = 1;
const [TEXT, WHOLES] = [3, 7];

/**
 * A network of `network.ts` as an ONNX file: pixels, rows x 1 x 28 x 28, in and probabilities out. ONNX has channels
 * before rows and columns, TensorFlow.js after them, so that filters and the layer behind the pictures are reordered.
 *
 * @param weights kernel and bias of each layer, as `getWeights` gives them
 */
export function networkAsOnnx(
  { filters: [first, second], hidden: units }: Sizes,
  weights: readonly Float32Array[],
): Uint8Array {
  const [filters1, bias1, filters2, bias2, hidden, bias3, last, bias4] = weights;
  const graph = new MessageWriter();
  const same = [text('auto_pad', 'SAME_UPPER')];
  const nodes: [string, string[], string, MessageWriter[]][] = [
    ['Conv', ['pixels', 'filters1', 'bias1'], 'c1', [...same, wholes('strides', [2, 2])]],
    ['Relu', ['c1'], 'r1', []],
    ['Conv', ['r1', 'filters2', 'bias2'], 'c2', same],
    ['Relu', ['c2'], 'r2', []],
    ['MaxPool', ['r2'], 'p', [wholes('kernel_shape', [2, 2]), wholes('strides', [2, 2])]],
    ['Flatten', ['p'], 'f', []],
    ['Gemm', ['f', 'hidden', 'bias3'], 'h', []],
    ['Relu', ['h'], 'r3', []],
    ['Gemm', ['r3', 'last', 'bias4'], 'logits', []],
    ['Softmax', ['logits'], 'probabilities', []],
  ];
  for (const [type, inputs, output, attributes] of nodes) {
    const node = new MessageWriter();
    for (const input of inputs) node.text(1, input);
    node.text(2, output).text(4, type);
    for (const attribute of attributes) node.message(5, attribute);
    graph.message(1, node);
  }
  graph.text(2, 'digits');
  const constants: [string, number[], Float32Array][] = [
    ['filters1', [first, 1, 5, 5], channelsFirst(filters1, 25, 1, first)],
    ['bias1', [first], bias1],
    ['filters2', [second, first, 5, 5], channelsFirst(filters2, 25, first, second)],
    ['bias2', [second], bias2],
    ['hidden', [49 * second, units], regrouped(hidden, 49, second, units)],
    ['bias3', [units], bias3],
    ['last', [units, bias4.length], last],
    ['bias4', [bias4.length], bias4],
  ];
  for (const [name, shape, values] of constants) {
    const tensor = new MessageWriter();
    for (const size of shape) tensor.whole(1, size);
    graph.message(5, tensor.whole(2, FLOAT).floats(4, values).text(8, name));
  }
  graph.message(11, value('pixels', [1, 28, 28])).message(12, value('probabilities', [bias4.length]));
  return new MessageWriter()
    .whole(1, 8)
    .message(7, graph)
    .message(8, new MessageWriter().text(1, '').whole(2, 13))
    .finish();
}

/** Filters from places x inputs x outputs to outputs x inputs x places. */
function channelsFirst(values: Float32Array, places: number, inputs: number, outputs: number): Float32Array {
  return Float32Array.from(values, (_, at) => {
    const place = at % places;
    const input = Math.floor(at / places) % inputs;
    const output = Math.floor(at / (places * inputs));
    return values[(place * inputs + input) * outputs + output];
  });
}

/** Rows of a matrix from places x channels to channels x places. */
function regrouped(values: Float32Array, places: number, channels: number, outputs: number): Float32Array {
  return Float32Array.from(values, (_, at) => {
    const row = Math.floor(at / outputs);
    const [channel, place] = [Math.floor(row / places), row % places];
    return values[(place * channels + channel) * outputs + (at % outputs)];
  });
}

function text(name: string, value: string): MessageWriter {
  return new MessageWriter().text(1, name).text(4, value).whole(20, TEXT);
}

function wholes(name: string, values: readonly number[]): MessageWriter {
  return new MessageWriter().text(1, name).wholes(8, values).whole(20, WHOLES);
}

/** Float32, any number of rows. */
function value(name: string, sizes: readonly number[]): MessageWriter {
  const shape = new MessageWriter().message(1, new MessageWriter().text(2, 'rows'));
  for (const size of sizes) shape.message(1, new MessageWriter().whole(1, size));
  const type = new MessageWriter().message(1, new MessageWriter().whole(1, FLOAT).message(2, shape));
  return new MessageWriter().text(1, name).message(2, type);
}
