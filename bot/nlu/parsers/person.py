"""Names of people, only where a cue announces one."""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.nlu.parsers.found import Found

_SURNAME = (
    "(?:欧阳|上官|司马|诸葛|司徒|东方|[赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏窦章云苏潘葛范彭"
    "郎鲁韦马苗凤花方俞任袁柳鲍史唐费廉岑薛雷贺倪汤滕罗毕郝安常乐齐康伍余元顾孟黄穆萧尹姚邵汪毛戴宋庞熊纪舒屈项祝董梁杜阮蓝席季麻贾路娄"
    "江童颜郭梅盛林钟徐邱骆高夏蔡田樊胡凌霍虞万柯卢莫房解应丁宣邓洪包左石崔吉龚程邢裴陆荣翁甄曲封储靳段巫焦谷车侯宓全班秋仲宁仇栾甘厉祖"
    "符刘景詹束龙叶幸司黎薄白怀蒲鄂卓蔺屠蒙池乔阴闻党翟谭劳申冉桑桂牛边尚温庄晏柴瞿阎习艾鱼容向古易廖终居衡步耿满匡文寇广殷欧沃利蔚越隆师巩"
    "聂晁敖冷辛简饶曾关查游权])"
)
_TITLE = "先生|女士|小姐|太太|经理|师傅|主任|行长|老师|阿姨|大姐|大哥|大叔|大爷|主管|柜员|警官"
_STAFF = "柜员|经理|保安|员工|主任|主管|行长|工作人员|窗口的?|那个|叫"
_ZH = re.compile(
    rf"姓(?P<surname>{_SURNAME})(?![氏名])"
    rf"|(?:叫|名叫|叫做|名字是|名字叫)(?P<called>{_SURNAME}[\u4e00-\u9fff]{{1,2}}?)(?=的|$|\W|柜员|经理|给|帮|她|他|这|那|在)"
    rf"|(?:{_STAFF})(?P<nick>[小老]{_SURNAME})(?![\u4e00-\u9fff]{{0}}[时心大师板])"
    rf"|(?<![由关对至等方])(?P<titled>{_SURNAME}(?:{_TITLE}))"
)
_WORD = r"(?!(?:the|a|an|not|in|at|on|who|he|she|it|my|your|me|us|you|back|up|here|there|and|or|to|for)\b)[a-z][a-z'-]+"
_EN = re.compile(
    rf"\b(?P<titled>(?:mr|mrs|ms|miss|mx|dr|madam)\.? {_WORD}(?: {_WORD})?)"
    rf"|\b(?:called|named|name is|name's|name was) (?P<called>{_WORD}(?: {_WORD})?)"
)


def find(text: str, is_capital: Callable[[int], bool]) -> list[Found]:
    """姓王的柜员 → 王, 李经理, Mr Lee, a clerk called Wang.

    `is_capital` tells of an offset into `text` whether the customer wrote a capital there.
    """
    found = []
    for match in _ZH.finditer(text):
        group = str(match.lastgroup)
        found.append(Found("person_name", match.start(group), match.end(group), match[group]))
    for match in _EN.finditer(text):
        group = str(match.lastgroup)
        start, end = match.span(group)
        # The second word belongs to the name only where it is written like one.
        first_end = text.find(" ", start + (text[start:end].find(" ") + 1 if group == "titled" else 0))
        if 0 <= first_end < end and not is_capital(first_end + 1):
            end = first_end
        found.append(Found("person_name", start, end, text[start:end]))
    return found
