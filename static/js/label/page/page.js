// The labelling page: creates its parts and connects them.

import { Messages } from "../messages/messages.js";
import { Activity } from "../status/activity.js";
import { CodebookNews } from "../status/codebook_news.js";
import { EditedUtteranceNotice } from "../status/edited_utterance.js";
import { SaveStatus } from "../status/save_status.js";
import { WorkTime } from "../status/work_time.js";
import { AssignmentSync } from "../sync/assignment_sync.js";
import { Tabs } from "../sync/tabs.js";
import { DialogueView } from "../view/dialogue.js";
import { byId } from "../view/dom.js";
import { GuidelinePanel } from "../view/guideline.js";
import { HintLine } from "../view/hint.js";
import { LinkArcs } from "../view/links.js";
import { QuestionRows } from "../view/questions.js";
import { ShortcutButtons } from "../view/shortcut_buttons.js";
import { TrainingFeedback } from "../view/training_feedback.js";
import { UtterancePanel } from "../view/utterance.js";
import { createActions } from "./actions.js";
import { Corrections } from "./corrections.js";
import { Keyboard } from "./keyboard.js";
import { Labelling } from "./labelling.js";
import { Lifecycle } from "./lifecycle.js";
import { listen } from "./listeners.js";
import { Navigation } from "./navigation.js";
import { Overview } from "./overview.js";
import { Phases } from "./phases.js";
import { PageState } from "./state.js";

/**
 * Create the page.
 *
 * @param {object} options
 * @param {ReturnType<typeof import("../sync/api.js").createApi>} options.api
 * @param {import("../types.js").Journal} options.journal
 * @param {string} options.author public id of the annotator
 * @param {string} options.language of the page: `en`, `zh-hans`
 * @param {Record<string, string>} options.texts
 * @param {string | null} [options.list] address of the list of finished dialogues, if the page corrects one of them
 * @returns {{start: (work: import("../types.js").Work | null) => Promise<void>}} `start` takes the assignment that
 *   came with the page; null claims one
 */
export function createPage({ api, journal, author, language, texts, list = null }) {
  const state = new PageState();
  const activity = new Activity();
  const corrections = list === null ? null : new Corrections(texts, { list });

  const sync = new AssignmentSync({
    api,
    journal,
    author,
    tabs: new Tabs({ author }),
    isCorrection: corrections !== null,
    on: {
      work: (work, pending) => lifecycle.open(work, pending),
      renewed: (work, pending) => lifecycle.renew(work, pending),
      nothing: () => lifecycle.close(),
      lost: (reason, code) => lifecycle.lose(reason, code),
      refused: (reason) => lifecycle.refuseHandIn(reason),
      closed: () => corrections?.leave(),
      report: (report) => saveStatus.show(report),
      discarded: (entry) => messages.drop(entry),
    },
  });

  const dialogue = new DialogueView(byId("dialogue"), texts, (index) => navigation.go(index));
  const questions = new QuestionRows(byId("questions"), texts, (question, value) => labelling.choose(question, value));
  const linkArcs = new LinkArcs(byId("questions"));
  const hint = new HintLine(byId("label"));
  const shortcutButtons = new ShortcutButtons((kind) => labelling.useShortcut(kind));
  const utterancePanel = new UtterancePanel(texts, {
    onSpeak: (index) => dialogue.markSpoken(index),
    onPlaying: () => workTime.add(activity.touch()),
    onTaken: () => overview.paintAnswers(),
  });
  const workTime = new WorkTime(texts);
  const editedNotice = new EditedUtteranceNotice(texts, (index) => navigation.go(index));
  const guideline = new GuidelinePanel();
  const feedback = new TrainingFeedback(texts, api);
  const messages = new Messages({
    texts,
    api,
    post: (kind, body) => sync.post(kind, body),
    on: {
      go: (index) => navigation.go(index),
      leave: () => labelling.leave(),
      proposed: () => utterancePanel.showCut(),
      edited: () => void sync.refresh(),
    },
  });
  const saveStatus = new SaveStatus(texts, {
    onSendAgain: (seq) => void sync.sendAgain(seq),
    onDiscard: (seq) => void sync.discard(seq),
    onSignedIn: () => void sync.retry(),
  });

  const views = {
    dialogue,
    editedNotice,
    workTime,
    questions,
    linkArcs,
    hint,
    shortcutButtons,
    utterancePanel,
    feedback,
  };
  const overview = new Overview({ state, texts, views });
  const phases = new Phases({ state, player: utterancePanel.player, onEnter: () => overview.paint() });
  const navigation = new Navigation({ state, phases, utterancePanel, questions, messages });
  const labelling = new Labelling({
    state,
    author,
    journal,
    sync,
    activity,
    phases,
    navigation,
    overview,
    utterancePanel,
    questions,
    feedback,
    messages,
    corrections,
  });
  const perform = createActions({ state, labelling, navigation, utterancePanel, guideline, messages });
  const keyboard = new Keyboard(perform);
  const lifecycle = new Lifecycle({
    state,
    language,
    activity,
    keyboard,
    phases,
    navigation,
    overview,
    dialogue,
    questions,
    hint,
    utterancePanel,
    workTime,
    feedback,
    messages,
    codebookNews: new CodebookNews(texts),
    corrections,
    texts,
  });
  listen({
    state,
    keyboard,
    perform,
    labelling,
    navigation,
    guideline,
    activity,
    workTime,
    sync,
    mayLoseWork: () => !journal.durable && !saveStatus.isSaved,
  });
  return { start: (work) => sync.start(work) };
}
