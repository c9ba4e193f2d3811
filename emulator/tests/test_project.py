"""What a serverless.yml says, in every form, and what is said of one that can't be."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from coslocal import Timer, Topic, Uploads, Url
from coslocal.project import Project, read_project
from coslocal.project_yaml import ProjectUnreadable
from coslocal.settings import FunctionSettings

Read = Callable[..., Project]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    (tmp_path / "index.py").touch()

    def read(text: str, **options: Any) -> Project:
        (tmp_path / "serverless.yml").write_text(text, encoding="utf-8")
        options.setdefault("environment", {})
        return read_project(tmp_path / "serverless.yml", **options)

    return read


def only(project: Project) -> FunctionSettings:
    (function,) = project.functions
    return function


def events(text: str) -> str:
    return f"functions:\n  resize:\n    events:\n{text}"


ALL = """
service: thumbnails
provider:
  name: tencent
  region: ap-shanghai
  environment: {WIDTH: 320, DRY_RUN: false}
functions:
  resize:
    handler: index.main_handler
    environment: {variables: {WIDTH: 64, EMPTY: }}
    events:
      - cos: {bucket: photos-1250000000, event: 'cos:ObjectCreated:Put', prefix: up/, suffix: .jpg}
      - timer: {name: nightly, cron: 0 0 3 * * * *, message: tidy}
      - url: {auth: NONE}
      - cmq: {topic: done}
"""


def test_functions_and_events_are_read(read: Read) -> None:
    project = read(ALL)
    assert (project.name, project.region) == ("thumbnails", "ap-shanghai")
    assert (project.buckets, project.left_out) == (["photos-1250000000"], [])
    function = only(project)
    assert function.triggers == [
        Uploads("up/", ".jpg", "photos-1250000000", "cos:ObjectCreated:Put"),
        Timer("nightly", cron="0 0 3 * * * *", message="tidy"),
        Url(),
        Topic("done"),
    ]
    assert function.environment == {"WIDTH": "64", "DRY_RUN": "false", "EMPTY": ""}


def test_events_are_read_in_the_form_of_the_plugin_of_tencent(read: Read) -> None:
    project = read(
        events("""
      - cos:
          name: photos-1250000000.cos.ap-guangzhou.myqcloud.com
          parameters:
            bucket: photos-1250000000.cos.ap-guangzhou.myqcloud.com
            filter: {prefix: up/, suffix: .jpg}
            events: cos:ObjectCreated:*
            enable: true
      - timer:
          name: nightly
          parameters: {cronExpression: 0 0 3 * * * *, enable: true, argument: tidy}
      - cmq: {name: told, parameters: {name: done}}
""")
    )
    assert only(project).triggers == [
        Uploads("up/", ".jpg", "photos-1250000000"),
        Timer("nightly", cron="0 0 3 * * * *", message="tidy"),
        Topic("done"),
    ]


def test_what_is_not_emulated_or_not_enabled_is_told(read: Read) -> None:
    project = read(
        events("""
      - apigw: {name: api}
      - httpApi: '*'
      - cos: {bucket: photos-1250000000, event: 'cos:ObjectRestore:*'}
      - timer: {name: never, cron: 0 0 3 * * * *, enable: false}
      - url
""")
    )
    assert only(project).triggers == [Url()]
    place = "functions.resize.events"
    known = "is not emulated; cos, timer, url, cmq are"
    of_cos = "cos:ObjectCreated and cos:ObjectRemove are"
    assert project.left_out == [
        f"{place}[0]: apigw {known}",
        f"{place}[1]: httpApi {known}",
        f"{place}[2].cos: cos:ObjectRestore:* is not emulated; {of_cos}",
        f"{place}[3].timer: it is not enabled",
    ]


def test_variables_stand_for_what_their_first_source_has(read: Read) -> None:
    text = """
service: photos
custom: {prefix: "in/${self:service}/", limits: {seconds: 7}}
provider:
  stage: ${opt:stage, 'dev'}
  environment:
    STAGE: ${self:provider.stage}
    COLOUR: ${env:COLOUR, 'red'}
    SHAPE: ${env:SHAPE, env:FORM, "round"}
    WHERE: ${self:custom.prefix}${sls:stage}
    PLAIN: a $b {c}
functions:
  one: {timeout: "${self:custom.limits.seconds}"}
"""
    given = only(read(text, environment={"FORM": "square"}, stage="prod")).environment
    assert given == {
        "STAGE": "prod",
        "COLOUR": "red",
        "SHAPE": "square",
        "WHERE": "in/photos/prod",
        "PLAIN": "a $b {c}",
    }


def test_a_file_of_variables_is_read_if_the_project_says_so(read: Read, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("# mine\nexport A='one # two'\nB=three # four\nC=five\n")
    text = "functions:\n  one: {environment: {A: '${env:A}', B: '${env:B}', C: '${env:C}'}}\n"
    found = only(read(f"useDotenv: true\n{text}", environment={"C": "six"})).environment
    assert found == {"A": "one # two", "B": "three", "C": "six"}
    with pytest.raises(ProjectUnreadable, match="set env:A"):
        read(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "serverless.yml: it has no names with values"),
        ("[]", "serverless.yml: it has no names with values"),
        ("service: x", "serverless.yml: it declares no functions"),
        ("functions: {a: {}, a: {}}", "line 1: a is there twice; keep one"),
        (
            "a: {}\nfunctions: {b: [\n",
            "line 3, column 1: a bracket or a quote is not closed; close",
        ),
        ("functions: {b: [}", "line 1, column 17: a bracket or a quote is not closed"),
        ("a: 'b\nc: d\n", "a bracket or a quote is not closed; close it (it begins in line 1)"),
        ("functions:\n\ta: {}\n", "line 2, column 1: there is a tab; indent with blanks"),
        ("a: b: c", "line 1, column 5: there is one colon too many"),
        ("a: *b", "line 1, column 4: *b is the name of nothing"),
        ("a:\n  b: c\n d: e\n", "line 3, column 2: it is indented otherwise"),
        ("a:\nb\nc: d\n", "line 3, column 1: there is a name without a colon"),
        ("a: @b\n", "line 1, column 4: there is a character with a meaning of its own"),
        ("? [a]\n: b\n", "line 1, column 3: a list or a mapping is used as a name"),
        ("a: '\x01'", "serverless.yml: character 5 is none that YAML has"),
        ("a: 2001-13-45", "serverless.yml: it has a value that can't be, such as a date"),
        ("a: &b 1\nc: %d\n", "there is a character with a meaning of its own"),
        ("functions: !!python/object/apply:os.system [ls]", "os.system is not read here; leave"),
        ("functions: {a: 5}", "functions.a must have names with values below it, not one value"),
        ("functions: {a: {events: x}}", "functions.a.events must be a list"),
        ("provider: {region: [x]}\nfunctions: {a: {}}", "provider.region must be a region's name"),
        ("functions: {1a: {}}", "functions.1a: a function is named in letters"),
        (
            "functions: {a: {handler: nothing}}",
            "functions.a.handler must be written <module>.<function>",
        ),
        (
            "functions: {a: {handler: ../x.y}}",
            "functions.a.handler must be written <module>.<function>",
        ),
        ("functions: {a: {handler: x.y}}", "functions.a.handler is x.y: there is no x.py in ."),
        ("functions: {a: {runtime: Php7}}", "functions.a: runtimes are Python… and Nodejs…"),
        (
            "functions: {a: {timeout: soon}}",
            "functions.a.timeout must be a whole number of seconds",
        ),
        ("functions: {a: {events: {}, environment: 5}}", "functions.a.environment must have names"),
        (
            "functions: {a: {environment: {A: [1]}}}",
            "functions.a.environment.A must be text or a number",
        ),
        ("functions: {a: {environment: {'A=': 1}}}", "'A=' is no name of a variable"),
        ("functions: {a: {environment: {A: '${ssm:x}'}}}", "${ssm:x} is not known here"),
        ("functions: {a: {environment: {A: '${env:B}'}}}", "${env:B} has no value: set env:B"),
        ("functions: {a: {environment: {A: '${self:functions}'}}}", "stand"),
        (events("      - cos: {bucket: photos}"), "cos: a bucket is named <name>-<appid>"),
        (events("      - timer: {cron: 0 0 3 * * * *}"), "events[0].timer.name is missing"),
        (events("      - timer: {name: n, cron: 5 minutes}"), "timer: a cron expression has seven"),
        (events("      - cmq: {}"), "events[0].cmq.topic is missing"),
        (events("      - {cos: {}, url: {}}"), "events[0] must have one kind, not cos, url"),
    ],
)
def test_what_can_not_be_is_said_with_its_place(read: Read, text: str, said: str) -> None:
    with pytest.raises(ProjectUnreadable, match=re.escape(said)):
        read(text)


@pytest.mark.parametrize(
    "text",
    [
        "a: &a [x,x,x,x,x,x,x,x,x]\n"
        + "".join(
            f"{b}: &{b} [{','.join([f'*{a}'] * 9)}]\n"
            for a, b in zip("abcdefg", "bcdefgh", strict=True)
        ),
        "functions: &f {a: *f}",
        "functions: " + "[" * 100_000,
        "functions: " + "{a: " * 200 + "}" * 200,
        "functions: {a: {handler: " + "x" * 600_000 + "}}",
        "a0: x\n"
        + "".join(f"a{n + 1}: '{f'${{self:a{n}}}' * 10}'\n" for n in range(20))
        + "functions: {f: {environment: {A: '${self:a20}'}}}",
        "a: '${self:b}'\nb: '${self:a}'\nfunctions: {f: {environment: {A: '${self:a}'}}}",
    ],
    ids=["laughs", "inside itself", "deep", "deep mapping", "large", "growing", "circle"],
)
@pytest.mark.timeout(20)
def test_a_file_that_would_fill_the_memory_is_refused(read: Read, text: str) -> None:
    with pytest.raises(ProjectUnreadable):
        read(text)


def test_a_function_without_a_handler_is_where_it_usually_is(read: Read, tmp_path: Path) -> None:
    own = tmp_path / "functions/own/index.py"
    own.parent.mkdir(parents=True)
    own.touch()
    (tmp_path / "index.py").unlink()
    read("functions: {own: {}}")
    with pytest.raises(ProjectUnreadable, match=r"handler is index\.main_handler: there is no"):
        read("functions: {other: {}}")
