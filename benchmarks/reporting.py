"""The report of all customers: seconds, first data row, peak memory of the whole shop.

python benchmarks/reporting.py FILE [ROUNDS]
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import httpx2

DAYBOOK = Path(sys.executable).parent / "daybook"
APPS = ("products", "sales", "customers", "gateway")


def peak_mib(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def fetched(url: str, pid: int) -> tuple[float, float, float, int]:
    """Seconds, seconds to the first data row, peak MiB, and bytes."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")
    began, first, size = time.perf_counter(), None, 0
    with httpx2.stream("GET", url, timeout=600) as response:
        for chunk in response.iter_bytes():
            size += len(chunk)
            # a CSV's header line alone is no data
            if first is None and size > 200:
                first = time.perf_counter() - began
    return time.perf_counter() - began, first or 0.0, peak_mib(pid), size


def main(file: Path, rounds: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        ports = {f"DAYBOOK_{name.upper()}_PORT": "0" for name in APPS}
        environment = {**os.environ, **ports, "DAYBOOK_FOLDER": folder}
        subprocess.run(
            [DAYBOOK, "import", "online-retail", file],
            env=environment,
            check=True,
            capture_output=True,
        )
        shop = subprocess.Popen(
            [DAYBOOK, "start"],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # the log of requests
            text=True,
        )
        assert shop.stdout is not None
        told = [next(shop.stdout) for _ in range(7)]
        gateway = next(line.split()[1] for line in told if line.split()[0] == "gateway")
        base = gateway.removesuffix("/docs")
        print(f"idle: {peak_mib(shop.pid):.0f} MiB")
        for name in ("json", "ndjson", "csv", "excel"):
            url = f"{base}/report/customer-orders?format={name}"
            found = [fetched(url, shop.pid) for _ in range(rounds)]
            seconds, first, peak, size = (median(each) for each in zip(*found, strict=True))
            print(
                f"{name:<6} {seconds:5.1f} s, first data row {first:5.2f} s,"
                f" peak {peak:4.0f} MiB, {size / 1e6:.0f} MB"
            )
        shop.terminate()
        shop.wait()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 3)
