import { MessageWriter } from '../../lib/models/onnxFile/index.js';
import { random } from '../../lib/stats/index.js';

/** ONNX's numeric codes of element types. */
const FLOAT = 1;
const [FORMAT, OPERATORS] = [8, 13];

/**
 * A multi-layer perceptron of random weights as an ONNX file: Gemm and Relu in turn, Softmax at the end. Input `x`, rows x
 * widths[0] of Float32; output `probabilities`, rows x the last width.
 */
export function onnxMlp(widths: readonly number[], seed: number): Uint8Array {
  const drawn = random(seed);
  const graph = new MessageWriter();
  const weights: MessageWriter[] = [];
  let from = 'x';
  for (let layer = 1; layer < widths.length; layer++) {
    const [rows, columns] = [widths[layer - 1], widths[layer]];
    const scale = Math.sqrt(2 / rows);
    const values = Float32Array.from({ length: rows * columns }, () => scale * drawn.normal());
    weights.push(
      constant(`w${layer}`, [rows, columns], values),
      constant(`b${layer}`, [columns], new Float32Array(columns)),
    );
    graph.message(1, node('Gemm', [from, `w${layer}`, `b${layer}`], `h${layer}`));
    from = `h${layer}`;
    if (layer === widths.length - 1) break;
    graph.message(1, node('Relu', [from], `r${layer}`));
    from = `r${layer}`;
  }
  graph.message(1, node('Softmax', [from], 'probabilities')).text(2, 'mlp');
  for (const tensor of weights) graph.message(5, tensor);
  graph.message(11, value('x', widths[0])).message(12, value('probabilities', widths[widths.length - 1]));
  return new MessageWriter()
    .whole(1, FORMAT)
    .message(7, graph)
    .message(8, new MessageWriter().text(1, '').whole(2, OPERATORS))
    .finish();
}

function node(type: string, inputs: readonly string[], output: string): MessageWriter {
  const message = new MessageWriter();
  for (const input of inputs) message.text(1, input);
  return message.text(2, output).text(4, type);
}

function constant(name: string, shape: readonly number[], values: Float32Array): MessageWriter {
  return new MessageWriter().wholes(1, shape).whole(2, FLOAT).floats(4, values).text(8, name);
}

function value(name: string, columns: number): MessageWriter {
  const rows = new MessageWriter().message(1, new MessageWriter().text(2, 'rows'));
  const shape = rows.message(1, new MessageWriter().whole(1, columns));
  const type = new MessageWriter().message(1, new MessageWriter().whole(1, FLOAT).message(2, shape));
  return new MessageWriter().text(1, name).message(2, type);
}
