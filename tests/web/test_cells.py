"""Promises about cells of tables: what stands in them is escaped, and nothing is shown as a dash."""

from flask import Flask, render_template_string

IMPORTS = '{% from "components/table.html" import cell, head_cell %}'


def shown(app: Flask, template: str, **facts: object) -> str:
    with app.test_request_context("/"):
        return render_template_string(IMPORTS + template, **facts)


def test_what_stands_in_a_cell_and_its_label_are_escaped(app: Flask) -> None:
    nasty = '<script>"&'
    for template in (
        "{{ cell(label, value) }}",
        "{{ head_cell(label, value) }}",
        "{% call cell(label) %}{{ value }}{% endcall %}",
        "{% call head_cell(label) %}{{ value }}{% endcall %}",
    ):
        told = shown(app, template, label=nasty, value=nasty)
        assert "<script>" not in told, template
        assert told.count("&lt;script&gt;&#34;&amp;") == 2, template


def test_markup_stays_markup_and_nothing_is_a_dash_where_the_column_has_a_name(app: Flask) -> None:
    assert "<b>1</b>" in shown(app, "{{ cell('A', '<b>1</b>'|safe, number=true) }}")
    assert ">–<" in shown(app, "{{ cell('A', none) }}")
    assert ">–<" in shown(app, "{{ cell('A', '') }}")
    assert ">0<" in shown(app, "{{ cell('A', 0) }}")
    assert "–" not in shown(app, "{{ cell('', '') }}")
    assert 'class="number"' in shown(app, "{{ cell('A', 0, number=true) }}")
