import type { OnnxRuntime, OnnxValue } from '../../../../../lib/models/full/onnx/runtime.js';

/** What a session of a fake runtime is to do when it is run. */
export type Run = (feeds: ReadonlyMap<string, FakeTensor>) => FakeTensor;

export class FakeTensor {
  isDisposed = false;
  readonly location: string;

  constructor(
    readonly type: string,
    readonly data: unknown,
    readonly dims: readonly number[],
    private readonly onDevice = false,
  ) {
    this.location = onDevice ? 'gpu-buffer' : 'cpu';
  }

  async getData(): Promise<unknown> {
    if (!this.onDevice) throw new Error('it is here');
    return this.data;
  }

  dispose(): void {
    this.isDisposed = true;
  }
}

export interface FakeOptions {
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  readonly run: Run;
  /** Throws for a model that can't be loaded. */
  readonly open?: () => void;
}

/** Stands for onnxruntime-node, and writes down what it is asked. */
export class FakeRuntime implements OnnxRuntime {
  readonly created: { readonly model: string | Uint8Array; readonly options: object | undefined }[] = [];
  readonly given: FakeTensor[] = [];
  readonly taken: FakeTensor[] = [];
  released = 0;
  readonly Tensor = FakeTensor;
  readonly InferenceSession: OnnxRuntime['InferenceSession'];

  constructor({ inputs, outputs, run, open = () => {} }: FakeOptions) {
    this.InferenceSession = {
      create: async (model, options) => {
        this.created.push({ model, options });
        open();
        return {
          inputNames: inputs.map(({ name }) => name),
          outputNames: outputs.map(({ name }) => name),
          inputMetadata: inputs,
          outputMetadata: outputs,
          run: async (feeds, [output]) => {
            const fed = new Map<string, FakeTensor>();
            for (const [name, tensor] of Object.entries(feeds)) {
              if (tensor instanceof FakeTensor) fed.set(name, tensor);
            }
            this.given.push(...fed.values());
            const answer = run(fed);
            this.taken.push(answer);
            return { [output]: answer };
          },
          release: async () => {
            this.released++;
          },
        };
      },
    };
  }
}

export function tensorOf(name: string, type: string, ...shape: (number | string)[]): OnnxValue {
  return { name, isTensor: true, type, shape };
}
