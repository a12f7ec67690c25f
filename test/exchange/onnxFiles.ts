import { MessageWriter } from '../../lib/models/onnxFile/index.js';

type Attribute = number | string | readonly number[] | readonly string[] | Float32Array;

/** A node: numbers and lists of them are whole, a Float32Array isn't. */
export function node(
  type: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: Readonly<Record<string, Attribute>> = {},
  domain = 'ai.onnx.ml',
): MessageWriter {
  const message = new MessageWriter();
  for (const input of inputs) message.text(1, input);
  for (const output of outputs) message.text(2, output);
  message.text(4, type);
  for (const [name, value] of Object.entries(attributes)) {
    const attribute = new MessageWriter().text(1, name);
    if (typeof value === 'number') attribute.whole(3, value);
    else if (typeof value === 'string') attribute.text(4, value);
    else if (value instanceof Float32Array) attribute.floats(7, value);
    else {
      for (const item of value) {
        if (typeof item === 'string') attribute.text(9, item);
        else attribute.whole(8, item);
      }
    }
    message.message(5, attribute);
  }
  return message.text(7, domain);
}

/** @param columns of the input, where it says so */
export function graph(
  nodes: readonly MessageWriter[],
  outputs: readonly string[],
  columns?: number,
): Uint8Array {
  const message = new MessageWriter();
  for (const one of nodes) message.message(1, one);
  const rows = new MessageWriter().text(2, 'N');
  const shape = new MessageWriter().message(1, rows);
  if (columns !== undefined) shape.message(1, new MessageWriter().whole(1, columns));
  const type = new MessageWriter().message(1, new MessageWriter().whole(1, 1).message(2, shape));
  message.message(11, new MessageWriter().text(1, 'X').message(2, type));
  for (const output of outputs) message.message(12, new MessageWriter().text(1, output));
  return file(message);
}

export function file(
  message: MessageWriter | undefined,
  versions: Readonly<Record<string, number>> = { '': 13, 'ai.onnx.ml': 3, 'my.own': 1 },
): Uint8Array {
  const model = new MessageWriter().whole(1, 8);
  if (message !== undefined) model.message(7, message);
  for (const [domain, version] of Object.entries(versions)) {
    model.message(8, new MessageWriter().text(1, domain).whole(2, version));
  }
  return model.finish();
}

/** Column 0 against a value: leaf 1 where it holds, else leaf 2. */
export function stump(
  mode: string,
  value: number,
  missing = 0,
  more: Readonly<Record<string, Attribute>> = {},
) {
  return {
    nodes_treeids: [0, 0, 0],
    nodes_nodeids: [0, 1, 2],
    nodes_featureids: [0, 0, 0],
    nodes_modes: [mode, 'LEAF', 'LEAF'],
    nodes_values: Float32Array.of(value, 0, 0),
    nodes_truenodeids: [1, 0, 0],
    nodes_falsenodeids: [2, 0, 0],
    nodes_missing_value_tracks_true: [missing, 0, 0],
    target_treeids: [0, 0],
    target_nodeids: [1, 2],
    target_ids: [0, 0],
    target_weights: Float32Array.of(1, 2),
    ...more,
  };
}
