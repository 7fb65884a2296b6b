"""The command line contract `rootline.analysis/1`, and every kind of bad input."""

from __future__ import annotations

import json

RED_FLAG = "my left knee keeps giving way on the stairs and it feels numb when I wipe"


def _lines(done):
    return [json.loads(line) for line in done.stdout.splitlines()]


def _run_lines(bot, rows, *options):
    return bot("analyse", "--jsonl", *options, stdin="\n".join(rows) + "\n")


def test_one_message(bot):
    done = bot("analyse", RED_FLAG)
    analysis = json.loads(done.stdout)
    assert done.returncode == 0
    assert analysis["schema"] == "rootline.analysis/1"
    assert analysis["assessment"]["disposition"] == "emergency_now"
    assert {"K1", "C1"} <= {rule["id"] for rule in analysis["assessment"]["rules"]}
    for mention in analysis["mentions"]:
        assert RED_FLAG[mention["start"] : mention["end"]] == mention["text"]
    for rule in analysis["assessment"]["rules"]:
        assert rule["source"]
        assert rule["reason"]
        assert all(0 <= index < len(analysis["mentions"]) for index in rule["mentions"])


def test_pretty_is_the_same_with_line_breaks(bot):
    plain, pretty = bot("analyse", RED_FLAG), bot("analyse", "--pretty", RED_FLAG)
    assert json.loads(plain.stdout) == json.loads(pretty.stdout)
    assert len(pretty.stdout.splitlines()) > 20


def test_a_message_from_standard_input(bot):
    assert json.loads(bot("analyse", "-", stdin=RED_FLAG).stdout) == json.loads(bot("analyse", RED_FLAG).stdout)


def test_lines_keep_their_order_and_ids(bot):
    rows = [json.dumps({"id": number, "text": text}) for number, text in enumerate(["hello", RED_FLAG, "", "🙂"])]
    done = _run_lines(bot, rows)
    assert done.returncode == 0
    assert [line["id"] for line in _lines(done)] == [0, 1, 2, 3]


BROKEN = [
    ("{broken", "INP005"),
    ("[1, 2]", "INP005"),
    ('"text"', "INP005"),
    ("null", "INP005"),
    ("[" * 100_000, "INP005"),
    ('{"id": "a"}', "INP001"),
    ('{"id": "a", "text": null}', "INP001"),
    ('{"id": "a", "text": 7}', "INP001"),
    ('{"id": "a", "turns": "x"}', "INP002"),
    ('{"id": "a", "turns": [{"speaker": "nobody", "text": "x"}]}', "INP002"),
    ('{"id": "a", "turns": [{"speaker": "caller"}]}', "INP002"),
    ('{"id": "a", "turns": [7]}', "INP002"),
]


def test_a_broken_line_spoils_only_itself(bot):
    rows = []
    for row, _ in BROKEN:
        rows += [row, json.dumps({"id": "good", "text": "my back hurts"})]
    done = _run_lines(bot, rows)
    lines = _lines(done)
    assert done.returncode == 1
    assert len(lines) == len(rows)
    for (row, code), line in zip(BROKEN, lines[::2], strict=True):
        assert line["error"]["code"] == code, row[:60]
        assert line["error"]["message"]
    assert all(line["schema"] for line in lines[1::2])


def test_bytes_that_are_no_text_spoil_only_their_line(bot):
    good = json.dumps({"id": 1, "text": "my back hurts"}).encode()
    done = bot("analyse", "--jsonl", stdin=b'\xff\xfe{"id": 0}\n' + good + b"\n")
    lines = _lines(done)
    assert done.returncode == 1
    assert "error" in lines[0]
    assert lines[1]["id"] == 1


def test_half_characters_are_survived(bot):
    done = bot("analyse", "--jsonl", stdin='{"id": "a", "text": "\\ud83d my left leg is weak \\udc00"}\n')
    (line,) = _lines(done)
    assert line["mentions"][0]["concept"] == "leg_weakness"


def test_any_text_gets_an_analysis(bot):
    texts = ["", "   ", "🙂🙂", "\x07\x1b[31m", "x" * 100_000, "je ne sens plus rien", "\u202eabc"]
    done = _run_lines(bot, [json.dumps({"id": number, "text": text}) for number, text in enumerate(texts)])
    lines = _lines(done)
    assert [line["id"] for line in lines] == list(range(len(texts)))
    for line in lines:
        assert line["assessment"]["disposition"] in ("incomplete", "info_only")
        assert not line["assessment"]["rules"]
        assert line["reply"]


def test_without_a_text_it_says_what_to_give(bot):
    done = bot("analyse", "--jsonl", stdin="")
    assert done.returncode == 0
    assert done.stdout == ""


def test_rest_normal_completes_a_case(bot):
    row = json.dumps({"id": "n", "text": "stiff low back since gardening yesterday, nothing else, I am 30"})
    (open_case,) = _lines(_run_lines(bot, [row]))
    (closed,) = _lines(_run_lines(bot, [row], "--rest-normal"))
    assert not open_case["assessment"]["complete"]
    assert open_case["assessment"]["disposition"] in ("incomplete", "soon", "urgent_same_day")
    assert closed["assessment"]["complete"]
    assert closed["assessment"]["disposition"] == "self_care"


CALL = [
    {"speaker": "agent", "text": "Any numbness between your legs?"},
    {"speaker": "caller", "text": "no, nothing like that"},
    {"speaker": "agent", "text": "And can you feel when your bladder is full?"},
    {"speaker": "caller", "text": "not really since yesterday"},
]


def test_a_call_is_read_with_the_questions_in_view(bot):
    (line,) = _lines(_run_lines(bot, [json.dumps({"id": "call", "turns": CALL})]))
    states = line["assessment"]["checklist"]
    assert states["saddle_feeling"] == "no"
    assert states["bladder_full_feeling"] in ("yes", "unsure")
    assert states["leaks"] == "not_asked"


def test_the_handlers_words_make_no_finding(bot):
    turns = [{"speaker": "agent", "text": "Have you wet yourself, or is it numb between your legs?"}]
    (line,) = _lines(_run_lines(bot, [json.dumps({"id": "call", "turns": turns})]))
    assert line["mentions"] == []
    assert line["assessment"]["rules"] == []


def test_mentions_of_a_call_point_into_their_turn(bot):
    turns = [{"speaker": "agent", "text": "What is wrong?"}, {"speaker": "caller", "text": RED_FLAG}]
    (line,) = _lines(_run_lines(bot, [json.dumps({"id": "call", "turns": turns})]))
    assert line["mentions"]
    for mention in line["mentions"]:
        assert mention["turn"] == 1
        assert turns[1]["text"][mention["start"] : mention["end"]] == mention["text"]


def test_context_of_given_spans(bot):
    row = {"id": "c", "text": "She denies numbness but reports weakness.", "spans": [[11, 19], [32, 40]]}
    done = bot("context", "--jsonl", stdin=json.dumps(row) + "\n")
    (line,) = _lines(done)
    assert [span["presence"] for span in line["spans"]] == ["absent", "present"]
    assert set(line["spans"][0]) == {"presence", "experiencer", "temporality"}


def test_spans_that_cannot_be_read_say_why(bot):
    broken = [None, "x", [[0]], [[5, 2]], [[-1, 2]], [[0, 99]], [["a", "b"]], [[True, 2]]]
    rows = [json.dumps({"id": number, "text": "no numbness", "spans": spans}) for number, spans in enumerate(broken)]
    done = bot("context", "--jsonl", stdin="\n".join(rows) + "\n")
    assert done.returncode == 1
    assert [line["error"]["code"] for line in _lines(done)] == ["INP003"] * len(broken)


def test_the_python_api_gives_the_same(bot):
    from bot.analysis import analyse

    assert analyse(RED_FLAG) == json.loads(bot("analyse", RED_FLAG).stdout)
