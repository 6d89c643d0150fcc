"""The city as data holds together and claims nothing the published plan does not say."""

from __future__ import annotations

import re

import pytest

from departments import catalogue
from departments.catalogue import BrokenCatalogue
from departments.city import FundSource
from kernel.documents.papers import PaperKind

CITY = catalogue.load()
TEXT = (catalogue.HERE / "catalogue.toml").read_text(encoding="utf8")


def test_only_what_was_published_is_confirmed() -> None:
    assert [d.short for d in CITY.departments if d.confirmed] == ["市委社会工作部", "市科技局", "市民政局"]
    assert [a.name for a in CITY.areas if a.confirmed] == ["新就业群体", "微经济联服", "科技发展助力"]
    assert [a.name for a in CITY.areas if a.lead_confirmed] == []
    assert [f.name for f in CITY.funds if f.confirmed] == []
    assert [d.what for d in CITY.duties if d.confirmed] == []
    assert (CITY.footer.confirmed, CITY.documents.confirmed) == (False, False)


def test_departments_stand_in_the_order_of_establishment() -> None:
    assert [d.short for d in CITY.departments] == [
        "市委社会工作部",
        "市教育和体育局",
        "市科技局",
        "市民政局",
        "市司法局",
        "市人力资源和社会保障局",
        "市卫生健康委员会",
        "市总工会",
        "共青团绵阳市委",
        "市妇女联合会",
        "市残疾人联合会",
    ]
    assert CITY.order("scitech") == 2


def test_ten_areas_each_with_duties_for_its_lead_and_co_departments() -> None:
    assert len(CITY.areas) == 10
    for area in CITY.areas:
        assert {duty.department for duty in CITY.duties if duty.area == area.code} == {area.lead, *area.co}


def test_every_fund_is_marked_as_an_example_and_lottery_money_has_purposes() -> None:
    assert all("示例" in fund.name and "示例" in fund.quota_number for fund in CITY.funds)
    assert [(fund.code, fund.management_cap) for fund in CITY.funds if fund.lottery] == [("civil-lottery-2026", 0)]
    assert all(isinstance(fund, FundSource) and fund.total >= fund.project_cap for fund in CITY.funds)


def test_counties_and_townships_are_the_national_codes_without_the_statistical_unit() -> None:
    counties = {county.code for county in catalogue.counties()}

    assert len(counties) == 9
    assert len(catalogue.townships()) == 166
    assert {township.county for township in catalogue.townships()} == counties
    assert all(township.code.startswith(township.county) for township in catalogue.townships())
    assert not [township.name for township in catalogue.townships() if "劳动教育" in township.name]


def test_every_past_project_names_its_source() -> None:
    assert len(catalogue.past_projects()) == 106
    assert all(project.source for project in catalogue.past_projects())


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('lead = "scitech"', 'lead = "nobody"', "area science: no department nobody"),
        ('code = "youth"\n', 'code = "women"\n', "departments: women appears twice"),
        ('area = "elderly"', 'area = "moon"', "no area moon"),
        ('purposes = ["elderly", "disability", "orphans", "hardship"]', "purposes = []", "lottery money names its purposes"),
    ],
)
def test_a_code_that_points_nowhere_stops_the_start(old: str, new: str, complaint: str) -> None:
    assert old in TEXT

    with pytest.raises(BrokenCatalogue, match=re.escape(complaint)):
        catalogue.read(TEXT.replace(old, new))


def test_the_catalogue_names_every_kind_of_paper_and_nothing_else() -> None:
    assert set(catalogue.load().documents.prefixes) == {str(kind) for kind in PaperKind}
