import type { BinaryWriter } from '@bufbuild/protobuf/wire';
import { type MessageLimits, RequestError } from '../../lib/protocol/messages/index.js';
import { ABOUT, configuration } from '../about.js';
import type { Right } from '../access/index.js';
import type { Backend } from '../backend.js';
import { type ClientCall, deadlineOf } from '../call.js';
import type { IntakePlace } from '../intake/index.js';
import { refuseOverrides } from '../overrides.js';
import { refuseUnserved } from '../protocol/index.js';
import {
  decodeIndexRequest,
  decodeInferRequest,
  encodeIndex,
  encodeInferResponse,
  encodeModelConfig,
  encodeModelMetadata,
  encodeServerMetadata,
  encodeStatistics,
  peekInferRequest,
  readLoadRequest,
  readNamed,
  writeFlag,
  writeLoaded,
} from './messages/index.js';

/** What a method needs of its server and its call. */
export interface Context {
  readonly backend: Backend;
  /** Whether new work is welcome. */
  readonly isOpen: boolean;
  readonly limits: MessageLimits;
  /** The call's place among requests on their way in. */
  readonly place: IntakePlace;
  /** The call, given the octets of its message and the deadline by its parameters. */
  begin(octets: number, deadline: (arrived: number) => number | undefined): ClientCall;
}

/** A method of the service. */
export interface Method {
  /** What calling it needs; undefined: nothing. */
  readonly right: Right | undefined;
  /** Whether its messages are requests for inference, which may be large. */
  readonly hasLargeMessage?: true;
  answer(message: Uint8Array, context: Context): BinaryWriter | Promise<BinaryWriter>;
}

/** `inference.GRPCInferenceService`: KServe's methods, and Triton's for configuration, statistics and the repository. */
export const METHODS: Readonly<Record<string, Method>> = {
  ServerLive: { right: undefined, answer: () => writeFlag(true) },
  ServerReady: {
    right: undefined,
    answer: (_, { backend, isOpen }) => writeFlag(isOpen && backend.isReady),
  },
  ServerMetadata: { right: 'infer', answer: () => encodeServerMetadata(ABOUT) },
  ModelReady: {
    right: 'infer',
    answer(message, { backend }) {
      const { name, version } = readNamed(message);
      return writeFlag(isModelReady(backend, name, version));
    },
  },
  ModelMetadata: {
    right: 'infer',
    answer(message, { backend }) {
      const { name, version } = readNamed(message);
      return encodeModelMetadata(backend.metadata(name, version));
    },
  },
  ModelConfig: {
    right: 'infer',
    answer(message, { backend }) {
      const { name, version } = readNamed(message);
      return encodeModelConfig(configuration(backend.metadata(name, version)));
    },
  },
  ModelInfer: {
    right: 'infer',
    hasLargeMessage: true,
    answer(message, { backend, limits, place, begin }) {
      const { model, version, parameters } = peekInferRequest(message);
      const call = begin(message.length, (arrived) => deadlineOf(parameters, arrived));
      return place.turn(() => {
        if (call.aborted) throw new RequestError('cancelled', 'the client left before its request was read');
        const { tenant, arrived, deadline, octets } = call;
        const known = { tenant, arrived, deadline, octets, mayNameDeadline: false };
        const found = backend.screen({ model, version, ...known });
        const request = decodeInferRequest(message, limits);
        refuseUnserved(request);
        const response = found.infer(request, call);
        return response instanceof Promise
          ? response.then(encodeInferResponse)
          : encodeInferResponse(response);
      });
    },
  },
  ModelStatistics: {
    right: 'infer',
    answer(message, { backend }) {
      const { name, version } = readNamed(message);
      return encodeStatistics(backend.statistics(name === '' ? undefined : name, version));
    },
  },
  RepositoryIndex: {
    right: 'infer',
    answer(message, { backend }) {
      const onlyReady = decodeIndexRequest(message);
      const models = backend.index();
      return encodeIndex(onlyReady ? models.filter(({ state }) => state === 'READY') : models);
    },
  },
  RepositoryModelLoad: {
    right: 'admin',
    async answer(message, { backend }) {
      const { name, parameters } = readLoadRequest(message);
      refuseOverrides(parameters);
      await backend.load(name);
      return writeLoaded(name);
    },
  },
  RepositoryModelUnload: {
    right: 'admin',
    async answer(message, { backend }) {
      const { name, parameters } = readLoadRequest(message);
      refuseOverrides(parameters);
      await backend.unload(name);
      return writeLoaded(name);
    },
  },
};

/** A model that isn't there isn't ready: clients expect an answer and no failure. */
function isModelReady(backend: Backend, name: string, version: string | undefined): boolean {
  try {
    return backend.isModelReady(name, version);
  } catch (error) {
    if (error instanceof RequestError && error.reason === 'not-found') return false;
    throw error;
  }
}
