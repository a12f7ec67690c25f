import type { Random } from '../../lib/stats/index.js';

/** A text of one of three topics, told by a few of its words. */
export interface TopicText {
  readonly text: string;
  readonly topic: string;
}

/** How texts are drawn. */
export interface TopicsWorld {
  readonly words: number;
  /** Chance that a word tells of a topic, and that it then is the text's own. */
  readonly telling: number;
  readonly own: number;
  /** Chance that a word is one that hardly any other text has, such as a name or a number. */
  readonly rare: number;
  /** Words at the beginning of each text that tell of no topic. @defaultValue none */
  readonly greeting?: number;
}

const TOPICS = ['arts', 'games', 'trade'];
const TELLING = 40;
const PLAIN = 200;
const RARE = 1_000_000;

/** So many texts, each by itself: its words are independent of each other given its topic. */
export function topicTexts(
  { words, telling, own, rare, greeting = 0 }: TopicsWorld,
  count: number,
  random: Random,
): TopicText[] {
  const plain = () => `plain${random.integer(PLAIN)}`;
  const word = (topic: number): string => {
    const kind = random.uniform();
    if (kind < rare) return `r${random.integer(RARE)}`;
    if (kind >= rare + telling) return plain();
    const of =
      random.uniform() < own ? topic : (topic + 1 + random.integer(TOPICS.length - 1)) % TOPICS.length;
    return `${TOPICS[of]}${random.integer(TELLING)}`;
  };
  return Array.from({ length: count }, () => {
    const topic = random.integer(TOPICS.length);
    const text = Array.from({ length: words }, (_, i) => (i < greeting ? plain() : word(topic))).join(' ');
    return { text, topic: TOPICS[topic] };
  });
}
