import test from 'ava';
import { escaped } from '../../../lib/util/escape.js';

test('what markup gives a meaning is escaped, once', (t) => {
  t.is(escaped(`<a href="b">it's & so</a>`), '&lt;a href=&quot;b&quot;&gt;it&#39;s &amp; so&lt;/a&gt;');
  t.is(escaped('&lt;'), '&amp;lt;');
});
