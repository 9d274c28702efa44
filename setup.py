"""Packages and their folders: `daemon/` is imported as v2a_daemon, `integrations/` likewise.

`import daemon` would meet a well-known package of that name; the folders are named for people.
"""

from setuptools import find_packages, setup

FOLDERS = {
    "v2a_daemon": "daemon",
    "v2a_installers": "installers",
    "v2a_integrations": "integrations",
}

packages = find_packages(include=["v2a", "v2a.*"])
for name, folder in FOLDERS.items():
    packages += [name, *(f"{name}.{part}" for part in find_packages(folder))]

setup(packages=packages, package_dir=FOLDERS)
