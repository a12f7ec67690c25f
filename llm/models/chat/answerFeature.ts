import { show } from '../../../lib/check.js';
import { denseBlock, rowBlock } from '../../../lib/data/blocks/index.js';
import { ArtifactError, FeatureError, ModelError, OptionError, ServerError } from '../../../lib/errors.js';
import type { Feature, FittedFeature } from '../../../lib/features/define/index.js';
import type { ChatModel } from './model.js';

/**
 * What a language model answers, as a feature: a column for each of its labels, which is 1 for the answer, or its probability
 * where log-probabilities are used. An answer that can't be read is 0 in all columns.
 *
 * It makes a cheaper model pay that gives labels alone. Of a bare label nothing tells how sure it is; a stage that is trained on
 * it and on words learns when to believe it, and leaves where both agree. `tune` finds whether that pays: the model's price is
 * the feature's, and rows that leave before such a stage aren't asked about. Its labels needn't be the full model's: it may be
 * asked another, easier question.
 *
 * While tuning, each distinct row is asked about once, and with a journal in no later run again. Features are computed some
 * thousand rows at a time: a model with `batch` waits for a batch of its provider that often.
 *
 * @throws OptionError for what isn't a chat model of labels. While computing a FeatureError, which names the row, for a server that
 *   fails and a prompt that is too long, and a BudgetStop; when loaded beside another model an ArtifactError
 *
 * @example
 * const cheap = chatModel({ ...endpoint, model: 'small-2026-01-01', labels, prompt, price: 0.00004 });
 * const features = define({ words: tfidf((mail: Mail) => mail.text), cheap: answerFeature<Mail>(cheap) });
 * await tune({ features, rows, full, objective: 'price', bound: { epsilon: 0.05 } });
 */
export function answerFeature<Row>(model: ChatModel<unknown>): Feature<Row> {
  if (typeof model !== 'object' || model === null || !('account' in model) || !Array.isArray(model.labels)) {
    throw new OptionError('model', `expected a chatModel of labels, got ${show(model)}`);
  }
  const { name, classes, options, tolerance } = model;
  const fitted: FittedFeature<Row> = {
    columns: classes,
    async compute(view, { signal, missing } = {}) {
      const rows = view.rows();
      const scores = new Float64Array(rows.length * classes);
      try {
        // Tuning looks at all prompts before it pays, and may wait for a batch API. In service a prompt that is too long is alone in it.
        if (missing === undefined) await model.readAhead?.(rows, { signal });
        await model.score([rowBlock(rows)], scores, { signal });
      } catch (error) {
        if (!(error instanceof ServerError || error instanceof ModelError)) throw error;
        if (error.row === undefined) throw error;
        throw new FeatureError('', view.at(error.row), error.message, { cause: error });
      }
      const values = Float32Array.from(scores, (score) => (Number.isNaN(score) ? 0 : score));
      return denseBlock(rows.length, classes, values);
    },
    // Asks nothing.
    warm: () => denseBlock(1, classes, new Float32Array(classes)),
    // Looked up when it is stored: replies tell the dated name.
    get state() {
      return { json: { fingerprint: model.fingerprint ?? name }, tensors: {} };
    },
  };
  return {
    kind: 'answer',
    reads: [],
    options: { labels: model.labels.map(String), ...(typeof options === 'object' && { model: options }) },
    get price() {
      return model.price;
    },
    waits: true,
    tolerance,
    expensive: true,
    learns: false,
    fit: () => fitted,
    load({ json }) {
      const was =
        typeof json === 'object' && json !== null && 'fingerprint' in json ? json.fingerprint : null;
      if (typeof was === 'string' && (was === model.fingerprint || model.recognise?.(was))) return fitted;
      throw new ArtifactError(
        'mismatch',
        `the model '${name}' is ${model.fingerprint} now, and was ${show(was)}: give the model that the cascade was made with`,
      );
    },
  };
}
