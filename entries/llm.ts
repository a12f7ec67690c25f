/** Language models behind a cascade: models over an API, prices, journals, batches. */
export * from '../llm/index.js';
