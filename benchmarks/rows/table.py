"""The rows of `make bench`, by the name that `--only` takes."""

from __future__ import annotations

from collections.abc import Mapping

from benchmarks.digits import DENSITY, SIDE
from benchmarks.rows.against_peers import RECURRENT_PEERS, AgainstPeers
from benchmarks.rows.larger_sensor import LargerSensor
from benchmarks.rows.more_events import MoreEvents
from benchmarks.rows.plasticity import Plasticity
from benchmarks.rows.row import Row
from benchmarks.workload import Workload

NMNIST = Workload((2312, 200, 10), density=0.008)

ROWS: Mapping[str, Row] = {
    "small": AgainstPeers(
        "128-256-128-10, 5 % input activity",
        rounds=15,
        workload=Workload((128, 256, 128, 10), density=0.05),
        targets={"neurospike": 8.0, "neurospike_numpy": 4.0},
    ),
    "speech": AgainstPeers(
        "700-256-20, 2 %",
        rounds=15,
        workload=Workload((700, 256, 20), density=0.02),
        targets={"neurospike": 10.0},
    ),
    "nmnist": AgainstPeers(
        "2312-200-10 (N-MNIST), 0.8 %",
        rounds=15,
        workload=NMNIST,
        targets={"neurospike": 12.0, "neurospike_numpy": 6.0},
    ),
    "dvs128": AgainstPeers(
        "32768-256-11 (DVS128), 0.2 %",
        rounds=6,
        # The peers' dense batch of 839 MB takes them seconds.
        workload=Workload((32768, 256, 11), density=0.002, warm_up=1, untimed=1, timed=1),
        targets={"neurospike": 20.0},
        memory_target=5.0,
    ),
    "recurrent": AgainstPeers(
        "700-256-20 recurrent (p = 0.1), adaptive LIF, 2 %",
        rounds=11,
        workload=Workload((700, 256, 20), density=0.02, recurrence=0.1, adaptive=True),
        targets={"neurospike": 8.0},
        peers=RECURRENT_PEERS,
        beside=("yardstick",),
    ),
    "inference": AgainstPeers(
        "2312-200-10, inference alone, 0.8 %",
        rounds=15,
        workload=Workload((2312, 200, 10), density=0.008, trains=False),
        targets={"neurospike": 20.0},
    ),
    "sensor": LargerSensor(
        "2312-200-10's events on a sensor with 4 times the pixels",
        rounds=15,
        workload=NMNIST,
        factor=4,
        target=1.2,
    ),
    "events": MoreEvents(
        "32768-32-10 at 10 to 1000 events a step",
        rounds=9,
        workload=Workload((32768, 32, 10), density=0.0, warm_up=1, timed=3),
        events=(10, 30, 100, 300, 1000),
        target=0.1,
    ),
    "stdp_100": Plasticity(
        "784-100, a digit of 250 ms by STDP",
        rounds=15,
        workload=Workload((SIDE**2, 100), density=DENSITY, steps=250, batch=100),
        targets={"neurospike": 60.0},
    ),
    "stdp_400": Plasticity(
        "784-400, a digit of 250 ms by STDP",
        rounds=15,
        workload=Workload((SIDE**2, 400), density=DENSITY, steps=250, batch=100),
        targets={"neurospike": 50.0},
    ),
}
