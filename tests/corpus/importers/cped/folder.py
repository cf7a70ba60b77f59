"""A small sample of CPED."""

from pathlib import Path

HEADER = (
    "TV_ID,Dialogue_ID,Utterance_ID,Speaker,Gender,Age,Neuroticism,Extraversion,Openness,Agreeableness,"
    "Conscientiousness,Scene,FacePosition_LU,FacePosition_RD,Sentiment,Emotion,DA,Utterance\n"
)
VALID = HEADER + (
    "32,32_000,32_000_000,小雨,female,young,high,high,low,high,high,car,1_1,2_2,negative,astonished,question,怎么了\n"
    "32,32_000,32_000_001,其他,unknown,unknown,unknown,unknown,unknown,unknown,unknown,car,0_0,0_0,positive,"
    "positive-other,statement-non-opinion,到了\n"
    "32,32_001,32_001_000,小雨,female,young,high,high,low,high,high,home,0_0,0_0,neutral,bored,answer,好\n"
)


def write(folder: Path, valid: str = VALID) -> Path:
    """Write one of the three files."""
    (folder / "valid_split.csv").write_text(valid, encoding="utf-8")
    return folder
