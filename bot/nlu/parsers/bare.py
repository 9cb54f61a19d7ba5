"""Whether a value is all that a customer said, as an answer to a form's question."""

from __future__ import annotations

import re

# No longer text is looked through: who says so much says more than a value.
_LONGEST = 60
_FILLERS = re.compile(
    r"(?:大概|大约|大致|差不多|左右|上下|应该|可能|要不|那就|是不是|不是|改成|改为|总共|一共|谢谢|系|要|选|"
    r"约|是|就|吧|呢|啊|哦|呀|嗯|呃|额|的|了|共|我|想|"
    r"那|喇|啦|嘅|咯|噻|哈|"
    r"about|around|roughly|approximately|just|only|please|maybe|it's|it is|that's|yes|yeah|ok|okay|no|not|uh|um|er|say|"
    r"make it|i think|i'd say|i want|thanks|[\s,.、:;!?~…-])*"
)


def is_bare(text: str, start: int, end: int) -> bool:
    """Whether nothing but courtesies and hesitation surrounds `text[start:end]`."""
    if len(text) - (end - start) > _LONGEST:
        return False
    return bool(_FILLERS.fullmatch(text, 0, start) and _FILLERS.fullmatch(text, end))
