"""VOT's rules: which are the same, and in what they differ."""

from dataclasses import fields

import pytest

from harness.metrics.vot import rules

RULES = [value for name, value in vars(rules).items() if name.startswith("VOT2")]


def differences(a, b):
    names = {"name", "version", "source", "summary"}
    return {f.name for f in fields(a) if getattr(a, f.name) != getattr(b, f.name)} - names


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_says_what_it_is(rule):
    assert rule.label == f"{rule.name}@{rule.version}"
    assert rule.on("vot2019") is rule
    assert [len(line) <= 110 for line in rule.summary.splitlines()] == [True, True]


def test_official_rules_are_pysots():
    assert differences(rules.VOT2019, rules.VOT2019_PYSOT) == set()
    assert differences(rules.VOT2018, rules.VOT2019_PYSOT) == {"interval"}
    assert differences(rules.VOT2016, rules.VOT2019_PYSOT) == {"interval"}


def test_in_what_the_toolkits_differ():
    assert differences(rules.VOT2019_TOOLKIT_LEGACY, rules.VOT2019_PYSOT) == {"rasteriser", "cut"}
    assert differences(rules.VOT2019_TOOLKIT_LEGACY_RASTER, rules.VOT2019_TOOLKIT_LEGACY) == {"rasteriser"}
    assert differences(rules.VOT2019_VOT_TOOLKIT, rules.VOT2019_PYSOT) == {
        "rasteriser",
        "margin",
        "accuracy",
        "robustness",
        "cut",
        "reach",
        "counts_start",
    }


def test_every_rule_is_named_once_and_public():
    assert len({rule.name for rule in RULES}) == len(RULES) == 8
    assert {name for name in vars(rules) if name.startswith("VOT2")} <= set(rules.__all__)
