"""Invented matters, places and remarks in the shape of real ones, the same in every run."""

from random import Random

COMMUNITIES = (
    *("和苑", "朝晖", "银杏里", "新河", "柳岸", "长乐", "书院", "同心", "安澜", "锦绣", "红星"),
    *("竹林", "向阳", "双井", "小营", "杏花", "西园", "平安里", "望江", "景明", "桃源", "清泉"),
)
SPOTS = (
    *("北门岗亭旁", "地下车库入口", "幼儿园围墙外", "三号楼二单元门口", "菜市场东侧", "公交站台"),
    *("河堤步道", "消防通道", "垃圾分类亭", "快递柜后面", "老年活动室", "小学校门对面", "十字路口"),
)
TITLES = (
    *("道路积水未及时清排", "井盖破损存在隐患", "占道经营影响通行", "楼道堆放可燃杂物", "路灯不亮"),
    *("非机动车乱停放", "绿化带垃圾未清运", "外墙皮脱落", "电动车飞线充电", "暴露垃圾"),
    *("违法张贴小广告", "护栏倾斜松动", "下水道堵塞外溢", "宠物粪便无人清理", "施工噪声扰民"),
)
REMARKS = (
    *("居民反映已持续三天", "现场拍照后立即联系物业", "已设置临时警示标志", "夜间行人容易绊倒"),
    *("清理完毕恢复畅通", "与店主沟通后当场整改", "雨后更加明显", "需要专业队伍携带工具处理"),
    *("孩子放学经过此处", "同一位置上月也出现过", "面积大约两平方米", "已提醒住户当天搬走"),
    *("社区志愿者协助看守现场", "老人拄拐经过十分不便", "排水口被落叶和塑料袋盖住"),
)


def place(random: Random, number: int) -> str:
    """Return a place; `number` keeps any two apart."""
    community, spot = random.choice(COMMUNITIES), random.choice(SPOTS)
    return f"{community}小区{number % 97 + 1}号楼{spot}"


def remark(random: Random, sentences: int) -> str:
    """Return some sentences."""
    return "。".join(random.choices(REMARKS, k=sentences)) + "。"


def long_remark(random: Random) -> str:
    """Return what makes a patrol an operation of about one kilobyte."""
    return remark(random, 18)
