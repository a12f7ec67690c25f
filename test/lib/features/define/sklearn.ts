/**
 * What scikit-learn 1.4.2 answers (Debian's python3-sklearn), printed once by
 *
 *     for python, options in cases:
 *         v = TfidfVectorizer(**python)
 *         x = v.fit_transform(texts)
 *         terms = v.get_feature_names_out()
 *         [{terms[j]: float('%.8g' % row[0, j]) for j in row.indices} for row in x]
 *
 * where `python` are the options below under scikit-learn's names. The texts leave out what is known to differ: a lone
 * tab or line break (it keeps one, spillway makes it a blank), characters beyond the basic plane (it counts code points,
 * spillway UTF-16 units, all of them letters) and combining marks (it cuts words at them); no `maxFeatures` cuts
 * among equal counts, where its choice is arbitrary.
 */
import type { TfidfOptions } from '../../../../lib/features/define/index.js';

export const texts: readonly string[] = [
  'Win a FREE prize: win, win, win!  Reply now',
  "Meeting moved to Monday 10:30; reply if you can't",
  'free_delivery for members, reply NOW or never now',
  'Straße und CAFÉ — naïve déjà-vu, café',
  'Привет мир, привет всем 2024',
  '  \n\n  ',
  'a b c',
  'The prize meeting:   the  prize   is free, you win',
];

export const cases: readonly {
  readonly name: string;
  readonly options: TfidfOptions;
  readonly rows: readonly Readonly<Record<string, number>>[];
}[] = [
  {
    name: 'words',
    options: {},
    rows: [
      { now: 0.22504819, reply: 0.19419812, prize: 0.22504819, free: 0.22504819, win: 0.90019277 },
      {
        can: 0.33467927,
        you: 0.28048735,
        if: 0.33467927,
        '30': 0.33467927,
        '10': 0.33467927,
        monday: 0.33467927,
        to: 0.33467927,
        moved: 0.33467927,
        meeting: 0.28048735,
        reply: 0.24203757,
      },
      {
        never: 0.34642734,
        or: 0.34642734,
        members: 0.34642734,
        for: 0.34642734,
        free_delivery: 0.34642734,
        now: 0.5806663,
        reply: 0.25053369,
      },
      {
        vu: 0.33333333,
        déjà: 0.33333333,
        naïve: 0.33333333,
        café: 0.66666667,
        und: 0.33333333,
        straße: 0.33333333,
      },
      { '2024': 0.37796447, всем: 0.37796447, мир: 0.37796447, привет: 0.75592895 },
      {},
      {},
      {
        is: 0.30687268,
        the: 0.61374535,
        you: 0.25718325,
        meeting: 0.25718325,
        prize: 0.5143665,
        free: 0.25718325,
        win: 0.25718325,
      },
    ],
  },
  {
    name: 'rarity and damping over word pairs',
    options: { ngrams: [1, 2], sublinear: true, minDf: 2, maxDf: 0.5 },
    rows: [
      {
        'reply now': 0.30950664,
        now: 0.30950664,
        reply: 0.26707883,
        prize: 0.30950664,
        free: 0.30950664,
        win: 0.73857394,
      },
      { you: 0.60361261, meeting: 0.60361261, reply: 0.52086816 },
      { 'reply now': 0.465677, now: 0.7884597, reply: 0.40184104 },
      {},
      {},
      {},
      {},
      { you: 0.38161415, meeting: 0.38161415, prize: 0.64612892, free: 0.38161415, win: 0.38161415 },
    ],
  },
  {
    name: 'plain lengths',
    options: { idf: false, maxFeatures: 4 },
    rows: [
      { win: 0.91766294, prize: 0.22941573, reply: 0.22941573, now: 0.22941573 },
      { reply: 1.0 },
      { reply: 0.4472136, now: 0.89442719 },
      {},
      {},
      {},
      {},
      { win: 0.4472136, prize: 0.89442719 },
    ],
  },
  {
    name: 'characters',
    options: { analyzer: 'char', ngrams: [2, 3], maxFeatures: 9, norm: 'none' },
    rows: [
      {
        win: 8.3944492,
        ' n': 1.8109302,
        'y ': 1.8109302,
        ', ': 2.8109302,
        'e ': 1.8109302,
        ee: 1.5877867,
        re: 3.1755733,
        in: 7.2437209,
        wi: 8.3944492,
      },
      { 'y ': 3.6218604, ee: 1.5877867, re: 1.5877867, in: 1.8109302 },
      { ' n': 5.4327906, 'y ': 3.6218604, ', ': 1.4054651, ee: 1.5877867, re: 3.1755733 },
      { ' n': 1.8109302, ', ': 1.4054651, 'e ': 3.6218604 },
      { ', ': 1.4054651 },
      {},
      {},
      {
        win: 2.0986123,
        ', ': 1.4054651,
        'e ': 7.2437209,
        ee: 3.1755733,
        re: 1.5877867,
        in: 3.6218604,
        wi: 2.0986123,
      },
    ],
  },
];
