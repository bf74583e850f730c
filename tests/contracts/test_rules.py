"""What holds for every registered rule."""

from dataclasses import fields, is_dataclass

import pytest

from harness.catalog import DATASETS, RULES, official_rule


@pytest.mark.parametrize("name", list(RULES))
def test_a_rule_is_data_with_a_name_a_version_and_a_source(name):
    rule = RULES.load(name)
    assert is_dataclass(rule)
    assert type(rule).__dataclass_params__.frozen
    assert {"name", "version", "source"} <= {field.name for field in fields(rule)}
    assert rule.name == name
    assert isinstance(rule.version, int)
    assert rule.version >= 1
    assert rule.source.strip()
    assert rule.label == f"{name}@{rule.version}"


@pytest.mark.parametrize("dataset", list(DATASETS))
def test_every_dataset_has_its_papers_rule(dataset):
    assert official_rule(dataset) in set(RULES)
