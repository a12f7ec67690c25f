/** Language models behind a cascade: models over an API, prices, journals, batches. */
export * from '../lib/models/llm/index.js';
export * from '../llm/index.js';
