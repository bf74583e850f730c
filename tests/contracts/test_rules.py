"""What holds for every registered rule."""

from dataclasses import fields, is_dataclass

import pytest

from harness.catalog import DATASETS, RULES, official_rule


@pytest.mark.parametrize("name", list(RULES))
def test_a_rule_is_data_with_a_name_a_version_and_a_source(name):
    rule = RULES.load(name)
    assert is_dataclass(rule)
    assert type(rule).__dataclass_params__.frozen
    assert {"name", "version", "source", "summary"} <= {field.name for field in fields(rule)}
    assert rule.name == name
    assert isinstance(rule.version, int)
    assert rule.version >= 1
    assert rule.source.strip()
    assert rule.label == f"{name}@{rule.version}"


@pytest.mark.parametrize("name", list(RULES))
def test_a_rule_says_in_two_lines_what_it_does(name):
    lines = RULES.load(name).summary.splitlines()
    assert len(lines) == 2
    assert all(0 < len(line) <= 110 for line in lines)
    assert "\n" not in RULES.load(name).source


@pytest.mark.parametrize("name", [name for name in RULES if name.startswith("compat.")])
def test_a_toolkits_rules_all_bear_its_name(name):
    rule = RULES.load(name)
    assert {part.label for part in rule.rules.values()} == {rule.label}


@pytest.mark.parametrize("dataset", list(DATASETS))
def test_every_dataset_has_its_papers_rule(dataset):
    assert official_rule(dataset) in set(RULES)
