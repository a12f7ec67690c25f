import { show } from '../../lib/check.js';
import { type InferRequest, type Parameters, RequestError } from '../../lib/protocol/messages/index.js';

/** Parameters of Triton's and MLServer's that would change an answer, and what to do instead. */
const OF_REQUEST: Readonly<Record<string, string>> = {
  priority: "the server's tenants have weights, by their keys",
  sequence_id: 'each request stands alone: send what a row needs as inputs',
  sequence_start: 'each request stands alone',
  sequence_end: 'each request stands alone',
  triton_enable_empty_final_response: 'each request has one answer',
};
const OF_OUTPUT: Readonly<Record<string, string>> = {
  classification: "ask for 'label' and 'scores'; the model's configuration has the labels of their columns",
};

/**
 * Refuses what a request asks for by its parameters and wouldn't get: parameters that nobody knows are passed over.
 * What says nothing, as 0 and false do, is no request for it.
 *
 * @throws RequestError `unsupported` naming the parameter; `invalid` for one that should be true or false
 */
export function refuseUnserved({ parameters, inputs, outputs }: InferRequest): void {
  refuse(parameters, OF_REQUEST, 'the parameter');
  checkFlag(parameters, 'binary_data_output', 'the parameter');
  for (const { name, parameters: own } of inputs) {
    // Its octets would be taken for the text that they stand for.
    if (own !== undefined && Object.hasOwn(own, 'content_type') && own.content_type === 'base64') {
      throw new RequestError(
        'unsupported',
        `input ${show(name)}: its 'content_type' "base64" isn't supported: send text, or a binary tensor`,
      );
    }
  }
  if (outputs === undefined) return;
  for (const { name, parameters: own } of outputs) {
    if (own === undefined) continue;
    refuse(own, OF_OUTPUT, `output ${show(name)}: its parameter`);
    checkFlag(own, 'binary_data', `output ${show(name)}: its parameter`);
  }
}

function refuse(parameters: Parameters, unserved: Readonly<Record<string, string>>, place: string): void {
  for (const key in parameters) {
    if (!Object.hasOwn(unserved, key)) continue;
    const value = parameters[key];
    if (value === 0 || value === false || value === '') continue;
    throw new RequestError('unsupported', `${place} '${key}' isn't supported: ${unserved[key]}`);
  }
}

function checkFlag(parameters: Parameters, key: string, place: string): void {
  const value = Object.hasOwn(parameters, key) ? parameters[key] : false;
  if (typeof value === 'boolean') return;
  throw new RequestError('invalid', `${place} '${key}' is ${show(value)}; expected true or false`);
}
