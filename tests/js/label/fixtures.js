// A codebook's document and an assignment, as the API returns them.

const KEYS = { ",": "Comma", ".": "Period", "/": "Slash" };
const code = (key) => KEYS[key] ?? (/\d/.test(key) ? `Digit${key}` : `Key${key.toUpperCase()}`);
const task = (slug, choices, keys, defaultChoice = choices[0]) => ({
  slug,
  scale: "nominal",
  perspective: "speaker",
  many: false,
  default: defaultChoice,
  choices: choices.map((choice, i) => ({ slug: choice, key: keys[i], code: code(keys[i]) })),
});
const link = (slug, from, to, keys, condition) => ({
  slug,
  from,
  to,
  asked_when: "",
  condition,
  values: [-2, -1, 0, 1, 2].map((value, i) => ({ value, key: keys[i], code: code(keys[i]) })),
});

export const codebook = {
  format: "concord-codebook/1",
  name: "affect-dialogue",
  tasks: [
    task("sentiment", ["negative", "neutral", "positive"], "123", "neutral"),
    task("emotion", ["neutral", "joy", "sadness", "anger", "fear", "surprise", "disgust"], "qwertyu"),
    task("sarcasm", ["no", "yes"], "as"),
    task("humor", ["no", "yes"], "df"),
  ],
  links: [
    link("emotion_sentiment", "emotion", "sentiment", "zxcvb", ["!=", "emotion", "neutral"]),
    link("sarcasm_humor", "sarcasm", "humor", "nm,./", ["==", "sarcasm", "yes"]),
  ],
  expectations: [],
  policy: { k: 3, context: "all", watch_first: true, shortcuts: "off", cannot_judge: "per-task" },
  texts: { zh: { emotion: { name: "情绪", help: "说话人的情绪", anchor: "emotion" } }, en: {} },
};

export const work = (utterances = 3, more = {}) => ({
  id: "assignment",
  token: 1,
  author: "me",
  state: "open",
  dialogue: { name: "D1", series: "S", episode: "E" },
  codebook,
  codebook_version: 1,
  speakers: [{ id: "s1", name: "小李", colour: 4 }],
  utterances: Array.from({ length: utterances }, (_, i) => ({
    id: `u${i + 1}`,
    speaker: "s1",
    text: `第${i + 1}句`,
    start_ms: i * 1000,
    end_ms: i * 1000 + 900,
    version: 1,
  })),
  history: [],
  media: null,
  dialogues: { done: 0, ready: 1 },
  ...more,
});
