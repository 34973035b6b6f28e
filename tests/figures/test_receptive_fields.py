"""The mosaic of receptive fields: where each neuron lies, in which order, of which class."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from neurospike_cli.figures import _style as style
from neurospike_cli.figures._run_view import RunView
from neurospike_cli.figures.receptive_fields import ReceptiveFields, labels_of, mosaic, order
from tests.figures.reading import said

#: Mean spikes by class of the ten neurons of `view`: their classes are CLASSES, -1 is silent.
CLASSES = [2, 0, 3, 0, -1, 1, 2, 0, 3, -1]
RESPONSES = np.array([[3.0 if c == k else 1.0 * (c >= 0) for c in CLASSES] for k in range(4)])


@pytest.fixture
def labelled(view: RunView) -> RunView:
    return replace(view, weights={**view.weights, "readout.responses": RESPONSES})


@pytest.mark.parametrize(
    ("count", "columns", "rows"),
    [
        # As many rows of 4 pixels as columns of 3 make a square: sqrt(n 4/3) columns, rounded up.
        (12, 4, 3),
        (7, 4, 2),
        (1, 2, 1),
    ],
)
def test_fields_lie_row_by_row_with_a_pixel_between(count: int, columns: int, rows: int) -> None:
    fields = np.arange(count * 12, dtype=float).reshape(count, 4, 3)
    picture = mosaic(fields)
    assert picture.shape == (rows * 5 - 1, columns * 4 - 1)
    drawn = np.zeros(picture.shape, bool)
    for k in range(count):
        top, left = 5 * (k // columns), 4 * (k % columns)
        np.testing.assert_array_equal(picture[top : top + 4, left : left + 3], fields[k])
        drawn[top : top + 4, left : left + 3] = True
    assert np.isnan(picture[~drawn]).all()


def test_a_label_is_the_class_of_most_spikes(labelled: RunView, view: RunView) -> None:
    labels = labels_of(labelled)
    assert labels is not None
    assert labels.tolist() == CLASSES
    assert labels_of(view) is None
    # Answers of another layer than the first say nothing of its fields.
    deeper = {**view.weights, "readout.responses": RESPONSES[:, :5]}
    assert labels_of(replace(view, weights=deeper)) is None


def test_classes_follow_each_other_and_all_keep_their_share() -> None:
    labels, fields = np.array(CLASSES), np.ones((10, 2, 2))
    by_class = [4, 9, 1, 3, 7, 5, 0, 6, 2, 8]  # silent ones first, by number within a class
    assert order(fields, labels, 400).tolist() == by_class
    assert order(fields, labels, 4).tolist() == [by_class[i] for i in (0, 3, 6, 9)]


def test_without_labels_the_strongest_come_first() -> None:
    fields = np.array([1.0, -3.0, 2.0, np.nan])[:, None, None] * np.ones((4, 2, 2))
    assert order(fields, None, 3).tolist() == [1, 2, 0]


def test_the_picture_has_the_colours_of_the_weights(labelled: RunView) -> None:
    """Weights of both signs: blue to orange around 0, up to their 99.5th percentile."""
    figure = ReceptiveFields().draw(labelled)
    picture = np.asarray(figure.axes[0].images[0].get_array())
    weight = labelled.weights["hidden.0.weight"]
    # Ten fields of 8 rows and 16 columns: sqrt(10 · 8/16) = 2.2, so 3 columns and 4 rows.
    assert picture.shape == (4 * 9 - 1, 3 * 17 - 1, 4)
    limit = np.percentile(np.abs(weight), 99.5)
    for k, neuron in enumerate([4, 9, 1, 3, 7, 5, 0, 6, 2, 8]):
        top, left = 9 * (k // 3), 17 * (k % 3)
        field = weight[:, neuron].reshape(8, 16)
        expected = style.DIVERGING((field + limit) / (2 * limit), bytes=True)
        np.testing.assert_array_equal(picture[top : top + 8, left : left + 16], expected)
    assert (picture[8, :, 3] == 0).all()  # the line between rows is transparent


def test_counts_of_neurons_stand_beside_the_classes(labelled: RunView) -> None:
    figure = ReceptiveFields().draw(labelled)
    bars = figure.axes[1].patches
    assert [bar.get_width() for bar in bars] == [3, 1, 2, 2]
    assert "2 silent" in said(figure)


def test_fewer_tiles_are_drawn_where_fewer_are_asked_for(view: RunView) -> None:
    picture = ReceptiveFields(tiles=2).draw(view).axes[0].images[0].get_array()
    assert np.asarray(picture).shape == (2 * 9 - 1, 17 - 1, 4)  # sqrt(2 · 8/16) = 1 column
