import { chatModel } from '../../entries/llm.js';
import { js, refused } from './mistake.js';

/** What goes wrong with language models before any is asked. */

const at = { baseURL: 'http://127.0.0.1:1/v1', model: 'small' };
const prompt = (row: { text: string }) => `ham or spam? ${row.text}`;
const right = { ...at, prompt, labels: ['ham', 'spam'] };
const sdk = { specificationVersion: 'v4', provider: 'own', modelId: 'small', doGenerate() {} };
const make = (more: object) => () => js(chatModel, { ...right, ...more });

refused([
  [
    'chatModel: nothing',
    () => js(chatModel),
    /'options': expected options, or a model of the AI SDK, got undefined/,
  ],
  [
    'chatModel: a name alone',
    () => js(chatModel, 'gpt-4o-mini'),
    /'options': .* got "gpt-4o-mini"; a name alone says no provider/,
  ],
  [
    'chatModel: a model of the AI SDK alone',
    () => js(chatModel, sdk),
    /'options': missing; expected \{ labels, prompt \}/,
  ],
  [
    'chatModel: a key beside a model of the AI SDK',
    () => js(chatModel, sdk, { prompt, labels: ['ham', 'spam'], apiKey: 'k' }),
    /'apiKey': unknown/,
  ],
  [
    'chatModel: a misspelt option',
    make({ temprature: 0 }),
    /'temprature': unknown; .*did you mean 'temperature'/,
  ],
  ['chatModel: no prompt', make({ prompt: undefined }), /'prompt': expected a function, got undefined/],
  [
    'chatModel: a prompt as text',
    make({ prompt: 'ham or spam?' }),
    /'prompt': expected a function, got "ham or spam/,
  ],
  ['chatModel: no labels', make({ labels: undefined }), /'labels': expected a list of labels, a schema/],
  ['chatModel: no model', make({ model: undefined }), /'model': expected the provider's name of the model/],
  [
    'chatModel: no server',
    make({ baseURL: undefined }),
    /'baseURL': expected a URL such as 'https:\/\/api\.openai/,
  ],
  ['chatModel: a host alone', make({ baseURL: '127.0.0.1:1' }), /'baseURL': expected a URL/],
  [
    'chatModel: a password in the address',
    make({ baseURL: 'http://me:pw@x/v1' }),
    /'baseURL': holds a name or a password/,
  ],
  ['chatModel: a key in the address', make({ baseURL: 'http://x/v1?key=1' }), /'baseURL': ends with a query/],
  [
    'chatModel: a key of another script',
    make({ apiKey: 'ключ' }),
    /'apiKey': expected text of visible ASCII/,
  ],
  ['chatModel: an empty key', make({ apiKey: '' }), /'apiKey': expected text of visible ASCII/],
  ['chatModel: a header that is none', make({ headers: { a: 1 } }), /'headers.a': expected text/],
  ['chatModel: fetch', make({ fetch: true }), /'fetch': expected a function, got true/],
  [
    'chatModel: a temperature of 100',
    make({ temperature: 100 }),
    /'temperature': expected a number from 0 to 2, got 100/,
  ],
  [
    'chatModel: no tokens',
    make({ maxTokens: 0 }),
    /'maxTokens': expected a whole number of at least 1, got 0/,
  ],
  ['chatModel: half a token', make({ contextTokens: 0.5 }), /'contextTokens': expected a whole number/],
  ['chatModel: a seed as text', make({ seed: '1' }), /'seed': expected a whole number, got "1"/],
  ['chatModel: structured', make({ structured: 'yes' }), /'structured': expected true or false, got "yes"/],
  [
    'chatModel: a number of log-probabilities',
    make({ logprobs: 5 }),
    /'logprobs': expected true or false, got 5/,
  ],
  ['chatModel: a version as a number', make({ version: 2 }), /'version': expected text, got 2/],
  ['chatModel: no time', make({ timeoutMs: 0 }), /'timeoutMs': expected a whole number from 1/],
  ['chatModel: a negative price', make({ price: -1 }), /'price': expected money a row, 0 or more, got -1/],
  [
    'chatModel: limits of a misspelt name',
    make({ limits: { rpm: 3 } }),
    /'limits.rpm': unknown; known are concurrent/,
  ],
  [
    'chatModel: limits of 0',
    make({ limits: { requestsPerMinute: 0 } }),
    /requestsPerMinute': expected a whole number/,
  ],
  [
    'chatModel: a label for what is none that isn’t one',
    make({ unparsed: 'other' }),
    /'unparsed': expected one of "ham", "spam", got "other": add a label for such rows/,
  ],
  [
    'chatModel: a label for what is no number',
    make({ labels: { min: 0, max: 1 }, unparsed: 'other' }),
    /'unparsed': expected a number, got "other"/,
  ],
]);
