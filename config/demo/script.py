"""The script of the two demo episodes: speaker, mood, text, and pronunciation as pinyin with tones."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """An utterance. `mood` only affects the drawn face; the answers of the annotators are in labels.yaml."""

    speaker: str
    mood: str
    text: str
    pinyin: str


EPISODES: dict[str, list[list[Line]]] = {
    "pudding": [
        [
            Line(
                "小雨",
                "angry",
                "我的布丁呢？昨天还在冰箱里！",
                "wo3 de5 bu4 ding1 ne5? zuo2 tian1 hai2 zai4 bing1 xiang1 li3!",
            ),
            Line(
                "大明",
                "plain",
                "布丁？什么布丁？我从来不吃甜的。",
                "bu4 ding1? shen2 me5 bu4 ding1? wo3 cong2 lai2 bu4 chi1 tian2 de5.",
            ),
            Line(
                "小雨",
                "sly",
                "你嘴角那块焦糖，是早上刷牙刷出来的吧。",
                "ni3 zui3 jiao3 na4 kuai4 jiao1 tang2, shi4 zao3 shang4 shua1 ya2 shua1 chu1 lai2 de5 ba5.",
            ),
            Line("大明", "afraid", "完了，被发现了。", "wan2 le5, bei4 fa1 xian4 le5."),
            Line(
                "老周",
                "plain",
                "别吵了，我买了一整箱新的。",
                "bie2 chao3 le5, wo3 mai3 le5 yi4 zheng3 xiang1 xin1 de5.",
            ),
            Line("小雨", "glad", "真的吗？周叔，你太好了！", "zhen1 de5 ma5? zhou1 shu1, ni3 tai4 hao3 le5!"),
        ],
        [
            Line("大明", "glad", "我今天面试通过了！", "wo3 jin1 tian1 mian4 shi4 tong1 guo4 le5!"),
            Line("小雨", "startled", "哇，恭喜你！什么职位？", "wa1, gong1 xi3 ni3! shen2 me5 zhi2 wei4?"),
            Line(
                "大明",
                "glad",
                "首席布丁品尝师，试吃期三个月。",
                "shou3 xi2 bu4 ding1 pin3 chang2 shi1, shi4 chi1 qi1 san1 ge5 yue4.",
            ),
            Line(
                "小雨",
                "sly",
                "好极了，你终于找到了能发挥特长的工作。",
                "hao3 ji2 le5, ni3 zhong1 yu2 zhao3 dao4 le5 neng2 fa1 hui1 te4 chang2 de5 gong1 zuo4.",
            ),
        ],
        [
            Line(
                "老周",
                "sad",
                "我儿子今年又不回来过年了。",
                "wo3 er2 zi5 jin1 nian2 you4 bu4 hui2 lai2 guo4 nian2 le5.",
            ),
            Line(
                "小雨", "plain", "周叔，那我们陪你包饺子吧。", "zhou1 shu1, na4 wo3 men5 pei2 ni3 bao1 jiao3 zi5 ba5."
            ),
            Line("大明", "glad", "我负责吃，保证一个不剩。", "wo3 fu4 ze2 chi1, bao3 zheng4 yi2 ge5 bu2 sheng4."),
        ],
    ],
    "blackout": [
        [
            Line("小雨", "startled", "啊！怎么突然黑了？", "a1! zen3 me5 tu1 ran2 hei1 le5?"),
            Line("大明", "plain", "别怕，可能只是跳闸。", "bie2 pa4, ke3 neng2 zhi3 shi4 tiao4 zha2."),
            Line(
                "老周",
                "angry",
                "谁又同时开了空调、烤箱和吹风机？",
                "shei2 you4 tong2 shi2 kai1 le5 kong1 tiao2, kao3 xiang1 he2 chui1 feng1 ji1?",
            ),
            Line(
                "大明",
                "plain",
                "我只是想边吹头发边烤红薯，再凉快凉快。",
                "wo3 zhi3 shi4 xiang3 bian1 chui1 tou2 fa5 bian1 kao3 hong2 shu3, zai4 liang2 kuai5 liang2 kuai5.",
            ),
            Line("小雨", "sly", "你可真会过日子。", "ni3 ke3 zhen1 hui4 guo4 ri4 zi5."),
        ],
        [
            Line("老周", "plain", "你把我的工具箱放哪儿了？", "ni3 ba3 wo3 de5 gong1 ju4 xiang1 fang4 na3 er5 le5?"),
            Line("大明", "plain", "我借给楼下修自行车了。", "wo3 jie4 gei3 lou2 xia4 xiu1 zi4 xing2 che1 le5."),
            Line("老周", "angry", "三个月了，你现在才告诉我？", "san1 ge5 yue4 le5, ni3 xian4 zai4 cai2 gao4 su4 wo3?"),
            Line(
                "大明", "sad", "对不起，我明天一定要回来。", "dui4 bu5 qi3, wo3 ming2 tian1 yi2 ding4 yao4 hui2 lai2."
            ),
        ],
        [
            Line("小雨", "startled", "快看窗外，好多星星！", "kuai4 kan4 chuang1 wai4, hao3 duo1 xing1 xing5!"),
            Line(
                "老周", "glad", "多少年没见过这样的天了。", "duo1 shao3 nian2 mei2 jian4 guo4 zhe4 yang4 de5 tian1 le5."
            ),
            Line(
                "大明",
                "glad",
                "这么说，停电还是我的功劳。",
                "zhe4 me5 shuo1, ting2 dian4 hai2 shi4 wo3 de5 gong1 lao2.",
            ),
            Line(
                "小雨",
                "sly",
                "对对对，要不要给你发个奖状？",
                "dui4 dui4 dui4, yao4 bu2 yao4 gei3 ni3 fa1 ge5 jiang3 zhuang4?",
            ),
            Line("老周", "glad", "来电了！红薯也熟了。", "lai2 dian4 le5! hong2 shu3 ye3 shu2 le5."),
        ],
    ],
}
