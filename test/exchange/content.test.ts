import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { lightgbmModel, modelFromOnnx, xgboostModel } from '../../exchange/index.js';

const at = (name: string) => fileURLToPath(new URL(`../fixtures/exchange/${name}`, import.meta.url));
const labels = ['ham', 'spam'];

test('a path, its bytes and its text are the same model', (t) => {
  const path = at('lightgbm-binary.txt');
  const [byPath, byBytes, byText] = [path, readFileSync(path), readFileSync(path, 'utf8')].map((file) =>
    lightgbmModel(file, { labels }),
  );
  t.is(byPath.fingerprint, byBytes.fingerprint);
  t.is(byPath.fingerprint, byText.fingerprint);
});

test('binary formats are read by path, too', (t) => {
  const ubj = at('xgboost-binary-ubj.ubj');
  t.is(xgboostModel(ubj, { labels }).fingerprint, xgboostModel(readFileSync(ubj), { labels }).fingerprint);
  t.throws(() => modelFromOnnx(ubj), { message: /no model in ONNX|ONNX/ });
});
