import {
  type InferRequest,
  type InferResponse,
  type ModelMetadata,
  RequestError,
  type Tensor,
} from '../../lib/protocol/messages/index.js';
import type {
  AnnouncedRequest,
  Backend,
  Call,
  FoundModel,
  ModelState,
  ModelStatistics,
} from '../../serve/backend.js';
import { matchInputs, matchOutputs } from '../../serve/protocol/index.js';

/**
 * A backend whose models add the two numbers of each row of `x`: outputs `sum` (FP64), `label` (BYTES: 'even', 'odd' or
 * 'ü' for what is no whole number) and `exit` (INT32).
 */
export class FakeBackend implements Backend {
  isReady = true;
  /** What was asked, in order. */
  readonly calls: { readonly request: InferRequest; readonly call: Call }[] = [];
  readonly loads: string[] = [];
  readonly versions: Map<string, string[]>;
  /** Of the columns of `sum`, which has one. */
  labels: readonly string[] | undefined;
  /** Runs before each answer. */
  before: (request: InferRequest, call: Call) => Promise<void> | void = () => {};

  constructor(models: Readonly<Record<string, readonly string[]>> = { adder: ['1', '3'] }) {
    this.versions = new Map(Object.entries(models).map(([name, versions]) => [name, [...versions]]));
  }

  isModelReady(name: string, version: string | undefined): boolean {
    return this.versionOf(name, version) !== undefined && this.isReady;
  }

  metadata(name: string, version: string | undefined): ModelMetadata {
    const found = this.versionOf(name, version);
    return {
      name,
      versions: version === undefined ? this.versions.get(name)! : [found],
      platform: 'spillway_cascade',
      inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 2] }],
      outputs: [
        { name: 'sum', datatype: 'FP64', shape: [-1], ...(this.labels && { labels: this.labels }) },
        { name: 'label', datatype: 'BYTES', shape: [-1] },
        { name: 'exit', datatype: 'INT32', shape: [-1] },
      ],
      maxBatchSize: 1000,
    };
  }

  statistics(name: string | undefined, version: string | undefined): readonly ModelStatistics[] {
    const models = name === undefined ? [...this.versions.keys()] : [name];
    return models.flatMap((model) =>
      (version === undefined ? (this.versions.get(model) ?? []) : [this.versionOf(model, version)]).map(
        (one) => ({
          name: model,
          version: one,
          lastInference: 1_700_000_000_000,
          rows: 12,
          executions: 4,
          success: { count: 3, nanoseconds: 9e6 },
          fail: { count: 1, nanoseconds: 1e6 },
          queue: { count: 3, nanoseconds: 2e6 },
          compute: { count: 3, nanoseconds: 5e6 },
        }),
      ),
    );
  }

  index(): readonly ModelState[] {
    const ready = [...this.versions].flatMap(([name, versions]) =>
      versions.map((version): ModelState => ({ name, version, state: 'READY', reason: '' })),
    );
    return [...ready, { name: 'broken', version: '1', state: 'UNAVAILABLE', reason: 'no model.cascade' }];
  }

  /** What was announced, in order. */
  readonly announced: AnnouncedRequest[] = [];
  mostOctets = Number.POSITIVE_INFINITY;
  /** Runs before a request is read. */
  screened: (request: AnnouncedRequest) => void = () => {};

  screen(request: AnnouncedRequest): FoundModel {
    const { model, version } = request;
    this.announced.push(request);
    this.versionOf(model, version);
    this.screened(request);
    return {
      inputs: this.metadata(model, version).inputs,
      mostOctets: this.mostOctets,
      mostText: Number.POSITIVE_INFINITY,
      screen: (announced) => void this.screen({ model, version, ...announced }),
      infer: (given, call) => this.infer(given, call),
    };
  }

  async infer(request: InferRequest, call: Call): Promise<InferResponse> {
    this.calls.push({ request, call });
    const version = this.versionOf(request.model, request.version);
    const { inputs, outputs } = this.metadata(request.model, version);
    const { tensors, rows } = matchInputs(inputs, request.inputs);
    const names = matchOutputs(outputs, request.outputs);
    await this.before(request, call);
    const { elements } = tensors[0];
    const sums = Float64Array.from(
      { length: rows },
      (_, i) => Number(elements[2 * i]) + Number(elements[2 * i + 1]),
    );
    const all: Record<string, Tensor> = {
      sum: { name: 'sum', datatype: 'FP64', shape: [rows], elements: sums },
      label: { name: 'label', datatype: 'BYTES', shape: [rows], elements: Array.from(sums, labelOf) },
      exit: { name: 'exit', datatype: 'INT32', shape: [rows], elements: new Int32Array(rows) },
    };
    return {
      model: request.model,
      version,
      id: request.id,
      parameters: { verdict: 'certified', epsilon: 0.02 },
      outputs: names.map((name) => all[name]),
    };
  }

  async load(name: string): Promise<void> {
    this.loads.push(`load ${name}`);
    if (!this.versions.has(name)) throw new RequestError('not-found', `no model '${name}'`);
  }

  async unload(name: string): Promise<void> {
    this.loads.push(`unload ${name}`);
    if (!this.versions.delete(name)) throw new RequestError('not-found', `no model '${name}'`);
  }

  private versionOf(name: string, version: string | undefined): string {
    const versions = this.versions.get(name);
    if (versions === undefined) throw new RequestError('not-found', `no model '${name}'`);
    const found = version === undefined ? versions.at(-1) : versions.find((one) => one === version);
    if (found === undefined)
      throw new RequestError('not-found', `model '${name}' has no version '${version}'`);
    return found;
  }
}

function labelOf(sum: number): Uint8Array {
  const text = Number.isInteger(sum) ? (sum % 2 === 0 ? 'even' : 'odd') : 'ü';
  return new TextEncoder().encode(text);
}
