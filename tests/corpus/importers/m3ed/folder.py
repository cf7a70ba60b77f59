"""A small sample of M3ED."""

import json
from pathlib import Path
from typing import Any


def emotions(first: str, second: str, third: str) -> dict[str, str]:
    """Return the emotions of three raters."""
    given = {"EmoAnnotator1": first, "EmoAnnotator2": second, "EmoAnnotator3": third}
    return {**given, "final_mul_emo": first, "final_main_emo": first.split(",", maxsplit=1)[0]}


CONTENT: dict[str, Any] = {
    "shao": {
        "shao_1": {
            "SpeakerInfo": {
                "A": {"Name": "小雨", "Age": "mid", "Gender": "female", "OtherName": ["雨姐"]},
                "B": {"Name": "老周", "Age": "old", "Gender": "male", "OtherName": []},
            },
            "Dialog": {
                "shao_1_1": {
                    "StartTime": "00:00:00:01",
                    "EndTime": "00:00:01:03",
                    "Text": "饺子好了",
                    "Speaker": "A",
                    "EmoAnnotation": emotions("Happy,Surprise", "Happy", "Neutral"),
                },
                "shao_1_2": {
                    "StartTime": "00:00:01:00",
                    "EndTime": "00:00:01:00",
                    "Text": "来了",
                    "Speaker": "B",
                    "EmoAnnotation": emotions("Neutral", "Bored", ""),
                },
            },
        }
    }
}


def write(folder: Path, content: Any = CONTENT) -> Path:
    """Write the file with the list of one split."""
    (folder / "annotation.json").write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    (folder / "splitInfo").mkdir(exist_ok=True)
    (folder / "splitInfo" / "movie_list_val.txt").write_text("shao\n", encoding="utf-8")
    return folder
