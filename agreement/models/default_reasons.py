"""The reasons for an own decision that a new corpus starts with; managers change them in the settings."""

from typing import Any

REASONS = (
    ("tone", "The voice says otherwise", "语气表明并非如此"),
    ("face", "Face or gesture shows it", "表情或动作显示出来"),
    ("context", "The dialogue around it decides", "要看上下文"),
    ("other_person", "That is somebody else’s feeling", "那是别人的感受"),
    ("guideline", "The guideline says otherwise", "标注指南另有规定"),
    ("mixed", "Several apply; this one prevails", "几种都有，以这种为主"),
    ("slip", "Probably a slip of the key", "可能按错了键"),
    ("material", "Subtitle or cut is wrong", "字幕或剪切有误"),
)


def default_reasons() -> list[dict[str, Any]]:
    """Return the reasons as `AdjudicationSettings.reasons` stores them; the keys 1 to 8 choose them, 9 a typed one."""
    return [{"slug": slug, "texts": {"en": english, "zh": chinese}} for slug, english, chinese in REASONS]
