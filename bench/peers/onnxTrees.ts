import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import type { Forest } from '../../lib/learn/kernels/index.js';

/**
 * A forest as an ONNX model of one TreeEnsembleRegressor, rows x columns of Float32 in and rows x outputs out: only as much
 * of the format as that takes (onnx.proto, onnx-ml's operator of version 3). Sets of categories have no place in it.
 */
export function onnxTrees(forest: Forest, columns: number): Uint8Array {
  const { outputs, base, roots, feature, threshold, left, right, missingLeft, set, value } = forest;
  if (set.some((one) => one !== -1)) throw new RangeError('sets of categories have no place in ONNX trees');
  const nodes = [...feature.keys()];
  const treeOf = treesOf(roots, feature.length);
  const isLeaf = (node: number) => feature[node] === -1;
  const leaves = nodes.filter(isLeaf);
  const attributes = [
    ints('nodes_treeids', [...treeOf]),
    ints('nodes_nodeids', nodes),
    ints(
      'nodes_featureids',
      nodes.map((node) => Math.max(0, feature[node])),
    ),
    floats('nodes_values', [...threshold]),
    strings(
      'nodes_modes',
      nodes.map((node) => (isLeaf(node) ? 'LEAF' : 'BRANCH_LEQ')),
    ),
    ints(
      'nodes_truenodeids',
      nodes.map((node) => Math.max(0, left[node])),
    ),
    ints(
      'nodes_falsenodeids',
      nodes.map((node) => Math.max(0, right[node])),
    ),
    ints('nodes_missing_value_tracks_true', [...missingLeft]),
    ints(
      'target_treeids',
      leaves.map((leaf) => treeOf[leaf]),
    ),
    ints('target_nodeids', leaves),
    ints(
      'target_ids',
      leaves.map((leaf) => treeOf[leaf] % outputs),
    ),
    floats(
      'target_weights',
      leaves.map((leaf) => value[leaf]),
    ),
    floats('base_values', [...base]),
    attribute('n_targets', INT, number(3, outputs)),
  ];
  const node = bytes(
    text(1, 'rows'),
    text(2, 'sums'),
    text(4, 'TreeEnsembleRegressor'),
    ...attributes,
    text(7, 'ai.onnx.ml'),
  );
  const graph = bytes(
    field(1, node),
    text(2, 'trees'),
    tensor(11, 'rows', columns),
    tensor(12, 'sums', outputs),
  );
  const opset = (domain: string, version: number) => field(8, bytes(text(1, domain), number(2, version)));
  return bytes(number(1, 8), field(7, graph), opset('', 17), opset('ai.onnx.ml', 3));
}

/** The tree of each node: roots ascend, and a tree's nodes follow its root. */
function treesOf(roots: Int32Array, nodes: number): Int32Array {
  const tree = new Int32Array(nodes);
  roots.forEach((root, t) => {
    tree.fill(t, root);
  });
  return tree;
}

/** AttributeProto's types. */
const INT = 2;
const FLOATS = 6;
const INTS = 7;
const STRINGS = 8;

function attribute(name: string, type: number, content: Uint8Array): Uint8Array {
  return field(5, bytes(text(1, name), content, number(20, type)));
}

function ints(name: string, values: readonly number[]): Uint8Array {
  const packed = new BinaryWriter();
  for (const value of values) packed.int64(value);
  return attribute(name, INTS, field(8, packed.finish()));
}

function floats(name: string, values: readonly number[]): Uint8Array {
  const packed = new BinaryWriter();
  for (const value of values) packed.float(value);
  return attribute(name, FLOATS, field(7, packed.finish()));
}

function strings(name: string, values: readonly string[]): Uint8Array {
  return attribute(name, STRINGS, bytes(...values.map((value) => text(9, value))));
}

/** A ValueInfoProto of Float32, any number of rows x `width`. */
function tensor(key: number, name: string, width: number): Uint8Array {
  const shape = bytes(field(1, text(2, 'n')), field(1, number(1, width)));
  const type = field(1, bytes(number(1, 1), field(2, shape)));
  return field(key, bytes(text(1, name), field(2, type)));
}

function number(key: number, value: number): Uint8Array {
  return new BinaryWriter().tag(key, WireType.Varint).int64(value).finish();
}

function text(key: number, value: string): Uint8Array {
  return new BinaryWriter().tag(key, WireType.LengthDelimited).string(value).finish();
}

function field(key: number, content: Uint8Array): Uint8Array {
  return new BinaryWriter().tag(key, WireType.LengthDelimited).bytes(content).finish();
}

function bytes(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new BinaryWriter();
  for (const part of parts) whole.raw(part);
  return whole.finish();
}
