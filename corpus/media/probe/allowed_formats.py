"""Allowed formats and sizes of uploads, for PyAV and for the ffmpeg program.

Playlists and manifests (HLS, DASH, concat, SDP) are excluded, since they make a demuxer open other files and
addresses. Decoders are listed because memory faults are found mostly in rare ones.
"""

CONTAINERS = (
    *("mov", "mp4", "m4a", "3gp", "3g2", "mj2", "matroska", "webm", "avi", "mpegts", "flv", "asf", "mpeg"),
    *("wav", "mp3", "ogg", "flac", "aac"),
)
VIDEO_DECODERS = (
    *("h264", "hevc", "av1", "libdav1d", "vp8", "vp9", "libvpx", "libvpx-vp9"),
    *("mpeg4", "msmpeg4", "mpeg2video", "mpeg1video", "wmv1", "wmv2", "wmv3", "vc1", "flv", "h263", "mjpeg"),
)
AUDIO_DECODERS = (
    *("aac", "mp3float", "mp3", "mp2float", "mp2", "ac3", "eac3", "dca", "opus", "libopus", "vorbis", "flac", "alac"),
    *("wmav1", "wmav2", "wmapro", "pcm_s16le", "pcm_s16be", "pcm_s24le", "pcm_s32le", "pcm_f32le", "pcm_u8"),
)
SUBTITLE_DECODERS = ("subrip", "srt", "ass", "ssa", "webvtt", "mov_text", "text")
DECODERS = (*VIDEO_DECODERS, *AUDIO_DECODERS, *SUBTITLE_DECODERS)

MAX_WIDTH, MAX_HEIGHT = 4096, 2304
MAX_PIXELS = MAX_WIDTH * MAX_HEIGHT
MAX_DURATION_MS = 6 * 3600 * 1000

HARDENED = {
    "protocol_whitelist": "file",
    "format_whitelist": ",".join(CONTAINERS),
    "codec_whitelist": ",".join(DECODERS),
    "max_pixels": str(MAX_PIXELS),
}
