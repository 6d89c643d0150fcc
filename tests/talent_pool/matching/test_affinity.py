"""Affinity of texts: what it must rank, what must not move it, what must not break it."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from talent_pool.matching.affinity.comparing import ABOUT, affinity
from talent_pool.matching.affinity.reading import ExpertText, ProjectText, fit, written
from talent_pool.matching.affinity.reasons import reasons
from talent_pool.matching.affinity.retrieve import retrieve
from talent_pool.matching.affinity.signals import near
from talent_pool.matching.affinity.texts import digest, hashes, normalise
from talent_pool.matching.problem import MILLION

ELDERLY = "为社区独居老人提供居家安全评估与定期探访，组建邻里互助队伍"
CHILDREN = "为留守儿童开展心理辅导与家庭教育支持，建立学校社工站"
DRUGS = "帮助戒毒康复人员就业，开展禁毒宣传和家庭修复"
TOPICS = {
    "elderly": ("独居老人居家安全评估研究", "老年人定期探访制度的社区实践", "邻里互助养老队伍建设"),
    "children": ("留守儿童心理辅导个案", "学校社工站建设经验", "家庭教育支持小组工作"),
    "drugs": ("戒毒康复人员就业帮扶", "社区禁毒宣传路径", "吸毒人员家庭修复"),
}
PROJECTS = [ProjectText("p1", (ELDERLY,)), ProjectText("p2", (CHILDREN,)), ProjectText("p3", (DRUGS,))]
EXPERTS = [ExpertText(name, works=works) for name, works in TOPICS.items()]


def test_the_expert_of_the_field_comes_first() -> None:
    found = affinity(PROJECTS, EXPERTS)

    assert found.dtype == np.int32
    assert found.argmax(axis=1).tolist() == [0, 1, 2]
    assert found.min() >= 0
    assert found.max() <= MILLION


def test_the_order_of_projects_experts_and_works_changes_no_number() -> None:
    found = affinity(PROJECTS, EXPERTS)

    turned = affinity(PROJECTS[::-1], [replace(one, works=one.works[::-1]) for one in EXPERTS[::-1]])

    assert np.array_equal(turned[::-1, ::-1], found)


def test_the_same_texts_give_the_same_numbers_again() -> None:
    assert np.array_equal(affinity(PROJECTS, EXPERTS), affinity(PROJECTS, EXPERTS))


def test_another_process_with_other_hashes_of_strings_gives_the_same_numbers_and_reasons() -> None:
    script = (
        "from tests.talent_pool.matching.test_affinity import EXPERTS, PROJECTS, affinity, reasons;"
        "print(affinity(PROJECTS, EXPERTS).tolist(), [reasons(p, e) for p in PROJECTS for e in EXPERTS])"
    )
    expected = f"{affinity(PROJECTS, EXPERTS).tolist()} {[reasons(p, e) for p in PROJECTS for e in EXPERTS]}"

    environment = {"PYTHONPATH": ":".join(sys.path), "PYTHONHASHSEED": "12345", "PYTHONUTF8": "1"}
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, env=environment)

    assert done.stdout.strip() == expected


def test_the_projects_own_text_is_the_highest_of_all() -> None:
    twin = ExpertText("twin", works=(ELDERLY, ELDERLY + "。一", ELDERLY + "。二"))

    found = affinity(PROJECTS, [*EXPERTS, twin])

    assert found[0].argmax() == 3


def test_one_curated_work_is_worth_less_than_a_record_of_three() -> None:
    curated = ExpertText("curated", works=(ELDERLY,))
    record = ExpertText("record", works=(ELDERLY, ELDERLY + "，并培训志愿者", ELDERLY + "，并建立档案"))

    found = affinity(PROJECTS, [*EXPERTS, curated, record])

    assert found[0, 3] < found[0, 4]


def test_a_work_listed_twice_counts_once() -> None:
    once = ExpertText("x", works=(ELDERLY,))
    twice = ExpertText("x", works=(ELDERLY, ELDERLY, ELDERLY + " "))

    assert np.array_equal(affinity(PROJECTS, [*EXPERTS, once]), affinity(PROJECTS, [*EXPERTS, twice]))


@pytest.mark.parametrize("stuffing", [ELDERLY, ELDERLY * 50, (ELDERLY + CHILDREN + DRUGS) * 200])
def test_stuffing_the_self_description_lifts_by_a_fifth_at_most(stuffing: str) -> None:
    pool = [*EXPERTS, *(ExpertText(f"e{n}", works=TOPICS["drugs"], about=f"社会工作者{n}") for n in range(12))]
    stuffed = [*pool[:-1], replace(pool[-1], about=stuffing)]

    before, after = affinity(PROJECTS, pool), affinity(PROJECTS, stuffed)

    lifted = after[0, -1] - before[0, -1]
    assert 0 <= lifted <= ABOUT * MILLION
    assert after[0, -1] < after[0, 0], "whoever has worked on it stays ahead"


def test_stuffing_moves_the_others_by_no_more_than_their_own_self_description_weighs() -> None:
    pool = [*EXPERTS, ExpertText("x", works=TOPICS["drugs"], about="社会工作者")]
    stuffed = [*EXPERTS, replace(pool[-1], about=ELDERLY * 50)]

    moved = np.abs(affinity(PROJECTS, pool)[:, :3] - affinity(PROJECTS, stuffed)[:, :3])

    # They wrote none, so what somebody else wrote is nothing to them.
    assert moved.max() == 0


def test_codes_of_the_controlled_list_count_and_declaring_everything_counts_less() -> None:
    project = [ProjectText("p", (ELDERLY,), area="elderly", fields=("84027",))]
    same = TOPICS["elderly"]
    everything = ("elderly", *(f"area{n}" for n in range(11)))
    experts = [
        ExpertText("exact", works=same, areas=("elderly",), fields=("84027",)),
        ExpertText("near", works=same, areas=("elderly",), fields=("8402710",)),
        ExpertText("other", works=same, areas=("children",), fields=("11011",)),
        ExpertText("all", works=same, areas=everything, fields=("84027",)),
    ]

    exact, close, other, spread = affinity(project, experts)[0].tolist()

    assert exact > close > other
    assert exact > spread > other


@pytest.mark.parametrize(
    ("one", "other", "closeness"),
    [("84027", "84027", 1), ("84027", "8402710", 2 / 3), ("840", "84027", 1 / 2), ("840", "110", 0), ("a.b", "a.c", 1 / 2)],
)
def test_codes_are_as_near_as_their_common_branch_is_deep(one: str, other: str, closeness: float) -> None:
    assert near(one, other) == near(other, one) == pytest.approx(closeness)


def _known(of: dict[str, tuple[float, ...]]) -> dict[str, dict[str, np.ndarray]]:
    return {"model": {digest(normalise(text)): np.array(v, np.float32) / np.linalg.norm(v) for text, v in of.items()}}


def test_who_is_near_to_everything_comes_after_who_is_near_to_the_one_thing() -> None:
    projects = {"甲乙": (1.0, 0, 0, 0, 0, 0), "丙丁": (0, 1.0, 0, 0, 0, 0), "戊己": (0, 0, 1.0, 0, 0, 0)}
    shown = {
        "壬癸": (1.0, 1.0, 1.0, 0, 0, 0),
        "子丑": (0.6, 0, 0, 0.9, 0, 0),
        "寅卯": (0, 0.6, 0, 0, 0.9, 0),
        "辰巳": (0, 0, 0.6, 0, 0, 0.9),
    }
    works = {f"{text}。{number}": vector for text, vector in shown.items() for number in "一二三"}
    asked = [ProjectText(text, (text,)) for text in projects]
    offered = [ExpertText(text, tuple(work for work in works if work.startswith(text))) for text in shown]

    found = affinity(asked, offered, meaning=_known(projects | works))

    assert found.argmax(axis=1).tolist() == [1, 2, 3]


def test_in_a_round_about_one_subject_its_experts_keep_their_lead() -> None:
    asked = [ProjectText(f"{n}", ("甲乙丙"[n],)) for n in range(3)]
    subject = {text: (1.0, 0.02 * n, 0.0) for n, text in enumerate("甲乙丙")}
    works = {chr(0x5B00 + n): v for n, v in enumerate([(2.0, 1.0, 0.0), (0.0, 2.0, 1.0), (0.3, 0.0, 2.0)])}

    found = affinity(asked, [ExpertText(text, (text,)) for text in works], meaning=_known(subject | works))

    assert found.argmax(axis=1).tolist() == [0, 0, 0]
    assert (found[:, 0] > found[:, 2]).all()


def test_vectors_move_the_numbers_and_a_missing_one_moves_only_its_expert() -> None:
    texts = sorted(hashes(written(PROJECTS, EXPERTS)))
    random = np.random.default_rng(7)
    whole = {one: random.normal(size=8).astype(np.float32) for one in texts}
    lost = digest(normalise(TOPICS["drugs"][0]))

    plain = affinity(PROJECTS, EXPERTS)
    full = affinity(PROJECTS, EXPERTS, meaning={"m": whole})
    part = affinity(PROJECTS, EXPERTS, meaning={"m": {one: vector for one, vector in whole.items() if one != lost}})

    assert not np.array_equal(full, plain)
    assert np.array_equal(part[:, 2] > 0, plain[:, 2] > 0)
    assert not np.array_equal(part[:, 2], full[:, 2])
    assert np.array_equal(affinity(PROJECTS, EXPERTS, meaning={"m": {}}), plain)


@pytest.mark.parametrize("text", ["", "\0", "\ud800", "。" * 100, "。！？", "社" * 100_000, (ELDERLY + "\n") * 3_000])
def test_any_text_can_be_compared(text: str) -> None:
    projects = [*PROJECTS, ProjectText("x", (text, text))]
    experts = [*EXPERTS, ExpertText("x", works=(text,), led=(text,), about=text, methods=(text,))]

    found = affinity(projects, experts)

    assert found.shape == (4, 4)
    assert found[:3, :3].argmax(axis=1).tolist() == [0, 1, 2]


def test_nothing_in_common_is_nothing() -> None:
    assert affinity([ProjectText("p", ("",))], EXPERTS).tolist() == [[0, 0, 0]]
    assert affinity(PROJECTS, [ExpertText("e")]).tolist() == [[0], [0], [0]]
    assert affinity([], EXPERTS).shape == (0, 3)
    assert affinity(PROJECTS, []).shape == (3, 0)


def test_experts_with_equal_texts_have_equal_numbers() -> None:
    found = affinity(PROJECTS, [ExpertText(str(n), works=TOPICS["elderly"]) for n in range(5)])

    assert np.array_equal(found, np.repeat(found[:, :1], 5, axis=1))


def test_reasons_name_whole_phrases_the_nearest_work_and_the_codes() -> None:
    project = replace(PROJECTS[0], area="elderly")
    expert = replace(EXPERTS[0], areas=("elderly", "children"))

    found = reasons(project, expert)

    assert "居家安全评估" in dict(found.terms)
    assert found.work is not None
    assert found.work[0] == "独居老人居家安全评估研究"
    assert found.fields == ("elderly",)
    assert 0 < sum(share for _, share in found.terms) <= 1


def test_there_are_no_reasons_where_nothing_is_shared() -> None:
    found = reasons(ProjectText("p", ("",)), EXPERTS[0])

    assert (found.terms, found.work, found.fields) == ((), None, ())


def test_retrieval_keeps_the_best_of_every_project_group_and_expert() -> None:
    random = np.random.default_rng(3)
    left, right = (rows / np.linalg.norm(rows, axis=1, keepdims=True) for rows in (random.random((9, 6)), random.random((40, 6))))
    groups = np.arange(40, dtype=np.int32) % 2
    allowed = random.random((9, 40)) < 0.8

    project, expert, score = retrieve(left, right, 4, groups=groups, per_expert=1, allowed=allowed)

    whole = np.where(allowed, np.rint((left @ right.T) * MILLION), -1)
    kept = np.zeros_like(allowed)
    kept[project, expert] = True
    for row in range(9):
        for group in range(2):
            members = np.flatnonzero(groups == group)
            best = np.sort(whole[row, members])[-4:]
            assert np.sort(whole[row, members][kept[row, members]])[-4:] == pytest.approx(best, abs=1)
    assert kept.any(axis=0).all()
    assert not (kept & ~allowed).any()
    assert score == pytest.approx(whole[project, expert], abs=1)


def test_retrieval_of_equals_keeps_the_first() -> None:
    project, expert, _ = retrieve(np.ones((2, 1)), np.ones((5, 1)), 2)

    assert project.tolist() == [0, 0, 1, 1]
    assert expert.tolist() == [0, 1, 0, 1]


def test_what_nearly_every_project_says_explains_nothing_while_there_is_better() -> None:
    projects = [ProjectText(f"p{n}", (f"本项目服务居民，重点是{subject}。",)) for n, subject in enumerate(SUBJECTS)]
    expert = ExpertText("e", (f"服务居民的项目，研究{SUBJECTS[3]}。",))
    model = fit(projects, [expert])

    named = [term for term, _ in reasons(projects[3], expert, model).terms]

    assert SUBJECTS[3] in named
    assert not {"项目", "服务", "居民"} & set(named)


def test_what_the_whole_pool_says_explains_nothing_in_a_round_of_three_either() -> None:
    projects = [ProjectText(f"p{n}", (f"本项目服务居民，重点是{subject}。",)) for n, subject in enumerate(SUBJECTS[:3])]
    experts = [ExpertText(f"e{n}", (f"服务居民的项目，研究{subject}。",)) for n, subject in enumerate(SUBJECTS)]
    model = fit(projects, experts)

    named = [term for term, _ in reasons(projects[2], experts[2], model).terms]

    assert SUBJECTS[2] in named
    assert not {"项目", "服务", "居民"} & set(named)


def test_words_of_any_project_are_named_only_where_nothing_else_is_shared() -> None:
    project = ProjectText("p", ("建立记录，陪伴失智老人。",))

    told, only = (
        [term for term, _ in reasons(project, ExpertText("e", (work,)), fit([project], [ExpertText("e", (work,))])).terms]
        for work in ("失智老人照护中的建立与记录", "建立台账、记录数据")
    )

    assert told == ["失智老人"]
    assert set(only) == {"建立", "记录"}


SUBJECTS = (
    "外卖骑手驿站", "失智老人照护", "青少年禁毒", "校园欺凌预防", "医院陪伴哀伤", "残障就业支持",
    "社区应急演练", "留守儿童阅读", "小微商户调解", "科普课堂实验", "戒毒家庭修复", "养老食堂运营",
)  # fmt: skip
