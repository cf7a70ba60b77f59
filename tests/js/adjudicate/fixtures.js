// A case of six tasks and links, as the API returns it.

import { codebook, work } from "../label/fixtures.js";

export { codebook };

const calm = { sentiment: "neutral", emotion: "neutral", sarcasm: "no", humor: "no" };
const settled = { ...calm, emotion_sentiment: "not_applicable", sarcasm_humor: "not_applicable" };
export const NEUTRAL = settled;
export const GLAD = { ...settled, sentiment: "positive", emotion: "joy", emotion_sentiment: 2 };

/** A column as the API returns it: links that are not asked are listed apart. */
export const column = (letter, answers) => ({
  letter,
  answers: Object.fromEntries(Object.entries(answers).filter(([, value]) => value !== "not_applicable")),
  not_applicable: Object.keys(answers).filter((slug) => answers[slug] === "not_applicable"),
});

export const caseOf = (profiles, more = {}) => {
  const { dialogue, speakers, utterances } = work(3);
  return {
    id: "case-1",
    token: 1,
    blind: false,
    codebook,
    dialogue: { ...dialogue, speakers, utterances, media: null },
    utterance: "u2",
    columns: profiles.map((answers, index) => column("ABCDEFGH"[index], answers)),
    differing: [],
    decision: null,
    reasons: [{ slug: "tone", text: "tone of voice" }],
    mine: [],
    ...more,
  };
};
