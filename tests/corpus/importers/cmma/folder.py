"""A folder that imitates CMMA's files, defects included; written by us."""

from pathlib import Path

HEADER = (
    "ConversationID,UtteranceID,Utterance,Speaker,StartTime,EndTime,Emotion,Sentiment,Sarcasm,Humor,"
    "Relevancy(Emo→Sen),Relevancy(Sar→Hum),Pride,Love"
)
TRAIN = f"""{HEADER}
C_1,C_1_U_1,你怎么才来啊,小梅,"00:00:00,000","00:00:01,250",anger,positive,none,none,-2,0,none,growing
C_1,C_1_U_,路上堵车了我有什么办法,大强,"00:00:01,25",>00:00:02:x,neutral,neutral,none,none,0,0,none,none
C_1,C_1_U_2,对对对全城的车都在等你一个人,小梅,"00:00:02500","00:00:04,000",disgust,negative,sarcastic,humor,1,0.5,none,none
,,,,,,,,,,,,,
C_2,C_2_U_1,我们家的孩子考了第一,大强,"00:00:03,000","00:00:02,000",joy,positive,none,none,2,-1,pride,none
C_2,C_2_U_2,真的吗,路人,"00:00:02,000","00:00:02,000",surprise,positive,none,none,2,0,none,emptylove
""".replace(">00:00:02:x", '">00:00:02,500"')
DEV = f"""{HEADER}
C_3,C_3_U_1,你好,小梅,"00:00:00,000","00:00:02,000",neutral,neutral,none,none,0,-0.5,none,none
C_3,C_3_U_2,你好你好,大强,"00:00:01,500","00:00:03,000",neutral,neutral,none,none,0,0,none,none
"""
TEST = f"""{HEADER.replace("ConversationID", "CoversationID")}
C_4,C_4_U_1,你好,小梅,"00:00:00,000","00:00:02,000",digust,negative,none,none,0,0,none,immediate
C_4,C_4_U_2,你好你好,大强,"00:00:02,500","00:00:03,000",neutral,neutral,none,none,0,0,none,none
"""
ROLES = """Speaker,Gender,Profession,Personality,Age（少年、青年、中年、老年）
小梅,女,老师,心直口快，待人真诚,青年
大强 ,男,司机,,40-50岁
"""
TOPICS = """ConversationID,TopicDescription
C_1,小梅怪大强迟到
C_2,大强夸孩子
C_4,两个人打招呼
"""
FILES = {
    "train.csv": TRAIN,
    "dev.csv": DEV,
    "test.csv": TEST,
    "CMMA-RoleIntroduction.csv": ROLES,
    "CMMA-TopicDescription.csv": TOPICS,
}


def write(folder: Path, encoding: str = "gb18030", **changed: str) -> Path:
    """Write the files; `changed` maps a file's stem to another text."""
    for name, text in FILES.items():
        content = changed.get(name.removesuffix(".csv"), text).replace("\n", "\r\n")
        (folder / name).write_bytes(content.encode(encoding))
    return folder
