"""Rasa starts without TensorFlow, and nobody is told that TensorFlow is here when it is not."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.runtime import without_tensorflow

pytestmark = pytest.mark.rasa


def run_python(code: str, **env: str) -> subprocess.CompletedProcess:
    """Run code in a fresh interpreter of this environment."""
    inherited = {name: value for name, value in os.environ.items() if name not in without_tensorflow.ENVIRONMENT_DEFAULTS}
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False, env={**inherited, **env}
    )


def test_startup_copy_in_venv_equals_source():
    import rootline_without_tensorflow

    assert Path(rootline_without_tensorflow.__file__).read_bytes() == Path(without_tensorflow.__file__).read_bytes()


def test_rasa_command_starts_without_tensorflow():
    done = subprocess.run([Path(sys.executable).with_name("rasa"), "--version"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "3.6.21" in done.stdout


def test_import_outside_rasa_says_honestly_that_tensorflow_is_missing():
    done = run_python("import importlib.util; print(importlib.util.find_spec('tensorflow'))")
    assert done.stdout.strip() == "None"


def test_inert_module_serves_bases_hints_and_decorators():
    done = run_python(
        "import sys, types; sys.modules['rasa'] = types.ModuleType('rasa')\n"
        "import tensorflow as tf; from tensorflow.keras import backend; from keras import Model\n"
        "from typing import Optional; Optional[tf.Tensor]\n"
        "class Mine(Model): pass\n"
        "assert tf.function(len) is len and not isinstance(3, tf.Tensor)\n"
        "print(not hasattr(tf, '__version__'))"
    )
    assert done.stdout.strip() == "True", done.stderr


def test_use_stops_with_one_sentence_that_says_what_to_do():
    done = run_python(
        "import sys, types; sys.modules['rasa'] = types.ModuleType('rasa')\nimport tensorflow as tf\ntf.random.set_seed(1)"
    )
    assert done.returncode != 0
    last_line = done.stderr.strip().splitlines()[-1]
    assert "tensorflow.random.set_seed was used, but TensorFlow is not installed" in last_line
    assert "make setup EXTRAS=all-rasa" in last_line


def test_installed_package_is_found_first(tmp_path):
    (tmp_path / "tensorflow.py").write_text("real = True")
    done = run_python(
        "import sys, types; sys.modules['rasa'] = types.ModuleType('rasa')\n"
        "import tensorflow; print(tensorflow.real)\n"
        "try:\n    import tensorflow.lite\nexcept ImportError:\n    print('no sub-module made up')",
        PYTHONPATH=str(tmp_path),
    )
    assert done.stdout.split("\n")[:2] == ["True", "no sub-module made up"], done.stderr


def test_environment_defaults_are_set_and_can_be_overridden():
    show = "import os; print(os.environ['RASA_TELEMETRY_ENABLED'], os.environ['LOG_LEVEL'])"
    assert run_python(show).stdout.split() == ["false", "WARNING"]
    assert run_python(show, LOG_LEVEL="DEBUG").stdout.split() == ["false", "DEBUG"]


def test_install_twice_adds_one_finder():
    without_tensorflow.install()
    without_tensorflow.install()
    assert sum(getattr(finder, "is_rootline_finder", False) for finder in sys.meta_path) == 1
    assert without_tensorflow.is_active()


def test_interpreter_start_imports_nothing_heavy():
    done = run_python("import sys; print(sorted(set(sys.modules) & {'spacy', 'rasa', 'numpy', 'yaml', 'json', 'bot'}))")
    assert done.stdout.strip() == "[]"
