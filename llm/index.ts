/**
 * Language models as full models and stages, and a table classified by one with cheap stages before it: pilot, forecast,
 * certified answers.
 */

export type { Expected, MapForecast, OutcomeForecast } from './forecast/index.js';
export type { AskedRows, MappedAnswer, MappedRows } from './mapped.js';
export { mapRows } from './mapRows.js';
export * from './models/index.js';
export type { MapBound, MapOptions, MapProgress } from './options.js';
export { type PromptChecks, type PromptTemplate, promptTemplate } from './promptTemplate.js';
export type { PaidSoFar, Payments, RowPrice } from './rowBudget.js';
export { textTerms } from './textFeatures.js';
export type { ChooseTraining, TrainingChoice } from './training.js';
