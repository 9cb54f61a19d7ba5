"""Names of people, only where a cue announces one."""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.nlu.parsers.found import Found

_SURNAME = (
    "(?:欧阳|上官|司马|诸葛|司徒|东方|皇甫|尉迟|慕容|夏侯|"
    "[赵孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕施张孔曹严魏陶姜戚邹喻柏窦苏潘葛范彭鲁韦马苗俞袁"
    "柳鲍唐费廉岑薛雷贺倪汤滕罗毕郝顾孟黄穆萧肖尹姚邵汪戴宋庞熊纪舒屈祝董梁杜阮蓝季贾娄颜郭梅盛林钟徐邱丘骆蔡"
    "田樊胡凌霍虞柯卢莫丁宣邓洪崔吉龚程"
    "邢裴陆翁甄靳段焦侯宓仇栾甘厉刘詹黎蒲鄂蔺屠蒙池乔阴翟谭劳申冉桑尚庄晏柴瞿阎闫廖寇殷沃蔚隋巩聂晁敖饶曾佘涂"
    "赖覃冼付岳帅苟谌缪佟兰鞠仝牟佴])"
)
# Last characters of other words too often: 基金经理, 公司会计, 谢谢师傅, 值班主任.
_RARE = (
    "[钱华金谢章花史安常于任方高万关查向应全边班终云元时皮明计成平居文能白车司沙权步东郎康伍余毛项席麻路江童"
    "夏房包左石习荣曲封储符景束龙叶幸薄怀卓党牛温艾鱼容古匡广利越隆师冷辛简游连迟苑楚祖管易解武乐桂]"
)
_ANY = f"(?:{_SURNAME}|{_RARE})"
_HAN = "[\u4e00-\u9fff]"
_TITLE = (
    "(?:先生|女士|小姐姐|小姐|太太|客户经理|大堂经理|理财经理|副经理|副行长|经理|师傅|主任|行长|老师|阿姨|"
    "大姐|大哥|大叔|大爷|大妈|大娘|奶奶|爷爷|"
    "伯伯|伯母|叔叔|婆婆|主管|柜员|警官|专员|襄理|副理|协理|课长|组长|队长|店长|老板|律师|医生|医师|教授|"
    "护士|会计|同学|同志|姑娘|姑姐|师奶"
    # These are titles only where no word goes on: 周总结.
    r"|[哥姐叔姨总太生董妈嫂](?=$|\W|[说讲在给帮态办的让叫跟和来真很好系嘅话约]))(?![财赔解由])"
)
# 古董, 毕生: words that look like a surname and a title.
_NO_TITLED = "(?!古董|毕生|余生)"
_NO_NAME = (
    "(?!白车|车|全部|安排|安保|保安|明天|成功|东西|文件|关门|时候|能|方便|向|应该|任何|经理|马上|高兴|简单|"
    "万一|华为|利息|余额|常)"
)
_AFTER_NAME = (
    r"(?=$|\W|柜员|经理|手机|电话|身份|态度|服务|"
    r"[的给帮她他佢这那在想要来是我今昨明号去跟和过办取存有先也就不说很真嘅喺])"
)
_ZH = re.compile(
    rf"(?:(?<![百同改贵])|(?<=免贵))姓(?:是|:)?(?P<surname>{_ANY})(?![氏名])"
    r"|(?:(?<=[我他她人名位个员理佢子姐哥娘的])叫[做作]?|^叫做?|名叫|(?:名字|姓名|户名|联系人|收款人)(?:是|叫|:)?)\s?"
    rf"(?:{_NO_NAME}(?P<called>{_ANY}{_HAN}{{1,2}}?){_AFTER_NAME}|(?P<dotted>{_HAN}{{2,5}}·{_HAN}{{2,6}})"
    r"|(?P<latin>[a-z][a-z'-]+(?: [a-z][a-z'-]+)?)(?![a-z]))"
    r"|(?:柜员|经理|保安|员工|主任|主管|行长|工作人员|服务员|同事|引导员|大堂|窗口的?|[那这一]个|"
    r"[叫找问请跟]|谢谢|感谢|表扬|你们的?|\ue000的?)\s?"
    rf"(?P<nick>[小老阿](?!路|苗|熊|马虎|梅|孙[子女])(?:{_SURNAME}|"
    rf"[方高安江夏叶石龙余金谢康](?![额广姐头数钱]))(?![时心大师板子便朋]))"
    rf"|(?<![由关对至等任为如])(?P<titled>{_NO_TITLED}{_SURNAME}{_TITLE})"
    rf"|(?:(?<=[找叫是请问给跟同搵您好位的约系])|(?<!{_HAN}))(?P<rare>{_NO_TITLED}{_RARE}{_TITLE})"
    # \ue000 is what another parser took: 3号窗口的王丽.
    rf"|(?:柜员|经理|主任|行长|\ue000的?)(?!马上){_NO_NAME}(?P<staff>{_SURNAME}{_HAN}{{1,2}}?)(?=的?态度|"
    rf"的?服务|[,。说很她他]|$|[给帮]我)"
)
# What follows "Mr", "called" or "name is" without being a name.
_STOP = (
    r"(?!(?:the|an?|not|in|at|on|who|he|she|it|my|your|me|us|you|back|up|here|there|and|or|to|for|too|with|"
    r"about|while|where"
    r"|when|asking|crying|saying|something|someone|misspel[lt]\w*|wrong|written|spel[lt]\w*|different|"
    r"missing|long|short|incorrect"
    r"|changed|already|but|is|was|if|what|that|this|out|off|from|by|of|so|now|please|sir|madam|anything|"
    r"everything|yesterday"
    r"|today|two|three|once|twice|again|only|also|very|really|still|has|had|who's|can|could|told|would|will|"
    r"later|\w+n't|be)\b)"
)
_WORD = rf"{_STOP}[a-z][a-z'’-]+"
_NAME = rf"{_WORD}(?: (?:(?:van|de|der|von|al) )*{_WORD})?"
_PEOPLE = (
    "clerk|teller|lady|man|woman|guy|girl|boy|manager|someone|somebody|person|employee|cashier|colleague|"
    "staff|gentleman|"
    "consultant|advisor|adviser|officer|one|member|son|daughter|husband|wife|friend"
)
_NAME_IS = r"(?:first |last |full |family |sur)?name(?:'s|’s| is| was|:) "
_EN = re.compile(
    rf"\b(?P<titled>(?:mr|mrs|ms|mx|dr|madam|mister)\b\.? {_NAME})"
    rf"|\b(?P<address>(?:miss|manager|teacher|auntie|uncle|director) {_NAME})"
    rf"|\b(?:my|his|her|their|the|\w+'s) {_NAME_IS}(?P<called>{_NAME})"
    rf"|(?:^|[,.;] ?)(?:{_NAME_IS}|surname )(?P<alone>{_NAME})"
    rf"|\b(?:{_PEOPLE})(?: who| that)?(?: is| was|'s|’s)? (?:called|named) (?P<named>{_NAME})"
    rf"|\b(?:teller|clerk|cashier|manager|advis[eo]r|called|named|call me|surname is|(?:badge|tag) (?:said|"
    rf"says)) (?P<capital>{_NAME})"
)
_LATIN = re.compile("[a-z]{2}")


def find(text: str, is_capital: Callable[[int], bool]) -> list[Found]:
    """姓王的柜员 → 王, 李经理, Mr Lee, a clerk called Wang.

    `is_capital` tells of an offset into `text` whether the customer wrote a capital there.
    """
    found = []
    for match in _ZH.finditer(text):
        group = str(match.lastgroup)
        start, end = match.span(group)
        end = _end(text, start, end, is_capital) if group == "latin" else end
        found.append(Found("person_name", start, end, text[start:end]))
    for match in _EN.finditer(text) if _LATIN.search(text) else ():
        group = str(match.lastgroup)
        start, end = match.span(group)
        name = text.index(" ", start) + 1 if group in ("titled", "address") else start
        # Miss Garcia and "called Wang" are names; "did I miss anything" and "called about" are none.
        if group in ("address", "capital") and not is_capital(name):
            continue
        end = _end(text, name, end, is_capital, joined=group != "titled")
        found.append(Found("person_name", start, end, text[start:end]))
    return found


def _end(text: str, start: int, end: int, is_capital: Callable[[int], bool], *, joined: bool = True) -> int:
    """Where a name of one or more words ends: a second word belongs to it where it is written like one.

    Of a name all in small letters it does where nothing follows and `joined` allows it.
    """
    blank = text.find(" ", start, end)
    if blank < 0 or is_capital(text.rindex(" ", start, end) + 1):
        return end
    is_last = re.match(r"\s*(?:$|[,.;!?])", text[end:])
    return end if joined and is_last and not is_capital(start) else blank
