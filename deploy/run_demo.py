"""What `make run` does: a demo centre on loopback, an enrolled demo laptop, the windows."""

import argparse
import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from demo_district import BIN, Demo, PortTaken, data_folder


def main() -> int:
    """Run the demo until the window closes; return the program's exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reset", action="store_true", help="begin again with a new district")
    options = parser.parse_args()
    if sys.platform == "linux" and not (
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    ):
        print("没有显示器：改为运行 make tour，截图在 build/tour/。")
        print("No display here: running `make tour` instead, screenshots go to build/tour/.")
        return subprocess.call(["make", "--no-print-directory", "tour"])
    demo = Demo(data_folder())
    if options.reset:
        demo.reset()
    try:
        print("准备示例数据…", flush=True)
        people = demo.people()
        demo.start_centre()
        worker, colleague, *_ = (p for p in people if p["role"] == "grid_worker")
        demo.enrol(worker)
        demo.bounce(worker, colleague["user"])
        print(f"示例中心：{demo.url}　示例账号：{worker['user']}　示例密码：{worker['password']}")
        return subprocess.call([BIN / "gridworker", "--home", str(demo.laptop)])
    except PortTaken as taken:
        print(f"端口 {taken} 已被占用：请先关掉另一个演示窗口，或用 make run RESET=1 重新开始。")
        return 2
    finally:
        demo.stop_centre()


if __name__ == "__main__":
    sys.exit(main())
