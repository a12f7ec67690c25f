/** The types that users see, without types of TensorFlow.js, which they may not have. */

/** A `tf.LayersModel` or a `tf.GraphModel`: the part of them that is used. */
export interface TfjsNetwork {
  readonly inputs: readonly TfjsPort[];
  readonly outputs: readonly TfjsPort[];
  predict(inputs: object): object;
  /** In layers models. */
  predictOnBatch?(inputs: object): object;
  /** In graph models. */
  execute?(inputs: object, outputs: string): object;
  save(handler: object): Promise<object>;
  dispose(): unknown;
}

/** An input or output of a network. */
export interface TfjsPort {
  readonly name: string;
  readonly shape?: readonly (number | null)[];
  readonly dtype: string;
}

/** A `tf.node.TFSavedModel`, as tfjs-node and tfjs-node-gpu load it: the part that is used. */
export interface TfjsSavedModel {
  readonly signature: {
    readonly inputs: Readonly<Record<string, TfjsTensorInfo>>;
    readonly outputs: Readonly<Record<string, TfjsTensorInfo>>;
  };
  predict(inputs: object): object;
  dispose(): unknown;
}

/** An input or output of a SavedModel's signature. */
export interface TfjsTensorInfo {
  readonly dtype: string;
  readonly shape?: readonly unknown[] | undefined;
}

/** A network that a session runs, from any source. */
export type Runnable = Pick<
  TfjsNetwork,
  'inputs' | 'outputs' | 'predict' | 'predictOnBatch' | 'execute' | 'dispose'
>;

/** The part of a `tf.LayersModel` that training uses. */
export interface TfjsTrainable extends TfjsNetwork {
  compile(args: object): void;
  trainOnBatch(inputs: object, targets: object): Promise<number | number[]>;
}

/** The backends of TensorFlow.js, best first. */
export type BackendName = 'node-gpu' | 'node' | 'webgpu' | 'wasm' | 'cpu';

/** The backend that was chosen to run a model, and why. */
export interface BackendReport {
  readonly name: BackendName;
  /** Its description. */
  readonly reason: string;
  /** Those that were tried before it, and why each can't be used. */
  readonly tried: readonly { readonly name: BackendName; readonly why: string }[];
}
