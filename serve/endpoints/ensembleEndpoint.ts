import { show } from '../../lib/check.js';
import {
  type InferRequest,
  type InferResponse,
  matchOutputs,
  type Parameters,
  RequestError,
  type RequestFault,
  type TensorMetadata,
  type WantedOutput,
} from '../../lib/protocol/messages/index.js';
import type { Timer } from '../../lib/util/timer.js';
import type { Call } from '../backend.js';
import type { Lane } from '../lane.js';
import type { Live, LoadedVersion } from '../repository/index.js';
import { deadlineOf, rowsOf } from '../requests/index.js';
import { loadOf, ModelCounts, type ModelLoad } from '../scheduling/index.js';
import type { GroupMember } from '../together.js';
import type { Endpoint } from './endpoint.js';
import { ModelEndpoint, type Prepared } from './modelEndpoint.js';

/** From the verdict that promises most to those that promise nothing. */
const VERDICTS = ['exact', 'certified', 'full-model-only', 'exploratory', 'degraded', 'outside', 'void'];

/** Reasons of requests that don't fit what they call. */
const OF_REQUEST: ReadonlySet<RequestFault> = new Set(['invalid', 'too-large', 'unsupported']);

const NO_ROWS = new Uint8Array(0);

interface Member<Load> {
  readonly name: string;
  readonly live: Live<ModelEndpoint<Load>>;
}

/** Whatever a name stands for. */
type AnyLive<Load> = Live<ModelEndpoint<Load> | EnsembleEndpoint<Load>>;

/**
 * Several models that answer each request together: each takes its inputs from it, and its outputs and parameters have its name
 * before theirs: `a.label`, `a.verdict`. The members are those that are served when a request comes.
 */
export class EnsembleEndpoint<Load> implements Endpoint {
  readonly platform = 'spillway_ensemble';
  /** Its requests: its members count their own work. */
  private readonly counts = new ModelCounts(1);
  private inFlight = 0;

  constructor(
    readonly loaded: LoadedVersion,
    private readonly names: readonly string[],
    private readonly find: (name: string) => AnyLive<Load>,
    private readonly timer: Timer,
  ) {}

  /** What its requests did. `compute` is all of their time, since waits are its members'. */
  get load(): ModelLoad {
    return loadOf(this.counts, this.inFlight, this.timer.now());
  }

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

  /** Which members answer is known once the request is read. */
  screen(): void {}

  async infer(request: InferRequest, given: Call): Promise<InferResponse> {
    const { counts, timer } = this;
    counts.lastMs = timer.now();
    this.inFlight++;
    try {
      const response = await this.answer(request, given);
      counts.executions++;
      counts.job(0, timer.now() - given.arrived, timer.now());
      return response;
    } catch (error) {
      const reason = error instanceof RequestError ? error.reason : 'internal';
      if (reason === 'overloaded') counts.refused++;
      else counts.failure(OF_REQUEST.has(reason) ? 'invalid' : reason, timer.now() - given.arrived);
      throw error;
    } finally {
      this.inFlight--;
    }
  }

  private async answer(request: InferRequest, given: Call): Promise<InferResponse> {
    const { name, version, settings } = this.loaded;
    const { rows } = rowsOf(request, this.inputs, settings.maxBatchRows);
    const wanted = this.wanted(request);
    const answering = this.members().filter((member) => wanted === undefined || wanted.has(member.name));
    const requests = answering.map((member) => memberRequest(request, member, wanted?.get(member.name)));
    const { tenant, arrived, octets, signal } = given;
    const call = { tenant, arrived, octets, signal, deadline: deadlineOf(request, given, settings) };
    for (const { live } of answering) live.begin();
    let responses: readonly InferResponse[];
    try {
      const together = sharing(answering, requests, call);
      responses =
        together === undefined ? await apart(answering, requests, call) : await inOneSlice(together);
    } finally {
      for (const { live } of answering) live.end();
    }
    const outputs = responses.flatMap((response, m) =>
      response.outputs.map((output) => ({ ...output, name: `${answering[m].name}.${output.name}` })),
    );
    const parameters = parametersOf(answering, responses);
    const degraded = responses.map((response) => Number(response.parameters.degraded_rows ?? 0));
    this.counts.slice(0, NO_ROWS, NO_ROWS, rows);
    this.counts.degradedRows += Math.max(...degraded);
    const order = request.outputs?.map((output) => output.name) ?? [];
    return {
      model: name,
      version,
      id: request.id,
      parameters,
      outputs: outputs.sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name)),
    };
  }

  async close(): Promise<void> {}

  private members(): readonly Member<Load>[] {
    return this.names.map((name) => {
      let live: AnyLive<Load>;
      try {
        live = this.find(name);
      } catch (error) {
        throw this.unfit(error instanceof Error ? error.message : String(error));
      }
      if (!isModel(live)) throw this.unfit(`${show(name)} is an ensemble itself`);
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

function isModel<Load>(live: AnyLive<Load>): live is Live<ModelEndpoint<Load>> {
  return live.endpoint instanceof ModelEndpoint;
}

/** Members that can answer in one slice. */
interface Together<Load> {
  readonly lane: Lane<Load>;
  readonly members: readonly [GroupMember, ...GroupMember[]];
  readonly prepared: readonly Prepared[];
}

/**
 * Members that compute in one place answer in one slice, which computes what they share once. Rankers don't: their slices differ.
 *
 * @throws RequestError for a request that doesn't fit one of them
 */
function sharing<Load>(
  members: readonly Member<Load>[],
  requests: readonly InferRequest[],
  call: Call,
): Together<Load> | undefined {
  const endpoints = members.map(({ live }) => live.endpoint);
  const [{ lane }] = endpoints;
  if (endpoints.length < 2) return undefined;
  if (endpoints.some((each) => each.lane !== lane || each.model.kind === 'ranker')) return undefined;
  const prepared = endpoints.map((endpoint, m) => {
    try {
      return endpoint.prepare(requests[m], call);
    } catch (error) {
      throw named(members[m].name, error);
    }
  });
  if (prepared[0].job.rows === 0) return undefined;
  const [first, ...others] = endpoints.map(({ model }, m) => ({ model, mode: prepared[m].mode }));
  return { lane, members: [first, ...others], prepared };
}

async function inOneSlice<Load>({
  lane,
  members,
  prepared,
}: Together<Load>): Promise<readonly InferResponse[]> {
  const jobs = prepared.map(({ job }) => job);
  const deadlines = jobs.flatMap(({ deadline }) => deadline ?? []);
  const job = {
    ...jobs[0],
    inputs: Object.assign(Object.create(null), ...jobs.map(({ inputs }) => inputs)),
    scores: jobs.some(({ scores }) => scores),
    deadline: deadlines.length === 0 ? undefined : Math.min(...deadlines),
    onStart: () => {
      for (const { onStart } of jobs) onStart?.();
    },
  };
  for (const each of prepared) each.begin();
  try {
    const answers = await lane.together(members, job);
    return prepared.map((each, m) => each.finish(answers[m]));
  } catch (error) {
    for (const each of prepared) each.fail(error);
    throw error;
  }
}

async function apart<Load>(
  members: readonly Member<Load>[],
  requests: readonly InferRequest[],
  call: Call,
): Promise<readonly InferResponse[]> {
  const stop = new AbortController();
  const own = { ...call, signal: AbortSignal.any([call.signal, stop.signal]) };
  try {
    return await Promise.all(
      members.map(async ({ name, live }, m) => {
        try {
          return await live.endpoint.infer(requests[m], own);
        } catch (error) {
          throw named(name, error);
        }
      }),
    );
  } catch (error) {
    // The others' answers are worth nothing any more.
    stop.abort(error);
    throw error;
  }
}

function memberRequest<Load>(
  request: InferRequest,
  { name, live }: Member<Load>,
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

/** The whole has the weakest verdict of its members, and is unchecked if one of them is. */
function parametersOf<Load>(
  members: readonly Member<Load>[],
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
  const unchecked = responses.some((response) => response.parameters.unchecked === true);
  return { verdict: VERDICTS[weakest], ...(unchecked && { unchecked }), ...parameters };
}

function named(member: string, error: unknown): unknown {
  if (!(error instanceof RequestError)) return error;
  return new RequestError(error.reason, `model ${show(member)}: ${error.message}`, error.retryAfterMs, {
    cause: error,
  });
}
