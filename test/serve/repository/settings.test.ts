import test from 'ava';
import { modelSettings } from '../../../serve/repository/settings.js';

const of = (...texts: string[]) =>
  modelSettings(texts.map((text, i) => ({ path: `m/${i}/model.json`, text })));

test('nothing given: the latest version, on workers, 16,384 rows, refusing under overload', (t) => {
  t.deepEqual(of(), {
    versions: 'latest',
    inline: false,
    timeoutMicroseconds: undefined,
    p99Ms: undefined,
    maxBatchRows: 16_384,
    maxTextOctets: 262_144,
    maxRowOctets: 4_194_304,
    overload: 'refuse',
    callers: 'differ',
    audit: undefined,
    allowWorse: false,
    reserve: undefined,
  });
});

test('a version overrides what its model has', (t) => {
  const { inline, p99Ms, audit } = of('{"inline":true,"p99Ms":5}', '{"inline":false,"audit":{"rate":0.1}}');
  t.deepEqual([inline, p99Ms], [false, 5]);
  t.deepEqual(audit, { rate: 0.1, alpha: 0.01, disagreement: undefined, afterAlarm: 'full-model' });
});

const WRONG: readonly [text: string, message: RegExp][] = [
  ['{', /m\/0\/model\.json.*isn't JSON/],
  ['[]', /expected an object such as/],
  ['null', /expected an object such as/],
  ['{"inlin":true}', /'m\/0\/model\.json: inlin': unknown.*did you mean 'inline'/s],
  ['{"inline":1}', /inline': expected true or false, got 1/],
  ['{"versions":"newest"}', /versions': expected "latest", "all" or a list/],
  ['{"versions":[]}', /versions': is an empty list/],
  ['{"versions":["1","02"]}', /versions\[1\]': expected a version in digits/],
  ['{"versions":[1]}', /versions\[0\]': expected a version in digits/],
  ['{"timeoutMicroseconds":0}', /timeoutMicroseconds': expected a whole number of at least 1/],
  ['{"p99Ms":-1}', /p99Ms': expected milliseconds above 0/],
  ['{"maxBatchRows":1.5}', /maxBatchRows': expected a whole number/],
  ['{"maxTextOctets":0}', /maxTextOctets': expected a whole number/],
  ['{"maxRowOctets":"4 MiB"}', /maxRowOctets': expected a whole number/],
  ['{"overload":"drop"}', /overload': expected 'refuse', 'degrade', 'degrade-over-share'/],
  ['{"callers":"same"}', /callers': expected 'differ', 'alike'/],
  ['{"ensemble":["a","b"]}', /ensemble': .*call each of its models from the client, or tune one cascade/],
  ['{"audit":{}}', /audit\.rate': expected a probability/],
  ['{"audit":{"rate":2}}', /audit\.rate': expected a probability/],
  ['{"audit":{"rate":0.1,"alpha":1}}', /audit\.alpha': expected a number above 0 and below 1/],
  ['{"audit":{"rate":0.1,"seed":1}}', /audit\.seed': unknown/],
  ['{"audit":{"rate":0.1,"afterAlarm":"safer"}}', /afterAlarm': expected 'full-model', 'keep'/],
  ['{"reserve":{"cores":2}}', /reserve\.cores': expected a share of all cores/],
  ['{"reserve":{"memory":-1}}', /reserve\.memory': expected a whole number/],
  ['{"allowWorse":"yes"}', /allowWorse': expected true or false/],
];

for (const [text, message] of WRONG)
  test(`${text} is refused by file and name`, (t) => {
    t.throws(() => of(text), { name: 'OptionError', message });
  });
