"""Texts about what the reader of subtitles did: to cues, and with lines of a file."""

from django.utils.translation import gettext_lazy as _

from common.errors import describe

describe(
    {
        # to a cue, by a rule
        "note.rolling": _("repeated words left out"),
        "note.speaker_changes": _("“>>”: another speaker"),
        "note.bracketed_names": _("“[NAME]:”: speaker"),
        "note.names": _("“NAME:”: speaker"),
        "note.dashes": _("dash: another speaker"),
        "note.sounds": _("sound: no speech"),
        "note.music": _("music: no speech"),
        "note.signs": _("sign: left out"),
        "note.languages": _("translation kept apart"),
        "note.repeats": _("stands twice: left out"),
        "note.translation": _("translation of another cue"),
        "note.translation_alone": _("translation without a cue of speech"),
        "note.other_part": _("left out by its role"),
        "note.diarized": _("speaker named by the diarization"),
        # to a cue, as a repair
        "note.drawing": _("drawing: left out"),
        "note.line_breaks": _("line break of another format"),
        "note.time_repaired": _("time in an unusual form"),
        "note.damaged_timing": _("damaged timing line"),
        "note.shared_time": _("time shared between speakers"),
        "note.cut_at_start": _("cut at the start of the recording"),
        "note.empty": _("no text"),
        "note.untimed": _("no readable times: left out"),
        "note.backwards": _("ends before it starts: left out"),
        "note.before_start": _("before the recording: left out"),
        "note.past_end": _("after the end of the recording: left out"),
        "note.overlaps": _("overlaps the previous one"),
        "note.clipped": _("cut at the end of the recording"),
        # on a line that belongs to no cue
        "line.number_twice": _("Line %(line)s: the number %(text)s stands alone; it was left out."),
        "line.before_first": _("Line %(line)s: text before the first subtitle; it was left out: %(text)s"),
        "line.damaged_line": _("Line %(line)s: damaged timing line: %(text)s"),
        "line.invisible": _("Invisible characters were removed, the first one in line %(line)s."),
        "line.damaged_characters": _("%(text)s damaged characters, the first one in line %(line)s."),
        "line.no_event": _("Line %(line)s: not an event: %(text)s"),
        "line.no_cue": _("Line %(line)s: not a subtitle: %(text)s"),
        "line.no_segment": _("Line %(line)s: not a segment: %(text)s"),
        "line.ignored_segment": _("Line %(line)s: a segment that the file marks as ignored."),
        "line.point_tier": _("Line %(line)s: the tier %(text)s holds points and was left out."),
    }
)
