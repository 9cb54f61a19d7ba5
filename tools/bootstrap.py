"""Make the environment in .venv from requirements.lock. Runs on any Python 3.8+ with the standard library alone.

uv comes from the PATH or, where it is missing, into .tools. Python 3.10 is looked for with uv, in pyenv's folder
and on the PATH; only then does uv fetch one. A second run with the same lock file returns at once.
"""

import glob
import hashlib
import os
import shutil
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
TOOLS = os.path.join(ROOT, ".tools")
LOCK = os.path.join(ROOT, "requirements.lock")
STAMP = os.path.join(VENV, ".lobby-stamp")
UV = "uv==0.13.9"
FREE_BYTES = 5 * 1024**3


def main():
    wanted = fingerprint()
    if os.path.isfile(STAMP) and open(STAMP).read() == wanted and os.path.isfile(python()):
        return
    free = shutil.disk_usage(ROOT).free
    if free < FREE_BYTES and not os.path.isfile(python()):
        stop(f"only {free // 2**20} MB are free here", "the environment needs 5 GB: free some room")
    print("Setting up, once: about 2 to 4 minutes.", flush=True)
    uv = step("1/3 looking for uv", find_uv)
    if not os.path.isfile(python()):
        base = step("2/3 looking for Python 3.10", lambda: find_python(uv))
        run([uv, "venv", "--quiet", "--python", base, VENV], "the environment could not be made")
    step("3/3 installing the locked packages (about 2 min)", lambda: install(uv))
    with open(STAMP, "w") as stamp:
        stamp.write(wanted)


def find_uv():
    own = os.path.join(TOOLS, "uv", "bin", "uv")
    for candidate in (shutil.which("uv"), own):
        if candidate and works([candidate, "--version"]):
            return candidate
    folder = os.path.join(TOOLS, "uv")
    if works([sys.executable, "-m", "venv", "--clear", folder]):
        run([os.path.join(folder, "bin", "python"), "-m", "pip", "install", "-q", UV], "uv could not be installed")
    else:  # Debian's Python without its venv package
        shutil.rmtree(folder, ignore_errors=True)
        run([sys.executable, "-m", "pip", "install", "-q", "--target", folder, UV], "uv could not be installed")
    return own


def find_python(uv):
    found = subprocess.run(
        [uv, "python", "find", "--no-python-downloads", "3.10"], capture_output=True, text=True, check=False
    )
    pyenv = os.environ.get("PYENV_ROOT", os.path.expanduser("~/.pyenv"))
    candidates = [
        found.stdout.strip() if found.returncode == 0 else "",
        *sorted(glob.glob(os.path.join(pyenv, "versions", "3.10*", "bin", "python")), reverse=True),
        shutil.which("python3.10") or "",
    ]
    for candidate in candidates:
        if candidate and works([candidate, "-c", "import sys, venv; sys.exit(sys.version_info[:2] != (3, 10))"]):
            return candidate
    run([uv, "python", "install", "3.10"], "there is no Python 3.10 here, and uv could not fetch one; install it")
    return "3.10"


def install(uv):
    run(
        [uv, "pip", "sync", "--quiet", "--compile-bytecode", "--require-hashes", "--python", python(), LOCK],
        "the packages could not be installed",
    )
    run(
        [uv, "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--python", python(), "-e", ROOT],
        "the project itself could not be installed",
    )


def fingerprint():
    digest = hashlib.sha256()
    for name in (LOCK, os.path.join(ROOT, "pyproject.toml")):
        with open(name, "rb") as file:
            digest.update(file.read())
    return digest.hexdigest()


def python():
    return os.path.join(VENV, "bin", "python")


def works(command):
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def run(command, trouble):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        stop(trouble, "\n".join((done.stderr or done.stdout).strip().splitlines()[-8:]))


def step(what, work):
    print(f"  {what} ...", flush=True)
    start = time.monotonic()
    result = work()
    print(f"      done in {time.monotonic() - start:.0f} s", flush=True)
    return result


def stop(cause, mend):
    print(f"{cause}\n  -> {mend}", file=sys.stderr)
    sys.exit(1)


if __name__ == "__main__":
    main()
