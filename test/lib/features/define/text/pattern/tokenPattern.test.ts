import { readFileSync } from 'node:fs';
import test from 'ava';
import { OptionError } from '../../../../../../lib/errors.js';
import { TokenPattern } from '../../../../../../lib/features/define/text/pattern/index.js';
import { atLength } from '../../../../../support/atLength.js';
import { runSklearn, sklearnTest } from '../../../../../support/sklearn.js';

function tokensOf(pattern: string | TokenPattern, text: string): string[] {
  const read = typeof pattern === 'string' ? new TokenPattern(pattern) : pattern;
  const { starts, ends, count } = read.tokens(text);
  return Array.from({ length: count }, (_, i) => text.slice(starts[i], ends[i]));
}

test('tokens are those that Python’s findall finds', (t) => {
  const cases: [pattern: string, text: string, tokens: string[]][] = [
    [String.raw`(?u)\b\w\w+\b`, 'a bc cafe\u0301s x_1', ['bc', 'cafe', 'x_1']],
    [String.raw`\w+`, '𝔸 中文 ٣ 😀', ['𝔸', '中文', '٣']],
    [String.raw`\w+(?:'\w+)?|[^\w\s]`, "don't, 'so'", ["don't", ',', "'", 'so', "'"]],
    // A dot stands for all but a line feed; white space is Python's.
    ['..', 'a\r\u2028b\n😀c', ['a\r', '\u2028b', '😀c']],
    [String.raw`\S+`, 'a\x1cb\ufeffc\x85d', ['a', 'b\ufeffc', 'd']],
    // A group that takes no part captures nothing; one that does is the token.
    [String.raw`#(\w)\w*|\d`, '#tag 7', ['t', '']],
    [String.raw`[]a-c\-]{2,}?`, 'ab]-cd', ['ab', ']-']],
    [String.raw`\x41\u00e9\U0001F600|}`, 'Aé😀}', ['Aé😀', '}']],
    [String.raw`\Ba`, 'aa a', ['a']],
    // A brace that is no count stands for itself.
    ['a{x|{}|a{,}b', 'a{x {} aab', ['a{x', '{}', 'aab']],
    [String.raw`[^\W\d_]{,3}x`, 'abcdx 1x', ['bcdx', 'x']],
  ];
  for (const [pattern, text, tokens] of cases) t.deepEqual(tokensOf(pattern, text), tokens, pattern);
});

test('what isn’t read is named', (t) => {
  const refused: [pattern: string, message: RegExp][] = [
    ['', /it can match nothing/],
    [String.raw`\w*`, /it can match nothing/],
    ['a|b?', /it can match nothing/],
    ['^a', /the anchor '\^'/],
    ['a$', /the anchor '\$'/],
    [String.raw`a\Z`, /'\\Z'/],
    [String.raw`(a)\1`, /'\\1'/],
    ['(?i)a', /'\(\?i\)'/],
    ['(?=a)b', /'\(\?=a'/],
    ['(?P<n>a)', /'\(\?P<'/],
    ['(a)(b)', /more than one group/],
    ['(?:(a)b)+', /repeats a group that captures/],
    ['(?:a?)+b', /repeats what can match nothing/],
    ['a**', /'\*' after a quantifier/],
    ['a++', /'\+' after a quantifier/],
    ['{2}', /'\{' that repeats nothing/],
    ['a{0}b', /the count \{0\}/],
    ['a{3,2}', /the count \{3,2\}/],
    ['a{1,2000}', /at most 1000/],
    ['*a', /'\*' that repeats nothing/],
    ['a)', /'\)' that closes nothing/],
    ['(a', /'\(' that isn't closed/],
    ['[a', /'\[' that isn't closed/],
    ['[b-a]', /range of characters without order/],
    [String.raw`[\w-a]`, /range of characters without order/],
    [String.raw`\xg1`, /'\\xg1'/],
    ['\\', /ends within an escape/],
    ['a'.repeat(501), /501 characters: expected at most 500/],
  ];
  for (const [pattern, message] of refused) {
    const error = t.throws(() => new TokenPattern(pattern), { instanceOf: OptionError, message }, pattern);
    t.is(error?.option, 'tokenPattern');
  }
});

const patterns: { readonly read: readonly string[]; readonly slow: readonly string[] } = JSON.parse(
  readFileSync(new URL('../../../../../fixtures/patterns.json', import.meta.url), 'utf8'),
);

/** A pattern of so many characters, each of its own kind, with those in \w and the others. */
const manyKinds = (count: number) =>
  Array.from({ length: count }, (_, i) => String.fromCodePoint(0x4e00 + i)).join('');

test('patterns that could take years are refused, and those that read a text in one way are not', (t) => {
  // The Python package decides alike: test/python/test_text.py.
  for (const pattern of patterns.slow)
    t.throws(
      () => new TokenPattern(pattern),
      { instanceOf: OptionError, message: /can take too long/ },
      pattern,
    );
  for (const pattern of patterns.read) t.notThrows(() => new TokenPattern(pattern), pattern);
  t.throws(() => new TokenPattern(manyKinds(128)), { message: /too many kinds of characters/ });
  t.notThrows(() => new TokenPattern(manyKinds(125)));
  // Some 10^28 ways to read it, were they tried.
  t.deepEqual(tokensOf(String.raw`\w+(?:-\w+)*!`, 'a-'.repeat(100)), []);
});

const script = 'test/lib/features/define/text/pattern/findall.py';

for (const variable of ['SKLEARN_NEW', 'SKLEARN_OLD'] as const) {
  sklearnTest(variable)(`drawn patterns beside those of the Python of ${variable}`, async (t) => {
    const drawn = await runSklearn(variable, '-W', 'ignore', script, '1', `${atLength(150, 4_000)}`);
    const all: { pattern: string; why: string | null; texts: string[]; tokens: string[][] }[] =
      JSON.parse(drawn);
    let slow = 0;
    let read = 0;
    for (const { pattern, why, texts, tokens } of all) {
      let own: TokenPattern;
      try {
        own = new TokenPattern(pattern);
      } catch (error) {
        t.not(why, null, `${pattern}: ${error}`);
        if (error instanceof Error && /can take too long/.test(error.message)) {
          slow++;
          t.true(error.message.endsWith(why ?? ''), `${pattern}: ${why}, ${error}`);
        }
        continue;
      }
      read++;
      t.is(why, null, pattern);
      t.deepEqual(
        texts.map((text) => tokensOf(own, text)),
        tokens,
        pattern,
      );
    }
    t.true(read > all.length / 4 && slow < all.length / 4, `${read} read, ${slow} refused as slow`);
  });
}

test('a text that is longer than any before has its own tokens', (t) => {
  const pattern = new TokenPattern('\\w+');
  for (const words of [3, 1_000, 2, 5_000]) t.is(pattern.tokens('aa '.repeat(words)).count, words);
});
