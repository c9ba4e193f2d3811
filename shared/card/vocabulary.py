"""The labels that CI may write, and the values that a closed field may have. It holds only data.

CI documents only some of its labels, and no real output is public. A label that isn't here is no
error: its item stays in the result, without a field.
"""

from __future__ import annotations

from collections.abc import Mapping

# Where a label was seen.
CARD = "printed on the cards, including a card of the year 2008"
CI = "Cloud Infinite: the pages of ImageLicenseRec (436/75231) and its sibling (436/121118)"
CI_OLD = "Cloud Infinite: its older OCR of licences (460/9986)"
OCR = "Tencent's synchronous IDCardOCR and DriverLicenseOCR"
MET = "other OCR services of such cards, Baidu's among them"
WORD = "another word for the same, or its translation"

# Each row: a label; its field, or two fields of which each card type has one; where it was seen.
# "validity" is the start, the end or both of a licence's validity: reading.py decides by the text.
# A row without a field is there to be read: code takes its label for an unknown one.
LABELS: tuple[tuple[str, str, str], ...] = (
    ("姓名", "name", CARD),
    ("Name", "name", CARD),
    ("full name", "name", WORD),
    ("性别", "gender", CARD),
    ("Sex", "gender", CARD),
    ("Gender", "gender", CI),
    ("民族", "ethnicity", CARD),
    ("Ethnicity", "ethnicity", CI),
    ("ethnic group", "ethnicity", WORD),
    ("Nation", "ethnicity nationality", OCR),
    ("Nationality", "ethnicity nationality", CARD),
    ("国籍", "nationality", CARD),
    ("国籍(地区)", "nationality", WORD),
    ("citizenship", "nationality", WORD),
    ("出生", "birth_date", CARD),
    ("出生日期", "birth_date", CARD),
    ("Date of Birth", "birth_date", CARD),
    ("Birth (Date)", "birth_date", CI),
    ("Birth", "birth_date", OCR),
    ("出生年月", "birth_date", WORD),
    ("出生年月日", "birth_date", WORD),
    ("birthday", "birth_date", WORD),
    ("住址", "address", CARD),
    ("Address", "address", CARD),
    ("地址", "address", WORD),
    ("住所", "address", WORD),
    ("家庭住址", "address", WORD),
    ("公民身份号码", "id_number license_number", CARD),
    ("公民身份证号", "id_number license_number", CI),
    ("Identification Number (ID Number)", "id_number license_number", CI),
    ("身份证号", "id_number license_number", MET),
    ("IdNum", "id_number license_number", OCR),
    ("公民身份证号码", "id_number license_number", WORD),
    ("身份证号码", "id_number license_number", WORD),
    ("身份证件号", "id_number license_number", WORD),
    ("身份证件号码", "id_number license_number", WORD),
    ("身份号码", "id_number license_number", WORD),
    ("id", "id_number license_number", WORD),
    ("id no", "id_number license_number", WORD),
    ("id number", "id_number license_number", WORD),
    ("id card number", "id_number license_number", WORD),
    ("identity number", "id_number license_number", WORD),
    ("identity card number", "id_number license_number", WORD),
    ("identification number", "id_number license_number", WORD),
    ("citizen identification number", "id_number license_number", WORD),
    ("citizen ID number", "id_number license_number", WORD),
    ("证号", "license_number", CARD),
    ("No.", "license_number", CARD),
    ("驾驶证号", "license_number", MET),
    ("CardCode", "license_number", OCR),
    ("证件号", "license_number", WORD),
    ("证件号码", "license_number", WORD),
    ("驾驶证号码", "license_number", WORD),
    ("驾驶证编号", "license_number", WORD),
    ("number", "license_number", WORD),
    ("card number", "license_number", WORD),
    ("certificate no", "license_number", WORD),
    ("certificate number", "license_number", WORD),
    ("license no", "license_number", WORD),
    ("license number", "license_number", WORD),
    ("licence no", "license_number", WORD),
    ("licence number", "license_number", WORD),
    ("driver license number", "license_number", WORD),
    ("driver's license number", "license_number", WORD),
    ("driving licence number", "license_number", WORD),
    ("Driving License No", "license_number", WORD),
    ("初次领证日期", "first_issue_date", CARD),
    ("Date of First Issue", "first_issue_date", CARD),
    ("Issue Date", "first_issue_date", CARD),
    ("领证日期", "first_issue_date", CI_OLD),
    ("初次发证日期", "first_issue_date", MET),
    ("初次领证", "first_issue_date", WORD),
    ("首次领证日期", "first_issue_date", WORD),
    ("首次领证", "first_issue_date", WORD),
    ("first issue date", "first_issue_date", WORD),
    ("date of initial issue", "first_issue_date", WORD),
    ("first license issue date", "first_issue_date", WORD),
    ("initial issue date", "first_issue_date", WORD),
    ("Initial Receipt Date", "first_issue_date", WORD),
    ("date of first issuance", "first_issue_date", WORD),
    ("准驾车型", "vehicle_class", CARD),
    ("Class", "vehicle_class", CARD),
    ("准驾车型代号", "vehicle_class", MET),
    ("vehicle class", "vehicle_class", WORD),
    ("vehicle type", "vehicle_class", WORD),
    ("class of vehicle", "vehicle_class", WORD),
    ("permitted vehicle class", "vehicle_class", WORD),
    ("permitted vehicle type", "vehicle_class", WORD),
    ("approved vehicle type", "vehicle_class", WORD),
    ("有效期限", "validity", CARD),
    ("Valid Period", "validity", CARD),
    ("Valid For", "validity", CARD),
    ("有效期", "validity", WORD),
    ("validity period", "validity", WORD),
    ("period of validity", "validity", WORD),
    ("validity", "validity", WORD),
    ("valid date", "validity", WORD),
    ("有效起始日期", "valid_from", CARD),
    ("Valid From", "valid_from", CARD),
    ("起始日期", "valid_from", CI_OLD),
    ("有效期起", "valid_from", MET),
    ("有效期起始日期", "valid_from", MET),
    ("StartDate", "valid_from", OCR),
    ("有效期限起", "valid_from", WORD),
    ("有效期自", "valid_from", WORD),
    ("有效期开始日期", "valid_from", WORD),
    ("开始日期", "valid_from", WORD),
    ("effective date", "valid_from", WORD),
    ("effective start date", "valid_from", WORD),
    ("valid start date", "valid_from", WORD),
    ("有效日期", "valid_until", CI_OLD),
    ("至", "valid_until", MET),
    ("有效期至", "valid_until", MET),
    ("失效日期", "valid_until", MET),
    ("有效期止", "valid_until", MET),
    ("有效期截止日期", "valid_until", MET),
    ("EndDate", "valid_until", OCR),
    ("有效期限至", "valid_until", WORD),
    ("有效期限止", "valid_until", WORD),
    ("有效截止日期", "valid_until", WORD),
    ("截止日期", "valid_until", WORD),
    ("终止日期", "valid_until", WORD),
    ("有效终止日期", "valid_until", WORD),
    ("有效期终止日期", "valid_until", WORD),
    ("有效期结束日期", "valid_until", WORD),
    ("结束日期", "valid_until", WORD),
    ("Valid Until", "valid_until", WORD),
    ("valid to", "valid_until", WORD),
    ("valid through", "valid_until", WORD),
    ("expiry date", "valid_until", WORD),
    ("expiration date", "valid_until", WORD),
    ("valid end date", "valid_until", WORD),
    ("发证机关", "issuing_authority", CARD),
    ("Issuing Authority", "issuing_authority", CARD),
    ("发证单位", "issuing_authority", CI),
    ("红章", "issuing_authority", CI_OLD),
    ("签发机关", "issuing_authority", MET),
    ("印章", "issuing_authority", MET),
    ("发证机构", "issuing_authority", WORD),
    ("issuing agency", "issuing_authority", WORD),
    ("issuing unit", "issuing_authority", WORD),
    ("issued by", "issuing_authority", WORD),
    ("档案编号", "", CARD),
    ("记录", "", CARD),
    ("状态", "", MET),
    ("累积记分", "", MET),
    ("生成时间", "", MET),
    ("当前时间", "", MET),
    ("ArchivesCode", "", OCR),
    ("Record", "", OCR),
)

GENDERS: Mapping[str, str] = {
    **dict.fromkeys(("男", "男性", "male", "m"), "男"),
    **dict.fromkeys(("女", "女性", "female", "f"), "女"),
}

# GB/T 3304: each ethnicity with its romanised name.
ETHNICITIES: tuple[tuple[str, str], ...] = (
    *(("汉", "Han"), ("蒙古", "Mongol"), ("回", "Hui"), ("藏", "Zang"), ("维吾尔", "Uygur")),
    *(("苗", "Miao"), ("彝", "Yi"), ("壮", "Zhuang"), ("布依", "Buyei"), ("朝鲜", "Chosen")),
    *(("满", "Man"), ("侗", "Dong"), ("瑶", "Yao"), ("白", "Bai"), ("土家", "Tujia")),
    *(("哈尼", "Hani"), ("哈萨克", "Kazak"), ("傣", "Dai"), ("黎", "Li"), ("傈僳", "Lisu")),
    *(("佤", "Va"), ("畲", "She"), ("高山", "Gaoshan"), ("拉祜", "Lahu"), ("水", "Sui")),
    *(("东乡", "Dongxiang"), ("纳西", "Naxi"), ("景颇", "Jingpo"), ("柯尔克孜", "Kirgiz")),
    *(("土", "Tu"), ("达斡尔", "Daur"), ("仫佬", "Mulao"), ("羌", "Qiang"), ("布朗", "Blang")),
    *(("撒拉", "Salar"), ("毛南", "Maonan"), ("仡佬", "Gelao"), ("锡伯", "Xibe")),
    *(("阿昌", "Achang"), ("普米", "Pumi"), ("塔吉克", "Tajik"), ("怒", "Nu")),
    *(("乌孜别克", "Uzbek"), ("俄罗斯", "Russ"), ("鄂温克", "Ewenki"), ("德昂", "Deang")),
    *(("保安", "Bonan"), ("裕固", "Yugur"), ("京", "Gin"), ("塔塔尔", "Tatar")),
    *(("独龙", "Derung"), ("鄂伦春", "Oroqen"), ("赫哲", "Hezhen"), ("门巴", "Monba")),
    *(("珞巴", "Lhoba"), ("基诺", "Jino")),
)
# Not ethnicities, but printed in their place.
OTHER_ETHNICITIES = ("其他", "穿青人", "革家人", "摩梭人", "外国血统")

# 机动车驾驶证申领和使用规定. A licence has one or several of them, in one word: C1D, B2E.
VEHICLE_CLASSES = (
    *("A1", "A2", "A3", "B1", "B2", "C1", "C2", "C3", "C4", "C5", "C6"),
    *("D", "E", "F", "M", "N", "P"),
)

CHINA: Mapping[str, tuple[str, ...]] = {
    "中国": (
        *("中华人民共和国", "中国大陆", "中国籍", "中国公民"),
        *("China", "Chinese", "CHN", "CN", "PRC", "P.R.C.", "P.R.China", "P.R. of China"),
        *("People's Republic of China", "the People's Republic of China"),
    ),
    "中国香港": (
        "香港",
        "中国（香港）",
        "香港特别行政区",
        "中国香港特别行政区",
        "Hong Kong",
        "HKG",
    ),
    "中国澳门": (
        "澳门",
        "中国（澳门）",
        "澳门特别行政区",
        "中国澳门特别行政区",
        "Macao",
        "Macau",
        "MAC",
    ),
    "中国台湾": ("台湾", "中国（台湾）", "台湾地区", "台湾省", "中国台湾省", "Taiwan", "TWN"),
}

# ISO 3166-1: the short names in Chinese except China's own, as GB/T 2659 has them. The last three
# are other names in use.
COUNTRIES = """
阿富汗 奥兰群岛 阿尔巴尼亚 阿尔及利亚 美属萨摩亚 安道尔 安哥拉 安圭拉 南极洲 安提瓜和巴布达 阿根廷
亚美尼亚 阿鲁巴 澳大利亚 奥地利 阿塞拜疆 巴哈马 巴林 孟加拉国 巴巴多斯 白俄罗斯 比利时 伯利兹 贝宁
百慕大 不丹 玻利维亚 博纳尔圣俄斯塔休斯和萨巴 波黑 博茨瓦纳 布维岛 巴西 英属印度洋领地 文莱
保加利亚 布基纳法索 布隆迪 佛得角 柬埔寨 喀麦隆 加拿大 开曼群岛 中非 乍得 智利 圣诞岛
科科斯（基林）群岛 哥伦比亚 科摩罗 刚果（布） 刚果（金） 库克群岛 哥斯达黎加 科特迪瓦 克罗地亚
古巴 库拉索 塞浦路斯 捷克 丹麦 吉布提 多米尼克 多米尼加 厄瓜多尔 埃及 萨尔瓦多 赤道几内亚
厄立特里亚 爱沙尼亚 斯威士兰 埃塞俄比亚 福克兰群岛（马尔维纳斯） 法罗群岛 斐济 芬兰 法国
法属圭亚那 法属波利尼西亚 法属南部领地 加蓬 冈比亚 格鲁吉亚 德国 加纳 直布罗陀 希腊 格陵兰
格林纳达 瓜德罗普 关岛 危地马拉 格恩西岛 几内亚 几内亚比绍 圭亚那 海地 赫德岛和麦克唐纳岛 梵蒂冈
洪都拉斯 匈牙利 冰岛 印度 印度尼西亚 伊朗 伊拉克 爱尔兰 马恩岛 以色列 意大利 牙买加 日本 泽西岛
约旦 哈萨克斯坦 肯尼亚 基里巴斯 朝鲜 韩国 科威特 吉尔吉斯斯坦 老挝 拉脱维亚 黎巴嫩 莱索托 利比里亚
利比亚 列支敦士登 立陶宛 卢森堡 马达加斯加 马拉维 马来西亚 马尔代夫 马里 马耳他 马绍尔群岛
马提尼克 毛里塔尼亚 毛里求斯 马约特 墨西哥 密克罗尼西亚联邦 摩尔多瓦 摩纳哥 蒙古 黑山 蒙特塞拉特
摩洛哥 莫桑比克 缅甸 纳米比亚 瑙鲁 尼泊尔 荷兰 新喀里多尼亚 新西兰 尼加拉瓜 尼日尔 尼日利亚 纽埃
诺福克岛 北马其顿 北马里亚纳 挪威 阿曼 巴基斯坦 帕劳 巴勒斯坦 巴拿马 巴布亚新几内亚 巴拉圭 秘鲁
菲律宾 皮特凯恩 波兰 葡萄牙 波多黎各 卡塔尔 留尼汪 罗马尼亚 俄罗斯联邦 卢旺达 圣巴泰勒米 圣赫勒拿
圣基茨和尼维斯 圣卢西亚 法属圣马丁 圣皮埃尔和密克隆 圣文森特和格林纳丁斯 萨摩亚 圣马力诺
圣多美和普林西比 沙特阿拉伯 塞内加尔 塞尔维亚 塞舌尔 塞拉利昂 新加坡 荷属圣马丁 斯洛伐克
斯洛文尼亚 所罗门群岛 索马里 南非 南乔治亚岛和南桑德韦奇岛 南苏丹 西班牙 斯里兰卡 苏丹 苏里南
斯瓦尔巴岛和扬马延岛 瑞典 瑞士 叙利亚 塔吉克斯坦 坦桑尼亚 泰国 东帝汶 多哥 托克劳 汤加
特立尼达和多巴哥 突尼斯 土耳其 土库曼斯坦 特克斯和凯科斯群岛 图瓦卢 乌干达 乌克兰 阿联酋 英国 美国
美国本土外小岛屿 乌拉圭 乌兹别克斯坦 瓦努阿图 委内瑞拉 越南 英属维尔京群岛 美属维尔京群岛
瓦利斯和富图纳 西撒哈拉 也门 赞比亚 津巴布韦 俄罗斯 阿拉伯联合酋长国 波斯尼亚和黑塞哥维那
"""
