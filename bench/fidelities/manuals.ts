import type { Peer } from '../harness/peers.js';
import { filesIn, pack, type Tarball } from '../peers/tarballs.js';
import { type Corpus, LONGEST } from './corpora.js';

/** Namespaces of the standard library of JavaScript with long pages, as they were published. */
const PACKAGES: readonly Tarball[] = [
  {
    name: '@stdlib/array',
    version: '0.5.1',
    sha512: 'Cl/V1gSgZ0qJWwtm/h+v8seYJL2z6zv9tGSXDd71vHfUXGKk8Oatby7ApWzIr87zxAkeHm/6RZjzVnBisrgoHw==',
  },
  {
    name: '@stdlib/blas',
    version: '0.4.1',
    sha512: 'nXBCNWZroljIEeHAsgK8YfTuuorMnWz9+SWyUaA17iwU3ULeri6KV/lGr/IfLQNjWAczDdbR+cF4o21xDBXP9w==',
  },
  {
    name: '@stdlib/math',
    version: '0.4.1',
    sha512: 'SjO3cCy9rlWaDGx2hSxQo4YbPp7N7xuRyyBI2pts0lcPUpfp9ttLxPHwepGDCr2uvK6J62oibweh6WdSTK/pug==',
  },
  {
    name: '@stdlib/ndarray',
    version: '0.4.1',
    sha512: 'ApMlmzOuOwLlOayT92nNlw5LUh97pmROjx306y08l7o8lQBfbwuip7ANtkHia+6C4BdnioApL1k2JB/vawsclA==',
  },
  {
    name: '@stdlib/random',
    version: '0.4.1',
    sha512: 'PIZdyB21mlpf1lXwhaURKtDAnBySGGUbZlP+CwmSJctB0EBXoyHCxzohzugcrfbVrvLsz5xCkUKAoLPaufPesQ==',
  },
  {
    name: '@stdlib/stats',
    version: '0.4.1',
    sha512: 'h295QQcyR6YV1fA7NSvvZDgDVZ43ytW3iCdLIIF5kHsI5ZhEIa+Yket4fkmUbdY1osW/MKFH1Epk1zr9T9Y6eA==',
  },
];

/** The tarballs: ten megabytes, got once and kept in the cache folder. */
export const MANUALS: Peer = {
  name: 'the pages of @stdlib',
  install: 'npm pack gets them where it reaches a registry',
  missing() {
    for (const tarball of PACKAGES) {
      const why = pack(tarball);
      if (why !== undefined) return why;
    }
    return undefined;
  },
};

/** The 3,598 manual pages of six namespaces of @stdlib: which namespace is a page of? */
export function loadManuals(): Corpus {
  const pages = PACKAGES.flatMap((tarball) =>
    filesIn(tarball, (path) => path.endsWith('README.md')).map(({ text }) => ({
      row: { text: text.slice(0, LONGEST) },
      label: tarball.name.replace('@stdlib/', ''),
    })),
  );
  return { rows: pages.map(({ row }) => row), labels: pages.map(({ label }) => label) };
}
