"""Let Rasa start where TensorFlow is not installed.

In: nothing. Out: a finder at the end of `sys.meta_path`, and three environment defaults. Called by the `.pth` file
that set-up puts into `.venv` (so that plain `rasa train`, `rasa shell` and `rasa run actions` work) and by whatever
runs Rasa inside another program.

Rasa imports TensorFlow at the top of modules that our pipeline never uses. The finder answers those imports with
inert modules: every attribute is an empty class that may be a base, a type hint or a decorator, which is all that
Rasa asks for while it is imported. Anything that would *compute* with it stops with one sentence that says what to do.

It steps aside for every package that is really installed, and for everybody but Rasa. Stdlib only, and nothing
beyond `os` and `sys` at import: set-up copies this file into `.venv`, where it runs at every interpreter start.

Source: docs/adr/0002-runtime-without-tensorflow.md
"""

import os
import sys

ABSENT_ROOTS = frozenset(
    {
        "keras",
        "tensorflow",
        "tensorflow_addons",
        "tensorflow_estimator",
        "tensorflow_hub",
        "tensorflow_probability",
        "tensorflow_text",
    }
)

ENVIRONMENT_DEFAULTS = {
    "LOG_LEVEL": "WARNING",
    "RASA_TELEMETRY_ENABLED": "false",  # the stock command reports usage and crashes to outside services
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",  # Rasa is held at SQLAlchemy 1.4 and warns about 2.0 at every start
}


class TensorFlowMissing(ImportError):
    """A component that computes with TensorFlow was used without it."""


def _missing(name):
    return TensorFlowMissing(
        f"{name} was used, but TensorFlow is not installed here. Use a component that does without it "
        "(LogisticRegressionClassifier instead of DIETClassifier, RulePolicy instead of TEDPolicy), "
        "or bring TensorFlow back with: make setup EXTRAS=all-rasa"
    )


class _InertType(type):
    """Metaclass of the empty classes: they may be inherited from, hinted at and used as decorators, not called."""

    def __getattr__(cls, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return _inert_class(f"{cls.__module__}.{cls.__qualname__}", name)

    def __call__(cls, *args, **kwargs):
        if len(args) == 1 and not kwargs and callable(args[0]):
            return args[0]  # used as a decorator, such as @tf.function
        raise _missing(f"{cls.__module__}.{cls.__qualname__}")


def _inert_class(owner, name):
    return _InertType(name, (), {"__module__": owner, "__doc__": "Stands in for TensorFlow, which is not installed."})


class _InertLoader:
    """Fills an inert module: a package whose attributes are inert classes, made on demand."""

    def create_module(self, spec):
        return None  # the default module object

    def exec_module(self, module):
        def __getattr__(name):
            if name.startswith("__"):
                raise AttributeError(name)
            made = _inert_class(module.__name__, name)
            setattr(module, name, made)
            return made

        module.__getattr__ = __getattr__


class WithoutTensorFlow:
    """Meta-path finder for `ABSENT_ROOTS`. It stands last, so an installed package is always found first."""

    is_rootline_finder = True

    @classmethod
    def find_spec(cls, fullname, path=None, target=None):
        if fullname.partition(".")[0] not in ABSENT_ROOTS or "rasa" not in sys.modules:
            return None
        root = sys.modules.get(fullname.partition(".")[0])
        if root is not None and not isinstance(getattr(root, "__loader__", None), _InertLoader):
            return None  # really installed: a sub-module that it lacks stays an ImportError
        from importlib.machinery import ModuleSpec

        return ModuleSpec(fullname, _InertLoader(), is_package=True)  # type: ignore[arg-type]


def is_active():
    """Tell whether the finder stands in this interpreter (it may have come from the copy in `.venv`)."""
    return any(getattr(finder, "is_rootline_finder", False) for finder in sys.meta_path)


def install():
    """Set the environment defaults and add the finder; safe to call twice."""
    for name, value in ENVIRONMENT_DEFAULTS.items():
        os.environ.setdefault(name, value)
    if not is_active():
        sys.meta_path.append(WithoutTensorFlow)
