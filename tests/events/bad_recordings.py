"""Recordings that are damaged or made to do harm, written by hand."""

from __future__ import annotations

import struct

import numpy as np

from tests.events.made_recordings import evt3, made

SOME = [(5, 1, 2, 1), (6, 3, 4, 0), (9, 5, 6, 1)]
EVT3_HEADER = b"% evt 3.0\n% geometry 34x34\n% end\n"
#: Where an AEDAT 4 file has the length of its header, and where packets begin after that.
_LENGTH_AT, _HEADER_AT = 14, 18
_COMPRESSION, _TABLE = 0, 1
LZ4, ZSTD = 1, 3


def evt3_words(*words, header=EVT3_HEADER):
    """Return an EVT3 file of these words."""
    return header + struct.pack(f"<{len(words)}H", *words)


def aedat4(folder):
    """Return an AEDAT 4 file of `SOME`."""
    return bytearray(made("aedat4", SOME, folder).read_bytes())


def packets_at(data):
    """Return where the packets of an AEDAT 4 file begin."""
    return _HEADER_AT + struct.unpack_from("<I", data, _LENGTH_AT)[0]


def field_at(data, number):
    """Return where a field of an AEDAT 4 header is, by the layout of FlatBuffers."""
    root = _HEADER_AT + struct.unpack_from("<I", data, _HEADER_AT)[0]
    entries = root - struct.unpack_from("<i", data, root)[0]
    return root + struct.unpack_from("<H", data, entries + 4 + 2 * number)[0]


def aedat4_of(folder, compression, packet):
    """Return an AEDAT 4 file without a table, whose only packet is `packet`."""
    data = aedat4(folder)
    struct.pack_into("<q", data, field_at(data, _TABLE), -1)
    struct.pack_into("<B", data, field_at(data, _COMPRESSION), compression)
    return bytes(data[: packets_at(data)]) + struct.pack("<II", 0, len(packet)) + packet


def lz4_bomb(blocks=250):
    """Return a frame of 4 MB blocks, each one byte said again 4 million times: 255 to 1."""
    again, rest = divmod(2**22 - 1 - 5 - 4 - 15, 255)
    block = b"\x1f\x00\x01\x00" + b"\xff" * again + bytes([rest]) + b"\x50" + bytes(5)
    frame = b"\x04\x22\x4d\x18\x60\x70\x73" + (struct.pack("<I", len(block)) + block) * blocks
    return frame + bytes(4)


def zstd_bomb(blocks=8192):
    """Return a frame of blocks of 4 bytes that mean 128 kB each: 32,768 to 1."""
    header = b"\x28\xb5\x2f\xfd\x00\x58"  # no size told, a window of 2 MB
    block = struct.pack("<I", 2**17 << 3 | 1 << 1)[:3] + b"\0"
    last = struct.pack("<I", 1 << 3 | 1 << 1 | 1)[:3] + b"\0"
    return header + block * blocks + last


def h5(folder, fill):
    """Return an HDF5 file that `fill` puts something into."""
    import h5py

    path = folder / "made.h5"
    with h5py.File(path, "w") as file:
        fill(file)
    return path.read_bytes()


def columns(file, **changed):
    """Put the events `SOME` into an HDF5 file as columns."""
    arrays = dict(zip("txyp", map(np.array, zip(*SOME, strict=True)), strict=True)) | changed
    for name, array in arrays.items():
        file.create_dataset(name, data=array)


def one_large_piece(file):
    """Put a column into an HDF5 file that is one compressed piece of 8 bytes more than 64 MB."""
    columns(file)
    del file["t"]
    options = {"chunks": (2**23 + 1,), "maxshape": (None,), "compression": "gzip"}
    file.create_dataset("t", data=np.array([5, 6, 9]), **options)


def unknown_filter(file):
    """Put a column into an HDF5 file that names a filter nobody has."""
    import h5py

    columns(file)
    del file["t"]
    plan = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    plan.set_chunk((3,))
    plan.set_filter(32_999, h5py.h5z.FLAG_OPTIONAL)
    space = h5py.h5s.create_simple((3,))
    h5py.h5d.create(file.id, b"t", h5py.h5t.STD_I64LE, space, plan)
    file["t"][:] = np.array([5, 6, 9])


def linked(kind, *target):
    """Return what puts a link in the place of the events of an HDF5 file."""

    def fill(file):
        import h5py

        file["events"] = getattr(h5py, kind)(*target)

    return fill


def elsewhere(file):
    """Put a column into an HDF5 file whose data are in another file."""
    columns(file)
    del file["t"]
    file.create_dataset("t", (3,), "<i8", external=[("/etc/hostname", 0, 24)])


def virtual(file):
    """Put a column into an HDF5 file that is a view of another file."""
    import h5py

    columns(file)
    del file["t"]
    layout = h5py.VirtualLayout((3,), "<i8")
    layout[:] = h5py.VirtualSource("/etc/hostname", "t", (3,))
    file.create_virtual_dataset("t", layout)


def large_shape(file):
    """Put columns into an HDF5 file that declare 8 TB and store nothing."""
    for name in ("t", "x", "y", "p"):
        file.create_dataset(name, (10**12,), "<i8", chunks=(1024,))


def far_row(file):
    """Put events of a sensor of 720 lines into an HDF5 file, one of them in line 33,014."""
    columns(file, y=np.array([2, 33_014, 6]))
    file.attrs.update(width=1280, height=720)


def with_packet_length(folder, length):
    """Return an AEDAT 4 file whose first packet says that it has `length` bytes."""
    data = aedat4(folder)
    struct.pack_into("<I", data, packets_at(data) + 4, length)
    return bytes(data)


def with_header_offset(folder, offset):
    """Return an AEDAT 4 file whose header's root is at `offset`."""
    data = aedat4(folder)
    struct.pack_into("<I", data, _HEADER_AT, offset)
    return bytes(data)


def with_packet_root(folder, offset):
    """Return an AEDAT 4 file of one packet, not compressed, whose root is at `offset`."""
    packet = struct.pack("<II4s", 64, offset, b"EVTS") + bytes(64)
    return aedat4_of(folder, 0, packet)


def cut(data, count):
    """Return `data` without its last bytes."""
    return bytes(data)[:-count]


def text(*lines, end="\n"):
    """Return a CSV of lines."""
    return "".join(f"{line}{end}" for line in ("t,x,y,p", *lines)).encode()


def turned(maker=evt3):
    """Return a recording whose second event is before the first."""
    return maker([(500, 1, 1, 1), (490, 2, 2, 0)])


def idx():
    """Return 100 images of 28 × 28 px, dark as those of MNIST mostly are."""
    return b"\0\0\x08\x03" + struct.pack(">III", 100, 28, 28) + bytes(78_400)
