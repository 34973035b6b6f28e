"""What cameras see: patterns, images in saccades, videos; and what they make of it."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurospike_cli.errors import DataError, UsageError
from neurospike_cli.events import footage
from neurospike_cli.events.camera.camera import Camera
from neurospike_cli.events.camera.pictures import log_intensity, shifted
from neurospike_cli.events.camera.steps import steps
from neurospike_cli.events.footage import PictureSeries, VideoFile, coarser, footage_of
from neurospike_cli.events.sources.saccades import STEP, Saccades
from neurospike_cli.events.sources.synthetic import Synthetic
from neurospike_cli.events.sources.videos import Videos
from neurospike_cli.events.stream import EventStream
from neurospike_cli.events.truth import Truth
from tests.events.made_events import streams
from tests.events.made_images import made_images, write_images

BAR = {
    "sensor": {"width": 12, "height": 5},
    "classes": {"bar": {"pattern": "moving_bar", "velocity": 0.5}},
}


def seen_by(camera, **changes):
    return Synthetic.model_validate({**BAR, "camera": camera, **changes})


def test_a_bar_gives_floor_of_its_contrast_at_each_of_its_edges():
    ideal = Synthetic.model_validate(BAR).read(3, 1)
    for contrast, count in ((1.0, 5), (0.6, 3), (0.79, 3), (0.1, 0)):
        told = seen_by({"contrast": contrast}).read(3, 1)
        expected = [row for row in ideal.events.tolist() for _ in range(count)]
        assert sorted(told.events.tolist()) == sorted(expected)
        assert (told.truth == Truth.SIGNAL).all()
    assert (told.label, told.provenance, told.duration) == (0, "synthetic bar/3", 100.0)


@settings(deadline=None, max_examples=60)
@given(streams())
def test_the_light_of_a_pattern_is_what_its_last_event_left(stream):
    stream = EventStream(stream.width, stream.height, stream.events, duration=13.0)
    scene = steps(stream, 2.0)
    pixels = stream.width * stream.height
    seen = {pixel: [] for pixel in range(pixels)}
    for exposure in scene.exposures:
        assert len(set(exposure.pixels)) == len(exposure.pixels)
        assert (exposure.begins == exposure.ends).all()
        for row in zip(
            exposure.pixels, exposure.start, exposure.stop, exposure.begins, strict=True
        ):
            seen[row[0]].append(row[1:])
    for pixel in range(pixels):
        y, x = divmod(pixel, stream.width)
        own = stream.events[(stream.events["x"] == x) & (stream.events["y"] == y)]
        first = int(own["p"][0]) if len(own) else 1
        levels = [-2.0 * first, *(-2.0 * (1 - own["p"]))]
        edges = [0, *own["t"], 13_000]
        expected = list(zip(edges, edges[1:], levels, strict=False))
        assert seen[pixel] == expected
        assert scene.begins[pixel] == levels[0]


def test_pixels_are_those_of_the_sensor_and_noise_is_that_of_the_recording():
    camera = {"threshold_sigma": 0.05, "hot_pixels": 2, "hot_rate": 500.0, "contrast": 0.65}
    source = seen_by(camera)
    first, second = source.read(0, 1), source.read(1, 1)

    def hot(stream):
        return set(stream.events[stream.truth == Truth.HOT][["x", "y"]].tolist())

    def counts(stream):
        signal = stream.events[stream.truth == Truth.SIGNAL]
        return {
            (x, y): ((signal["x"] == x) & (signal["y"] == y) & (signal["p"] == 1)).sum()
            for x in range(12)
            for y in range(5)
            if (x, y) not in hot(stream)
        }

    assert hot(first) == hot(second)
    assert len(hot(first)) == 2
    # The number of events of one edge is the pixel's own: 0.65 / 0.2 is 3, more or less.
    assert len(set(counts(first).values())) > 1
    passed = [pixel for pixel in counts(first) if counts(first)[pixel] and counts(second)[pixel]]
    assert len(passed) > 20
    assert all(counts(first)[p] % counts(second)[p] == 0 for p in passed if counts(second)[p] < 4)
    assert first.events[first.truth == Truth.HOT]["t"].tolist() != (
        second.events[second.truth == Truth.HOT]["t"].tolist()
    )
    assert source.read(0, 1).events.tolist() == first.events.tolist()


def test_noise_beside_a_camera_is_told_where_it_belongs():
    source = seen_by({"hot_pixels": 61}, noise={"rate": 1.0, "hot_pixels": 2})
    assert source.checks() == [
        ("camera.hot_pixels", "must be at most the 60 pixels of the sensor; got 61"),
        ("noise.rate", "must be 0 beside a camera, which has `camera.shot_rate`"),
        ("noise.hot_pixels", "must be 0 beside a camera, which has `camera.hot_pixels`"),
    ]
    assert seen_by({}, noise={"jitter": 0.1}).checks() == []


def test_log_intensity_goes_from_black_to_white():
    level = log_intensity(np.array([0.0, 0.5, 1.0]), 2.0)
    black = math.exp(-2.0)
    assert level == pytest.approx([-2.0, math.log((1 + black) / 2), 0.0], abs=1e-15)


@settings(deadline=None, max_examples=60)
@given(
    st.integers(0, 2**32),
    st.tuples(*[st.integers(1, 7)] * 4),
    st.floats(-20.0, 20.0),
    st.floats(-20.0, 20.0),
)
def test_a_moved_picture_is_that_of_plain_bilinear_interpolation(seed, sizes, right, down):
    rows, columns, width, height = sizes
    picture = np.random.default_rng(seed).random((rows, columns))

    def pixel(row, column):
        return picture[row, column] if 0 <= row < rows and 0 <= column < columns else 0.0

    found = shifted(picture, (width, height), right, down)
    for y, x in itertools.product(range(height), range(width)):
        row, column = y - (height - rows) / 2 - down, x - (width - columns) / 2 - right
        r, c = math.floor(row), math.floor(column)
        expected = sum(
            (1 - abs(row - i)) * (1 - abs(column - j)) * pixel(i, j)
            for i in (r, r + 1)
            for j in (c, c + 1)
        )
        assert found[y, x] == pytest.approx(expected, abs=1e-12)


@pytest.fixture
def images(tmp_path):
    pictures, labels = made_images(12)
    write_images(tmp_path, pictures, labels)
    return tmp_path, pictures, labels


def test_the_way_goes_around_a_triangle_in_small_steps_and_rests(images):
    source = Saccades(root=str(images[0]), duration=400.0, amplitude=6.0, classes=3)
    moments = source._moments()
    at = {round(t): (right, down) for t, right, down in moments}
    corners = {0: (-3, -3), 100_000: (0, 3), 200_000: (3, -3), 300_000: (-3, -3), 400_000: (-3, -3)}
    for t, place in corners.items():
        assert at[t] == pytest.approx(place, abs=1e-12)
    ways = [math.dist(a[1:], b[1:]) for a, b in itertools.pairwise(moments)]
    assert max(ways) <= STEP
    assert sum(ways) == pytest.approx(2 * math.hypot(3, 6) + 6)
    for t, right, down in moments:
        if t <= 100_000:
            way = (1 - math.cos(math.pi * t / 100_000)) / 2
            assert (right, down) == pytest.approx((-3 + 3 * way, -3 + 6 * way), abs=1e-12)
    short = Saccades(root=str(images[0]), duration=150.0, classes=3)._moments()
    assert short[-2][0] < 150_000 <= short[-1][0]


def test_what_a_pixel_tells_adds_up_to_what_it_saw(images):
    root, pictures, labels = images
    camera = Camera(contrast=2.0, threshold_on=0.1, threshold_off=0.15)
    source = Saccades(root=str(root), classes=3, duration=250.0, amplitude=3.0, camera=camera)
    width, height = source.sensor_size
    rows, columns = pictures[0].shape
    assert (width, height) == (columns + 3, rows + 3)
    stream = source.read(5, 0)
    assert stream.label == labels[5]
    change = np.zeros((height, width))
    for _, x, y, p in stream.events.tolist():
        change[y, x] += 0.1 if p else -0.15
    start, end = (
        log_intensity(shifted(pictures[5] / 255, (width, height), *place), 2.0)
        # 250 ms: in the middle of the side from (1.5, -1.5) to (-1.5, -1.5).
        for place in ((-1.5, -1.5), (0.0, -1.5))
    )
    left = end - start - change
    # What is left is less than a threshold; the path is a polygon whose corners are on it.
    assert left.max() < 0.1 + 1e-9
    assert left.min() > -0.15 - 1e-9
    assert np.abs(end - start).max() > 0.5
    assert Saccades(root=str(root), classes=3, sensor={"width": 9, "height": 4}).sensor_size == (
        9,
        4,
    )


@settings(deadline=None, max_examples=60)
@given(st.tuples(*[st.integers(1, 9)] * 4))
def test_a_coarser_frame_has_the_mean_of_what_falls_into_a_pixel(sizes):
    rows, columns = max(sizes[0], sizes[2]), max(sizes[1], sizes[3])
    height, width = min(sizes[0], sizes[2]), min(sizes[1], sizes[3])
    frame = np.random.default_rng(0).random((rows, columns))
    inside = {place: [] for place in itertools.product(range(height), range(width))}
    for y, x in itertools.product(range(rows), range(columns)):
        inside[y * height // rows, x * width // columns].append(frame[y, x])
    expected = np.array([np.mean(values) for values in inside.values()]).reshape(height, width)
    assert coarser(frame, width, height) == pytest.approx(expected, abs=1e-12)


def write_frames(folder, greys, shape=(3, 4)):
    """Write uniform pictures 1.png, 2.png, … of some grey values."""
    v3 = pytest.importorskip("imageio.v3")
    folder.mkdir(parents=True)
    for number, grey in enumerate(greys, start=1):
        v3.imwrite(folder / f"{number}.png", np.full(shape, grey, np.uint8))


def test_numbered_pictures_are_straight_lines_of_log_intensity(tmp_path):
    greys = [0, 255, 255, 102, *[102] * 8, 255]  # 13 of them: 10.png comes after 9.png
    write_frames(tmp_path / "dark" / "one", greys)
    write_frames(tmp_path / "light" / "two", [255, 0])
    camera = Camera(contrast=1.0, threshold_on=0.3, threshold_off=0.25)
    source = Videos(root=str(tmp_path), frame_rate=100.0, camera=camera, duration=200.0)
    assert (source.class_names(), source.labels().tolist()) == (("dark", "light"), [0, 1])
    assert source.sensor_size == (4, 3)
    stream = source.read(0, 0)
    assert len(stream) % 12 == 0
    own = stream.events[(stream.events["x"] == 2) & (stream.events["y"] == 1)]
    grey = math.log(math.exp(-1) + (1 - math.exp(-1)) * 0.4)  # -0.477, from a reference of -0.1
    expected = [(10_000 * 0.3 * k, 1) for k in (1, 2, 3)]
    expected += [(20_000 + 10_000 * (0.1 + 0.25) / -grey, 0)]
    expected += [(110_000 + 10_000 * (-0.35 + 0.3 - grey) / -grey, 1)]
    assert own[["t", "p"]].tolist() == [(round(t), p) for t, p in expected]


def test_videos_of_a_file_have_its_rate_and_luma(tmp_path):
    v3 = pytest.importorskip("imageio.v3")
    frames = np.zeros((6, 16, 32, 3), np.uint8)
    for k in range(6):
        frames[k, :, 4 * k : 4 * k + 8] = (255, 0, 0)  # red: a luma of 0.299
    for name in ("left", "right"):
        (tmp_path / name).mkdir()
        path = tmp_path / name / "a.mkv"
        v3.imwrite(path, frames, fps=50, codec="ffv1", plugin="pyav", out_pixel_format="bgr0")
    source = Videos(root=str(tmp_path), sensor={"width": 8, "height": 4}, duration=90.0)
    video = VideoFile(tmp_path / "left" / "a.mkv")
    seen = list(video.frames())
    assert len(seen) == 6
    assert seen[0][0, :9] == pytest.approx([0.299] * 8 + [0.0], abs=0.01)
    stream = source.read(1, 0)
    assert stream.label == 1
    # Column 2 of 8 becomes red from frame 0 to 1, in 20 ms, and dark again from 2 to 3.
    own = stream.events[(stream.events["x"] == 2) & (stream.events["y"] == 0)]
    rise = math.log(math.exp(-1) + (1 - math.exp(-1)) * 0.299) + 1
    count = math.floor(rise / 0.2)
    # What is left of the rise brings the first OFF event forward; there are as many.
    assert own["p"].tolist() == [1] * count + [0] * count
    assert own["t"][:count] == pytest.approx(
        [20_000 * 0.2 * k / rise for k in range(1, count + 1)], abs=200
    )
    assert 40_000 < own["t"][count] < own["t"][-1] <= 60_000


def test_frames_after_the_duration_are_not_read(tmp_path, monkeypatch):
    write_frames(tmp_path / "a" / "one", [0, 50] * 20)
    write_frames(tmp_path / "b" / "two", [0, 50])
    read = []
    grey = footage._grey
    monkeypatch.setattr(footage, "_grey", lambda frame: read.append(1) or grey(frame))
    source = Videos(root=str(tmp_path), frame_rate=100.0, duration=45.0)
    assert source.sensor_size == (4, 3)
    read.clear()
    source.read(0, 0)
    assert len(read) == 6  # at 0, 10, … 50 ms
    assert source.read(0, 0).events["t"].max() < 45_000


def test_footage_is_in_order_of_numbers(tmp_path):
    names = ["v10.mp4", "v9.mp4", "s2/10.png", "s2/9.png", "s10/1.JPG", "x/deep/1.png"]
    found = footage_of([tmp_path / name for name in names])
    assert [of.path.relative_to(tmp_path).as_posix() for of in found] == [
        *("s2", "s10", "v9.mp4", "v10.mp4", "x/deep")
    ]
    assert isinstance(found[0], PictureSeries)
    assert [path.name for path in found[0].pictures] == ["9.png", "10.png"]


def test_what_is_wrong_with_a_video_is_said(tmp_path, monkeypatch):
    v3 = pytest.importorskip("imageio.v3")
    write_frames(tmp_path / "a" / "one", [0, 255])
    write_frames(tmp_path / "b" / "two", [0])
    with pytest.raises(DataError, match="does not tell how many frames"):
        Videos(root=str(tmp_path)).read(0, 0)
    timed = Videos(root=str(tmp_path), frame_rate=10.0)
    with pytest.raises(DataError, match="has one frame, in which nothing moves"):
        timed.read(1, 0)
    v3.imwrite(tmp_path / "a" / "one" / "2.png", np.zeros((5, 5), np.uint8))
    with pytest.raises(DataError, match="a frame of 5 x 5 px; the first one has 4 x 3 px"):
        timed.read(0, 0)
    (tmp_path / "a" / "one" / "2.png").write_bytes(b"no picture")
    with pytest.raises(DataError, match="cannot be read as a picture or video"):
        timed.read(0, 0)
    v3.imwrite(tmp_path / "a" / "one" / "2.png", np.zeros((3, 4), np.uint8))
    crowded = Videos(root=str(tmp_path), frame_rate=10.0, camera=Camera(hot_pixels=13))
    with pytest.raises(DataError, match="hot_pixels must be at most the 12 pixels"):
        crowded.read(0, 0)
    monkeypatch.setattr(footage, "find_spec", lambda name: None)
    with pytest.raises(UsageError, match="need imageio and av") as caught:
        timed.read(0, 0)
    assert caught.value.hint == "pip install 'neurospike-cli[video]'"
