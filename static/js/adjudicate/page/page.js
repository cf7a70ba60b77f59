// The adjudication page: creates its parts and connects them.

import { Keyboard } from "../../label/page/keyboard.js";
import { Phases } from "../../label/page/phases.js";
import { questionsOf } from "../../label/session/codebook.js";
import { Activity } from "../../label/status/activity.js";
import { SaveStatus } from "../../label/status/save_status.js";
import { Tabs } from "../../label/sync/tabs.js";
import { DialogueView } from "../../label/view/dialogue.js";
import { byId } from "../../label/view/dom.js";
import { GuidelinePanel } from "../../label/view/guideline.js";
import { HintLine } from "../../label/view/hint.js";
import { QuestionRows } from "../../label/view/questions.js";
import { UtterancePanel } from "../../label/view/utterance.js";
import { CaseSession } from "../session/case_session.js";
import { caseKeymap, columnKeys } from "../session/column_keys.js";
import { CaseSync } from "../sync/case_sync.js";
import { CaseView } from "../view/case_view.js";
import { ColumnCells } from "../view/column_cells.js";
import { DecisionDialog } from "../view/decision_dialog.js";
import { Meeting } from "../view/meeting.js";
import { createActions } from "./actions.js";
import { Deciding } from "./deciding.js";
import { listen } from "./listeners.js";
import { VisitedCases } from "./visited_cases.js";

const CHANNEL = "concord-adjudicate";

/**
 * Create the page.
 *
 * @param {object} options
 * @param {ReturnType<typeof import("../sync/api.js").createApi>} options.api
 * @param {import("../../label/types.js").Journal} options.journal
 * @param {string} options.author public id of the adjudicator
 * @param {string} options.language of the page: `en`, `zh-hans`
 * @param {Record<string, string>} options.texts
 * @param {string} options.order of the queue
 * @param {string | null} options.utterance id of the only utterance to decide; null: the queue
 * @returns {{start: () => Promise<void>}}
 */
export function createPage({ api, journal, author, language, texts, order, utterance }) {
  /** @type {import("./deciding.js").CaseState} */
  const state = { session: null, phase: "loading" };
  const activity = new Activity();
  const visited = new VisitedCases();

  const sync = new CaseSync({
    api,
    journal,
    author,
    order,
    wanted: utterance,
    tabs: new Tabs({ author, name: CHANNEL }),
    on: {
      opened: (given, pending) => {
        const session = new CaseSession(given, questionsOf(given.codebook, language), pending);
        visited.open(session);
        show(session);
      },
      ahead: ({ dialogue: work, utterance: id }) =>
        utterancePanel.prepare(
          work,
          work.utterances.find((each) => each.id === id),
        ),
      renewed: (given) => {
        state.session?.renew(given);
        if (state.session) show(state.session);
      },
      waiting: () => phases.enter("loading"),
      nothing: () => close("nothing", ""),
      lost: (reason, code) => close(code.endsWith("archived") ? "archived" : "gone", reason),
      report: (report) => saveStatus.show(report),
    },
  });

  const dialogue = new DialogueView(byId("dialogue"), texts, (index) => void utterancePanel.playOther(index));
  const questions = new QuestionRows(byId("questions"), texts, (question, value) =>
    deciding.change((session) => session.choose(question, value)),
  );
  const cells = new ColumnCells(texts, {
    take: (letter) => deciding.change((session) => session.take(letter)),
    settle: (letter, question) => deciding.change((session) => session.settle(letter, question)),
    unfold: () => unfold(),
  });
  const hint = new HintLine(byId("label"));
  const utterancePanel = new UtterancePanel(texts, {
    onSpeak: (index) => dialogue.markSpoken(index),
    onPlaying: () => void activity.touch(),
    onTaken: () => deciding.onPlayed(),
  });
  const guideline = new GuidelinePanel();
  const view = new CaseView(texts, { questions, cells, hint });
  const meeting = new Meeting(texts);
  const saveStatus = new SaveStatus(texts, {
    onSendAgain: (seq) => void sync.sendAgain(seq),
    onDiscard: (seq) => void sync.discard(seq),
    onSignedIn: () => void sync.retry(),
  });
  const phases = new Phases({ state, player: utterancePanel.player, onEnter: () => paint() });

  const paint = () => {
    const { session } = state;
    if (!session || state.phase !== "label") return;
    const { decided, hasPrevious } = visited;
    const { isArmed, mustPlay } = deciding;
    view.update(session, { decided, hasPrevious, isArmed, mustPlay });
  };

  /** @param {CaseSession} session */
  const show = (session) => {
    const isSame = state.session === session;
    state.session = session;
    sync.show(session.id);
    const keys = columnKeys(
      session.questions,
      session.columns.map(({ letter }) => letter),
    );
    keyboard.setKeymap(caseKeymap(session.questions, keys));
    questions.open(session.questions);
    hint.open(session.questions);
    cells.open(session, keys);
    dialogue.open(session);
    view.open(session);
    if (!isSame) {
      utterancePanel.open(session);
      activity.take(); // the time before the case was open does not count for it
    }
    phases.enter("label");
    if (questions.root.contains(document.activeElement)) byId("current-utterance").focus();
    if (!isSame) utterancePanel.showCurrent();
  };

  /**
   * @param {"nothing" | "gone" | "archived"} phase
   * @param {string} reason the server's sentence; may be empty
   */
  const close = (phase, reason) => {
    state.session = null;
    byId("where").textContent = "";
    phases.enterWithNotice(phase, reason);
  };

  const unfold = () => {
    const { session } = state;
    if (!session) return;
    session.isUnfolded = !session.isUnfolded;
    paint();
  };

  const deciding = new Deciding({
    state,
    author,
    journal,
    sync,
    activity,
    visited,
    utterancePanel,
    questions,
    dialog: new DecisionDialog(texts),
    group: () => meeting.group,
    paint,
    show,
  });
  const perform = createActions({
    state,
    deciding,
    utterancePanel,
    guideline,
    unfold,
    meet: () => meeting.open(),
    paint,
  });
  const keyboard = new Keyboard(perform);
  listen({
    keyboard,
    perform,
    deciding,
    toggleGuideline: () => guideline.toggle(state.session?.focus ?? null),
    activity,
    sync,
    mayLoseWork: () => !journal.durable && !saveStatus.isSaved,
  });
  return { start: () => sync.start() };
}
