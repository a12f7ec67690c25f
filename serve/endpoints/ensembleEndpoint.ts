import { show } from '../../lib/check.js';
import {
  type InferRequest,
  type InferResponse,
  matchOutputs,
  type Parameters,
  RequestError,
  type TensorMetadata,
  type WantedOutput,
} from '../../lib/inference/index.js';
import type { Call } from '../backend.js';
import type { Live, LoadedVersion } from '../repository/index.js';
import { rowsOf } from '../requests/index.js';
import type { Endpoint } from './endpoint.js';

/** From the verdict that promises most to those that promise nothing. */
const VERDICTS = ['certified', 'full-model-only', 'exploratory', 'degraded', 'void'];

interface Member<E> {
  readonly name: string;
  readonly live: Live<E>;
}

/**
 * Several models that answer each request together: each takes its inputs from it, and its outputs and parameters have its name
 * before theirs: `a.label`, `a.verdict`. The members are those that are served when a request comes.
 */
export class EnsembleEndpoint<E extends Endpoint> implements Endpoint {
  readonly platform = 'spillway_ensemble';

  constructor(
    readonly loaded: LoadedVersion,
    private readonly names: readonly string[],
    private readonly find: (name: string) => Live<E>,
  ) {}

  /** @throws RequestError `unavailable` while a member isn't ready, or where they don't fit together */
  get inputs(): readonly TensorMetadata[] {
    const inputs: TensorMetadata[] = [];
    for (const { name, live } of this.members()) {
      for (const own of live.endpoint.inputs) {
        const known = inputs.find((each) => each.name === own.name);
        if (known === undefined) inputs.push(own);
        else if (known.datatype !== own.datatype || String(known.shape) !== String(own.shape))
          throw this.unfit(`${name} takes another input ${show(own.name)} than those before it`);
      }
    }
    return inputs;
  }

  /** @throws RequestError `unavailable` while a member isn't ready */
  get outputs(): readonly TensorMetadata[] {
    return this.members().flatMap(({ name, live }) =>
      live.endpoint.outputs.map((output) => ({ ...output, name: `${name}.${output.name}` })),
    );
  }

  get reason(): string {
    return '';
  }

  async infer(request: InferRequest, call: Call): Promise<InferResponse> {
    const members = this.members();
    const { name, version, settings } = this.loaded;
    rowsOf(request, this.inputs, settings.maxBatchRows);
    const wanted = this.wanted(request);
    const stop = new AbortController();
    const signal = AbortSignal.any([call.signal, stop.signal]);
    const answering = members.filter((member) => wanted === undefined || wanted.has(member.name));
    const responses = await Promise.all(
      answering.map(async (member) => {
        member.live.begin();
        try {
          return await member.live.endpoint.infer(memberRequest(request, member, wanted?.get(member.name)), {
            ...call,
            signal,
          });
        } catch (error) {
          throw named(member.name, error);
        } finally {
          member.live.end();
        }
      }),
    ).catch((error: unknown) => {
      // The others' answers are worth nothing any more.
      stop.abort(error);
      throw error;
    });
    const outputs = responses.flatMap((response, m) =>
      response.outputs.map((output) => ({ ...output, name: `${answering[m].name}.${output.name}` })),
    );
    const order = request.outputs?.map((output) => output.name);
    return {
      model: name,
      version,
      id: request.id,
      parameters: parametersOf(answering, responses),
      outputs:
        order === undefined ? outputs : outputs.sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name)),
    };
  }

  async close(): Promise<void> {}

  private members(): readonly Member<E>[] {
    return this.names.map((name) => {
      let live: Live<E>;
      try {
        live = this.find(name);
      } catch (error) {
        throw this.unfit(error instanceof Error ? error.message : String(error));
      }
      if (live.loaded.model === undefined) throw this.unfit(`${show(name)} is an ensemble itself`);
      return { name, live };
    });
  }

  private unfit(why: string): RequestError {
    return new RequestError('unavailable', `ensemble ${show(this.loaded.name)} isn't ready: ${why}`);
  }

  /** The outputs wanted of each member, by their own names; undefined: all. */
  private wanted({ outputs }: InferRequest): ReadonlyMap<string, WantedOutput[]> | undefined {
    if (outputs === undefined || outputs.length === 0) return undefined;
    matchOutputs(this.outputs, outputs);
    const wanted = new Map<string, WantedOutput[]>();
    for (const { name, live } of this.members()) {
      const own = outputs.flatMap((output) => {
        const found = live.endpoint.outputs.find((each) => `${name}.${each.name}` === output.name);
        return found === undefined ? [] : [{ ...output, name: found.name }];
      });
      if (own.length > 0) wanted.set(name, own);
    }
    return wanted;
  }
}

function memberRequest<E extends Endpoint>(
  request: InferRequest,
  { name, live }: Member<E>,
  outputs: readonly WantedOutput[] | undefined,
): InferRequest {
  const { inputs } = live.endpoint;
  return {
    ...request,
    model: name,
    version: live.loaded.version,
    inputs: request.inputs.filter((input) => inputs.some((own) => own.name === input.name)),
    outputs,
  };
}

/** The whole has the weakest verdict of its members. */
function parametersOf<E extends Endpoint>(
  members: readonly Member<E>[],
  responses: readonly InferResponse[],
): Parameters {
  const parameters: Record<string, string | number | boolean> = {};
  let weakest = 0;
  responses.forEach((response, m) => {
    for (const [name, value] of Object.entries(response.parameters)) {
      parameters[`${members[m].name}.${name}`] = value;
      if (name === 'verdict') weakest = Math.max(weakest, VERDICTS.indexOf(String(value)));
    }
  });
  return { verdict: VERDICTS[weakest], ...parameters };
}

function named(member: string, error: unknown): unknown {
  if (!(error instanceof RequestError)) return error;
  return new RequestError(error.reason, `model ${show(member)}: ${error.message}`, error.retryAfterMs, {
    cause: error,
  });
}
