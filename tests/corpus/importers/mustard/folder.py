"""Small samples of MUStARD and MUStARD++."""

import json
from pathlib import Path
from typing import Any

ITEMS: dict[str, dict[str, Any]] = {
    "1_60": {
        "utterance": "A privilege to watch.",
        "speaker": "ANN",
        "context": ["I found it.", "And the plan?"],
        "context_speakers": ["BEN", "ANN"],
        "show": "SHOW",
        "sarcasm": True,
    },
    "1_61": {
        "utterance": "Good night.",
        "speaker": "BEN",
        "context": ["Is it late?"],
        "context_speakers": [],
        "show": "OTHER",
        "sarcasm": False,
    },
}
FOLDS = [{"train": [0], "test": [1]}, {"train": [1], "test": [0]}]
PLUS = (
    "SCENE,KEY,SENTENCE,END_TIME,SPEAKER,SHOW,Sarcasm,Sarcasm_Type,Implicit_Emotion,Explicit_Emotion,Valence,Arousal\n"
    '1_1,1_1_c_00,"Well,\nhere we are.",0:06,ANN,BBT,,,,,,\n'
    "1_1,1_1_u,Lovely weather.,0:1,BEN,BBT,1,PRO,Anger,Happines,3,6\n"
    "1_2,1_2_u,Fine.,0:05,ANN,BBT,0,NONE,Boredom,Neutral,5,5\n"
)


def write(folder: Path, items: Any = ITEMS) -> Path:
    """Write MUStARD with its folds."""
    (folder / "sarcasm_data.json").write_text(json.dumps(items), encoding="utf-8")
    (folder / "folds.json").write_text(json.dumps(FOLDS), encoding="utf-8")
    return folder


def write_plus(folder: Path, text: str = PLUS) -> Path:
    """Write MUStARD++."""
    (folder / "mustard++_text.csv").write_text(text, encoding="utf-8")
    return folder
