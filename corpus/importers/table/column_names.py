"""Names of the columns of tables, as laboratories write them."""

# names, folded; the earlier fields take a name that two of them have
NAMES: dict[str, tuple[str, ...]] = {
    field: tuple(names.split(", "))
    for field, names in {
        "dialogue": (
            "dialogue, dialog, dialogue id, dialog id, dialogueid, dialogid, conversation, conv, "
            "conversation id, conversationid, conv id, conversion id, scene, scene id, thread, "
            "thread id, session, session id, chat, chat id, 会话, 对话, 对话编号, 会话编号, "
            "对话id, 会话id, 场景"
        ),
        "order": (
            "turn, turn id, turn number, order, index, utterance number, utterance index, "
            "position, no, nr, num, number, #, line, line number, seq, sequence, turn idx, idx, "
            "序号, 轮次, 顺序, 编号, 句序"
        ),
        "code": "utterance id, utteranceid, utt id, uid, id, message id, 话语编号, 话语id",
        "speaker": (
            "speaker, speaker name, speaker id, name, character, role, author, user, from, "
            "participant, who, person, 说话人, 说话者, 角色, 姓名, 人物, 发言人"
        ),
        "text": (
            "text, utterance, utterance text, sentence, content, message, said, transcript, "
            "transcription, body, line text, dialogue text, tweet, comment, 话语, 文本, 内容, "
            "台词, 句子, 字幕, 原文"
        ),
        "start": (
            "start, starts, start time, starttime, begin, begins, begin time, from, from time, "
            "onset, start ms, start s, start at, starts at, t0, 开始, 开始时间, 起始时间, 起始"
        ),
        "end": (
            "end, ends, end time, endtime, stop, stops, offset, to, to time, finish, end ms, "
            "end s, end at, ends at, t1, 结束, 结束时间, 终止时间"
        ),
        "episode": "episode, episode id, video, video id, ep, 集, 单集, 剧集编号, 视频",
        "series": "series, show, tv, tv id, tv show, corpus, 剧, 剧集, 剧名, 来源",
        "split": "split, set, partition, subset, fold, data split, 划分, 数据集, 集合",
        "topic": "topic, subject, theme, 话题, 主题",
        "rater": (
            "rater, annotator, annotator id, rater id, worker, worker id, coder, labeler, "
            "labeller, user id, 标注员, 标注者, 标注人, 评分员"
        ),
    }.items()
}
