// Stand-ins for the parts of the page. Each records its calls in one list, in their order.

import { PageState } from "../../../../static/js/label/page/state.js";
import { questionsOf } from "../../../../static/js/label/session/codebook.js";
import { Session } from "../../../../static/js/label/session/session.js";
import { codebook, work } from "../fixtures.js";

export const questions = questionsOf(codebook, "en");
export const question = (slug) => questions.find((each) => each.slug === slug);
export const CALM = { sentiment: "neutral", emotion: "neutral", sarcasm: "no", humor: "no" };

/** @returns {{calls: any[][], part: (name: string, more?: object) => any}} `part` makes a stand-in */
export function recorder() {
  const calls = [];
  const part = (name, more = {}) =>
    new Proxy(more, {
      get(target, method) {
        if (method in target) return target[method];
        return (...all) => {
          calls.push([`${name}.${String(method)}`, ...all]);
        };
      },
    });
  return { calls, part };
}

/** Return the state of a page with an open dialogue. */
export function opened({ utterances = 3, phase = "label", more = {}, policy = {} } = {}) {
  const state = new PageState();
  const document = { ...codebook, policy: { ...codebook.policy, ...policy } };
  state.session = new Session(work(utterances, { codebook: document, ...more }), questions, {});
  state.phase = phase;
  return state;
}

/** Answer and commit the current utterance of a session. */
export function label(session, answers = CALM) {
  for (const [slug, value] of Object.entries(answers)) session.choose(question(slug), value);
  return session.commit({ active_ms: 1, played_ms: 1 });
}
