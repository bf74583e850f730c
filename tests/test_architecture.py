"""The house rules that a machine can check: who imports whom, no circles, no torch, nothing too long."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from configparser import ConfigParser
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import harness
from harness.catalog import DATASETS, PROTOCOLS, RULES, TRACKERS

ROOT = Path(__file__).parents[1]

# What of ours each part of harness/ may import beside itself and `harness.__version__`.
MAY_IMPORT = {
    "core": set(),
    "datasets": {"core"},
    "protocols": {"core"},
    "store": {"core"},
    "metrics": {"core"},
    "settings": {"core"},
    "catalog": {"core", "settings"},
    "execution": {"core", "protocols", "store", "catalog"},
    "reporting": {"core", "metrics", "store", "catalog"},
    "interop": {"core", "store", "datasets", "metrics"},
    "cli": {"core", "catalog", "settings", "execution", "reporting", "store", "metrics", "datasets", "interop"},
    "__main__": {"cli"},
    "harness": {"core", "catalog", "execution"},  # the public names
}

# What of others' the lower floors may import; above them anything but FORBIDDEN.
OTHERS = {
    "core": {"numpy", "numba"},  # numba in kernels that are imported when first called
    "protocols": {"numpy", "cv2"},  # cv2 for the images that `perturbed` spoils
    "datasets": {"numpy", "cv2", "PIL", "simplejpeg"},  # PIL for the numbers in indexed PNGs, to cv2 colours
    "store": {"numpy", "PIL", "orjson", "pydantic"},  # PIL for indexed PNGs here too
    "metrics": {"numpy", "scipy", "pandas"},
    "settings": set(),
    "catalog": set(),
    "harness": set(),
    "__main__": set(),
}
FORBIDDEN = {"torch", "torchvision", "trackers"}
TOOLKITS = {"vot", "got10k"}  # interop's alone
WORLD = {"datetime", "io", "os", "pathlib", "random", "shutil", "tempfile", "time"}  # what the ground floor never sees

FILE_LINES, FUNCTION_LINES = 300, 50
EXCEPTIONS: dict[str, int] = {}  # "path" or "path:function" -> the lines it is allowed

VAGUE = {"common", "helper", "helpers", "misc", "tools", "util", "utils"}


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


FILES = {module_name(path): path for top in ("harness", "trackers") for path in sorted((ROOT / top).rglob("*.py"))}
OURS = [name for name in FILES if name.split(".")[0] == "harness"]
PLUG_INS = [name for name in FILES if name.split(".")[0] == "trackers"]


def tree(module: str) -> ast.Module:
    return ast.parse(FILES[module].read_text("utf-8"))


def imports(module: str) -> set[str]:
    """What a file imports, wherever in it: for ``from a import b``, a.b where that is a module of ours, else a."""
    found = set()
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: imports are absolute"
            whole = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= whole & FILES.keys() or {node.module}
    return found


def part(module: str) -> str:
    """The floor a module of ours stands on."""
    return module.split(".")[1] if "." in module else "harness"


# Arrows


@pytest.mark.parametrize("module", OURS)
def test_arrows_fall(module):
    imported = {part(name) for name in imports(module) if name.split(".")[0] == "harness"}
    assert imported - {part(module), "harness"} <= MAY_IMPORT[part(module)]


@pytest.mark.parametrize("module", OURS)
def test_nothing_heavier_than_the_floor_bears(module):
    outside = {name.split(".")[0] for name in imports(module)} - {"harness"}
    foreign = outside - sys.stdlib_module_names
    assert not foreign & FORBIDDEN
    assert not foreign & TOOLKITS or part(module) == "interop"
    assert foreign <= OTHERS.get(part(module), foreign)
    assert part(module) != "core" or not outside & WORLD


def test_no_circles():
    graph = {module: imports(module) & set(OURS) - {module} for module in OURS}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" <- ".join(error.args[1]))


def test_what_imports_by_name():
    """The public names, the catalog, and the command its subcommands: nobody else goes round the arrows."""
    by_name = {module for module in OURS if "import_module" in FILES[module].read_text("utf-8")}
    assert by_name == {"harness", "harness.catalog", "harness.cli.main"}


@pytest.mark.parametrize("module", PLUG_INS)
def test_trackers_use_public_names_and_no_other_family(module):
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.ImportFrom) and node.module.split(".")[0] == "harness":
            assert node.module == "harness"
            assert {alias.name for alias in node.names} <= set(harness.__all__)
    assert not any(name.startswith("harness.") for name in imports(module))
    families = {name.split(".")[1] for name in imports(module) if name.startswith("trackers.")}
    assert families <= {*module.split(".")[1:2], "blocks", "inference", "training"}


WITHOUT = """
import importlib, sys

class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"torch", "torchvision", "trackers", "vot", "got10k"}:
            raise AssertionError(f"{name} was imported")

sys.meta_path.insert(0, Refuse())
for name in sys.argv[1:]:
    module = importlib.import_module(name)
    unknown = [public for public in getattr(module, "__all__", []) if not hasattr(module, public)]
    submodules = [public for public in unknown if f"{name}.{public}" in sys.argv]
    assert unknown == submodules, (name, unknown)
"""


def test_every_module_imports_without_torch_and_trackers():
    command = [sys.executable, "-c", WITHOUT, *OURS]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


# Names


@pytest.mark.parametrize("catalog", [DATASETS, PROTOCOLS, RULES, TRACKERS], ids=lambda catalog: catalog.kind)
def test_every_name_in_a_catalog_resolves(catalog):
    names = list(catalog)
    assert names
    assert names == sorted(names)
    broken = {}
    for name in names:
        try:
            catalog.load(name)
        except (ImportError, AttributeError) as error:
            broken[name] = str(error)
    assert not broken


def test_our_trackers_are_registered_like_a_strangers():
    points = setup()["options.entry_points"]["harness.trackers"].strip().splitlines()
    assert {point.split("=")[0].strip() for point in points} <= set(TRACKERS)


def test_no_name_says_nothing():
    assert not [name for name in FILES if VAGUE & set(name.split("."))]


def setup() -> ConfigParser:
    parser = ConfigParser()
    parser.read(ROOT / "setup.cfg", encoding="utf-8")
    return parser


def test_setup_lists_every_package():
    listed = setup()["options"]["packages"].split()
    folders = {".".join(path.relative_to(ROOT).parent.parts) for path in FILES.values()}
    assert listed == sorted(folders)
    assert folders <= FILES.keys()  # each with an __init__.py


@pytest.mark.parametrize("package", [name for name in FILES if FILES[name].name == "__init__.py" and name != "harness"])
def test_a_face_is_a_docstring_and_all(package):
    docstring, *rest = tree(package).body
    assert isinstance(docstring, ast.Expr)
    assert [ast.unparse(node.targets[0]) for node in rest if isinstance(node, ast.Assign)] in ([], ["__all__"])
    assert all(isinstance(node, ast.Assign) for node in rest), f"{package}: only a docstring and __all__"


# Alarms


@pytest.mark.parametrize("module", FILES)
def test_every_file_says_what_it_is(module):
    assert ast.get_docstring(tree(module))


def lengths() -> Iterator[tuple[str, int, int]]:
    """What could be too long, its lines, and how many are all right."""
    for module, path in FILES.items():
        where = str(path.relative_to(ROOT))
        yield where, len(path.read_text("utf-8").splitlines()), FILE_LINES
        for node in ast.walk(tree(module)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{where}:{node.name}", function_lines(node), FUNCTION_LINES


def function_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    docstring = node.body[0] if ast.get_docstring(node) is not None else None
    return node.end_lineno - node.lineno + 1 - (docstring.end_lineno - docstring.lineno + 1 if docstring else 0)


def test_nothing_needs_a_map():
    long = {where: lines for where, lines, limit in lengths() if lines > EXCEPTIONS.get(where, limit)}
    assert not long
    assert EXCEPTIONS.keys() <= {where for where, _, _ in lengths()}
