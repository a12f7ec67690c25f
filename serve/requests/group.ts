import { show } from '../../lib/check.js';
import { type InferRequest, parameterOf, RequestError } from '../../lib/protocol/messages/index.js';

const NAME = /^[\w.:-]{1,64}$/;

/**
 * The group that a request's rows count in: its parameter `group`.
 *
 * @returns undefined without one
 * @throws RequestError `invalid` for what is no name
 */
export function groupOf({ parameters }: Pick<InferRequest, 'parameters'>): string | undefined {
  const group = parameterOf(parameters, 'group');
  if (group === undefined || (typeof group === 'string' && NAME.test(group))) return group;
  throw new RequestError(
    'invalid',
    `parameter 'group': expected 1 to 64 letters (a-z, A-Z), digits, '_', '.', ':' or '-', got ${show(group)}`,
  );
}
