"""The main job: every restorer on every data set of its task, one item each."""


def test_quality(cell, score_cell):
    score_cell(cell)
