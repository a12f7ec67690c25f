import type { ServerMetadata } from '../lib/protocol/messages/index.js';
import { VERSION } from '../lib/util/version.js';

/** What the server says of itself. Extensions have Triton's names. */
export const ABOUT: ServerMetadata = {
  name: 'spillway',
  version: VERSION,
  extensions: ['binary_tensor_data', 'model_repository', 'model_repository(unload_dependents)', 'statistics'],
};
