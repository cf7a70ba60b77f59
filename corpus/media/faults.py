"""The exception of the media engine."""

from common.errors import Refused


class MediaFault(Refused):
    """A refusal of a media file, or a failure of a media program; the codes start with `media.`."""
