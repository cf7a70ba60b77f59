"""A small sample of MELD with its defects."""

from pathlib import Path

HEADER = "Sr No.,Utterance,Speaker,Emotion,Sentiment,Dialogue_ID,Utterance_ID,Season,Episode,StartTime,EndTime\n"
TRAIN = HEADER + (
    '1,"So, you came back.",Ann,joy,positive,0,0,8,21,"00:16:16,059","00:16:21,731"\n'
    '2,For my keys.,Ben,neutral,neutral,0,1,8,21,"00:16:21,000","00:16:23,442"\n'  # starts before the first one ends
    '3,Of course.,Ann,disgust,negative,1,0,8,21,"0:16:26,820","0:16:26,820"\n'  # no length
)
DEV = HEADER + '1,What?,Ann,surprise,negative,0,0,4,7,"00:21:01,927","00:21:00,261"\n'  # ends before it starts


def write(folder: Path, train: str = TRAIN) -> Path:
    """Write two of the three files."""
    (folder / "train_sent_emo.csv").write_text(train, encoding="utf-8")
    (folder / "dev_sent_emo.csv").write_text(DEV, encoding="utf-8")
    return folder
