import test from 'ava';
import { fitVectorizer } from '../../../bench/peers/sklearn.js';

test('without Python the peer is missing, which is told apart from one that fails', async (t) => {
  t.is(await fitVectorizer(['a text'], ['another'], 'no-such-python'), 'python3-sklearn is not installed');
  // Node can't read Python.
  const error = await t.throwsAsync(fitVectorizer(['a text'], ['another'], process.execPath));
  t.regex(error.message, /scikit-learn failed/);
});
