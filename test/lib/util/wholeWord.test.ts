import test from 'ava';
import { hasWords } from '../../../lib/util/wholeWord.js';

test('words are found as words of their own, in any script', (t) => {
  const found = [
    ['Answer yes or no.', 'no'],
    ['no', 'no'],
    ['"no"/"yes"', 'no'],
    ['spam, not\n  spam or ham', 'not spam'],
    ['C, C++ or C#?', 'C++'],
    ['C, C++ or C#?', 'C#'],
    ['(a) or [b].*', 'b'],
    ['is it $5 or $10?', '$5'],
    ['schön oder nicht?', 'scho\u0308n'],
    ['请回答好评或差评', '差评'],
    ['긍정 또는 부정으로 답하세요', '부정'],
    ['Скажи: да или нет', 'да'],
  ] as const;
  for (const [text, words] of found) t.true(hasWords(text, words), `${words} in ${text}`);
  const others = [
    ['Do not guess.', 'no'],
    ['Is it spammy?', 'spam'],
    ['Is it not_spam?', 'spam'],
    ['Rate it from 1 to 10', '0'],
    ['Скажи, когда', 'да'],
    ['Übersicht', 'sicht'],
    ['C or C#?', 'C++'],
    ['is it a.b?', 'axb'],
    ['is it not  a spam', 'not spam'],
    ['请回答好评', '差评'],
  ] as const;
  for (const [text, words] of others) t.false(hasWords(text, words), `${words} in ${text}`);
});
