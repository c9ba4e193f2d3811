"""An address in several pieces: joined if each lies below the one before."""

from __future__ import annotations

from cmath import exp
from collections.abc import Sequence
from math import radians

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.card import IdInfo, ReadCard
from tests.support.cards import ID_CARD, NAME, id_infos, read


def failed(card: ReadCard) -> list[str]:
    return [check.name for check in card.checks if not check.passed]


def piece(text: str, left: float, top: float, right: float, bottom: float) -> IdInfo:
    corners = ((left, top), (left, bottom), (right, bottom), (right, top))
    return IdInfo("住址", text, 99, corners)


def address_of(*pieces: IdInfo) -> tuple[str | None, bool]:
    rest = {label: text for label, text in ID_CARD.items() if label != "住址"}
    return address_beside(id_infos(**rest), *pieces)


def address_beside(rest: Sequence[IdInfo], *pieces: IdInfo) -> tuple[str | None, bool]:
    card = read("IDCard", [*pieces, *rest])
    assert set(failed(card)) <= {"fields.consistent"}
    return card.fields["address"], failed(card) == []


FIRST = piece("样例省虚构市", 100, 100, 500, 140)


@pytest.mark.parametrize(
    "second",
    [
        piece(" 测试路1号 ", 100, 160, 300, 200),
        piece("测试路1号", 100, 120, 300, 160),  # half a line up
        piece("测试路1号", 100, 220, 300, 260),  # two lines down
        piece("测试路1号", 400, 160, 600, 200),  # half of it to the right
        piece("测试路1号", 0, 160, 200, 200),
        piece("测试路1号", 300, 160, 1300, 200),
    ],
)
def test_pieces_of_an_address_below_each_other_are_one(second: IdInfo) -> None:
    assert address_of(FIRST, second) == ("样例省虚构市测试路1号", True)


def test_three_pieces_are_joined_in_cis_order() -> None:
    second, third = piece("测试路", 100, 150, 500, 190), piece("1号", 100, 200, 500, 230)

    assert address_of(FIRST, second, third) == ("样例省虚构市测试路1号", True)
    assert address_of(FIRST, third, second) == ("样例省虚构市", False)


@pytest.mark.parametrize(
    "second",
    [
        piece("测试路1号", 100, 119, 300, 159),
        piece("测试路1号", 100, 221, 300, 261),
        piece("测试路1号", 100, 221, 300, 361),
        piece("测试路1号", 100, 119, 300, 199),
        piece("测试路1号", 100, 129, 300, 149),
        piece("测试路1号", 100, 181, 300, 201),
        piece("测试路1号", 401, 160, 601, 200),
        piece("测试路1号", -1, 160, 199, 200),
        piece("测试路1号", 100, 40, 300, 80),
        FIRST._replace(text="测试路1号"),
        IdInfo("住址", "测试路1号", 99, ()),
        # another address, or the same piece once more
        piece("虚构省样例市样例街7号", 100, 160, 500, 200),
        piece("假想壮族自治区测试街7号", 100, 160, 500, 200),
        piece("重庆市测试街7号", 100, 160, 500, 200),
        piece("省虚构市", 100, 160, 500, 200),
        piece("样例省虚构市测试路1号", 100, 160, 500, 200),
    ],
)
def test_pieces_that_are_not_of_one_address_differ(second: IdInfo) -> None:
    assert address_of(FIRST, second) == ("样例省虚构市", False)


def test_a_piece_without_a_place_has_nothing_below_it() -> None:
    unplaced = FIRST._replace(polygon=())
    assert address_of(unplaced, piece("测试路1号", 100, 160, 300, 200)) == ("样例省虚构市", False)


@pytest.mark.parametrize("text", ["构市x", "号", "省府", "样例自治", "街北京市x"])
def test_what_only_looks_like_another_address_is_a_piece(text: str) -> None:
    assert address_of(FIRST, piece(text, 100, 160, 500, 200)) == (f"样例省虚构市{text}", True)


@pytest.mark.parametrize("text", ["308省道旁1号", "S308省道旁1号"])
def test_a_road_of_a_province_begins_no_other_address(text: str) -> None:
    assert address_of(FIRST, piece(text, 100, 160, 500, 200)) == (f"样例省虚构市{text}", True)


def turned(info: IdInfo, degrees: float, *, first: int = 0, is_reversed: bool = False) -> IdInfo:
    """The item on a photo turned somewhere; its corners begin at another one."""
    turn = exp(1j * radians(degrees))
    corners = [complex(*corner) * turn + 3000 + 2000j for corner in info.polygon]
    order = [*corners[first:], *corners[:first]]
    order = [order[0], *order[:0:-1]] if is_reversed else order
    return info._replace(polygon=tuple((one.real, one.imag) for one in order))


SECONDS = {
    "below": piece("测试路1号", 100, 155, 300, 195),
    "a little above its place": piece("测试路1号", 100, 125, 300, 165),
    "above": piece("测试路1号", 100, 45, 300, 85),
    "beside": piece("测试路1号", 520, 100, 720, 140),
    "far to the right": piece("测试路1号", 450, 155, 650, 195),
    "far below": piece("测试路1号", 100, 240, 300, 280),
}
IS_ONE = {"below", "a little above its place"}
angles = st.floats(-360, 360) | st.sampled_from([-16, 16, 90, 180, 270])


@given(place=st.sampled_from([*SECONDS]), degrees=angles, is_reversed=st.booleans())
def test_pieces_are_one_on_a_photo_turned_by_any_angle(
    place: str, degrees: float, *, is_reversed: bool
) -> None:
    first, second = (
        turned(one, degrees, is_reversed=is_reversed) for one in (FIRST, SECONDS[place])
    )

    texts = {label: text for label, text in ID_CARD.items() if label != "住址"}
    unplaced = [info._replace(polygon=()) for info in id_infos(**texts)]
    assert address_beside(unplaced, first, second)[1] is (place in IS_ONE)


@given(
    place=st.sampled_from([*SECONDS]),
    degrees=angles,
    corner=st.integers(0, 3),
    is_reversed=st.booleans(),
)
def test_the_name_above_tells_the_direction_if_the_corners_begin_anywhere(
    place: str, degrees: float, corner: int, *, is_reversed: bool
) -> None:
    texts = {label: text for label, text in ID_CARD.items() if label not in {"姓名", "住址"}}
    name = piece(NAME, 100, -80, 250, -40)._replace(label="姓名")
    first, second, above = (
        turned(one, degrees, first=corner, is_reversed=is_reversed)
        for one in (FIRST, SECONDS[place], name)
    )

    assert address_beside([above, *id_infos(**texts)], first, second)[1] is (place in IS_ONE)


def test_a_name_in_another_column_tells_nothing_of_the_direction() -> None:
    texts = {label: text for label, text in ID_CARD.items() if label not in {"姓名", "住址"}}
    name = piece(NAME, 600, 300, 750, 340)._replace(label="姓名")

    assert address_beside([name, *id_infos(**texts)], FIRST, SECONDS["below"])[1]


def test_a_short_first_piece_takes_the_direction_of_the_longer_one() -> None:
    first = piece("样例", 100, 100, 130, 140)
    assert address_of(first, piece("省虚构市测试路1号", 100, 150, 500, 190))[1]


@pytest.mark.parametrize("corners", [(), ((1, 2),), ((1, 2), (1, 2))])
def test_pieces_of_no_extent_have_no_place(corners: tuple[tuple[float, float], ...]) -> None:
    pieces = (IdInfo("住址", text, 99, corners) for text in ("样例省虚构市", "测试路1号"))
    assert not address_of(*pieces)[1]


def test_the_same_address_twice_is_one() -> None:
    again = FIRST._replace(text=" 样例省　虚构市")
    assert address_of(FIRST, again) == ("样例省虚构市", True)
    lower = piece("测试路1号", 100, 160, 300, 200)
    assert address_of(FIRST, lower, again, lower) == ("样例省虚构市测试路1号", True)
