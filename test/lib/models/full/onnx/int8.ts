import { MessageWriter } from '../../../../../lib/models/onnxFile/index.js';

/** ONNX's numbers of types. */
const [FLOAT, BYTE] = [1, 2];

/**
 * One linear layer with a softmax as an ONNX file, in eight bits: its weights are bytes, 128 for 0, and each batch of `x` is made
 * bytes as it comes. Output `probabilities`.
 *
 * @param weights columns x classes, row-major
 */
export function linearInt8(columns: number, classes: number, weights: readonly number[]): Uint8Array {
  const scale = Math.max(...weights.map(Math.abs)) / 127;
  const bytes = weights.map((weight) => Math.round(weight / scale) + 128);
  const graph = new MessageWriter();
  const nodes: [string, string[], string[]][] = [
    ['DynamicQuantizeLinear', ['x'], ['xBytes', 'xScale', 'xZero']],
    ['MatMulInteger', ['xBytes', 'weights', 'xZero', 'zero'], ['sums']],
    ['Cast', ['sums'], ['floats']],
    ['Mul', ['floats', 'xScale'], ['scaled']],
    ['Mul', ['scaled', 'scale'], ['logits']],
    ['Softmax', ['logits'], ['probabilities']],
  ];
  for (const [type, inputs, outputs] of nodes) {
    const node = new MessageWriter();
    for (const input of inputs) node.text(1, input);
    for (const output of outputs) node.text(2, output);
    node.text(4, type);
    if (type === 'Cast') node.message(5, new MessageWriter().text(1, 'to').whole(3, FLOAT).whole(20, 2));
    graph.message(1, node);
  }
  graph
    .text(2, 'int8')
    .message(
      5,
      new MessageWriter().wholes(1, [columns, classes]).whole(2, BYTE).wholes(5, bytes).text(8, 'weights'),
    )
    .message(5, new MessageWriter().whole(2, BYTE).wholes(5, [128]).text(8, 'zero'))
    .message(5, new MessageWriter().whole(2, FLOAT).floats(4, [scale]).text(8, 'scale'))
    .message(11, port('x', columns))
    .message(12, port('probabilities', classes));
  return new MessageWriter()
    .whole(1, 8)
    .message(7, graph)
    .message(8, new MessageWriter().text(1, '').whole(2, 13))
    .finish();
}

function port(name: string, columns: number): MessageWriter {
  const rows = new MessageWriter().message(1, new MessageWriter().text(2, 'rows'));
  const shape = rows.message(1, new MessageWriter().whole(1, columns));
  const type = new MessageWriter().message(1, new MessageWriter().whole(1, FLOAT).message(2, shape));
  return new MessageWriter().text(1, name).message(2, type);
}
