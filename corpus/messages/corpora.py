"""The sentences of this app's refusals."""

from django.utils.translation import gettext_lazy as _

from common.errors import describe

describe(
    {
        "corpus.may_not_create": _("You may not create corpora; ask whoever runs this server."),
        "corpus.slug_taken": _("Another corpus already has the short name %(slug)s."),
        "corpus.minutes_out_of_range": _("The minutes must lie between 1 and %(longest)s."),
        "corpus.gaps_out_of_range": _(
            "The gap within a turn must not be longer than the silence between dialogues, "
            "and neither longer than %(longest)s ms."
        ),
        "media.codec_refused": _("The codec %(codec)s is not one that can be read here."),
        "media.disk_full": _("The disk is full."),
        "media.empty": _("The file is empty."),
        "media.failed": _("The media program failed: %(reason)s"),
        "media.ffmpeg_missing": _("No ffmpeg at %(path)s. Mend or remove FFMPEG_BIN, or install ffmpeg."),
        "media.no_streams": _("The file has neither picture nor sound."),
        "media.no_such_track": _("The file has no sound track number %(track)s."),
        "media.no_subtitles": _("The file has no subtitle track that is text."),
        "media.not_media": _("This is not a video or sound file of a kind that can be read here (MP4, MKV, WebM ...)."),
        "media.output_wrong": _("The file that was made is not sound (%(what)s). The source may be damaged."),
        "media.output_too_big": _("The result has more than %(megabytes)s MB."),
        "media.over_limits": _("Reading the file took more than is allowed (%(seconds)s s, or too much memory)."),
        "media.past_end": _(
            "The span %(start_ms)s-%(end_ms)s ms lies past the end of the episode (%(duration_ms)s ms)."
        ),
        "media.too_large": _("The picture is too large: %(width)s x %(height)s."),
        "media.too_long": _("The file is longer than %(hours)s hours."),
        "media.truncated": _("The file breaks off: a part of it is missing."),
        "media.truncated_at": _("The file breaks off after %(found)s s of %(declared)s s."),
        "media.undecodable": _("The picture cannot be decoded."),
        "member.already": _("You are a member of this corpus already."),
        "member.deactivated": _("Your membership of this corpus was ended; ask a manager to renew it."),
        "member.last_manager": _("The last manager of a corpus can't go; make someone else a manager first."),
        "invitation.unknown": _("There is no such invitation. Check that the whole link was copied."),
        "invitation.used": _("This invitation was used already. Each link works once."),
        "invitation.revoked": _("This invitation was taken back."),
        "invitation.expired": _("This invitation is too old. Ask for a new one."),
        "reset.invalid": _("This link does not work (any more). Each works once and for one day; ask for a new one."),
        "reset.out_of_reach": _(
            "You can't reset this person's password: they belong to a corpus that you do not manage, "
            "or may do more on this server than you."
        ),
    }
)
