import type { ModelMetadata, ServerMetadata } from '../lib/protocol/messages/index.js';
import { VERSION } from '../lib/util/version.js';
import { configOf, type ModelConfig } from './protocol/index.js';

/** What the server says of itself. Extensions have Triton's names. */
export const ABOUT: ServerMetadata = {
  name: 'spillway',
  version: VERSION,
  extensions: [
    'binary_tensor_data',
    'model_configuration',
    'model_repository',
    'model_repository(unload_dependents)',
    'statistics',
  ],
};

/** What it says of a model in Triton's words. */
export function configuration(metadata: ModelMetadata): ModelConfig {
  return configOf(metadata, ABOUT.name);
}
