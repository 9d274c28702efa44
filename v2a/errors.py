"""Every error a user can meet: one table of reason, gRPC code, exit code, message and remedy."""

from __future__ import annotations

from typing import NamedTuple

DONE, FAILED, USAGE, DAEMON, BAD_MEDIA, INTERRUPTED = 0, 1, 2, 3, 4, 130
"""Exit codes of every command."""


class Entry(NamedTuple):
    """One row of the table; message and remedy are `str.format` templates over its facts."""

    grpc: str
    exit: int
    message: str
    remedy: str


TABLE: dict[str, Entry] = {
    "NOT_FOUND": Entry("NOT_FOUND", USAGE, "{path}: no such file or folder", "check the path"),
    "NO_PERMISSION": Entry(
        "PERMISSION_DENIED", FAILED, "{path}: permission denied", "make it readable for you"
    ),
    "IS_URL": Entry(
        "INVALID_ARGUMENT", USAGE, "{path}: is a URL, v2a reads files only", "download it first"
    ),
    "EMPTY_FILE": Entry(
        "INVALID_ARGUMENT", BAD_MEDIA, "{path}: the file is empty", "copy it again"
    ),
    "NOT_MEDIA": Entry(
        "INVALID_ARGUMENT",
        BAD_MEDIA,
        "{path}: is not a video in a known container",
        "give an mp4, mov, mkv, webm, avi, mxf, ts, mpg, ogv or gif file",
    ),
    "NO_VIDEO": Entry(
        "INVALID_ARGUMENT", BAD_MEDIA, "{path}: has no picture", "give a file with a video stream"
    ),
    "NO_FRAMES": Entry(
        "INVALID_ARGUMENT",
        BAD_MEDIA,
        "{path}: no frame can be decoded",
        "the file is damaged; export or copy it again",
    ),
    "NO_FOOTAGE": Entry(
        "INVALID_ARGUMENT", BAD_MEDIA, "{path}: holds no video file", "give a folder with footage"
    ),
    "TOO_LARGE": Entry(
        "INVALID_ARGUMENT", BAD_MEDIA, "{path}: {detail}", "scale the video down first"
    ),
    "BAD_OPTION": Entry("INVALID_ARGUMENT", USAGE, "{detail}", "{hint}"),
    "OUTPUT_NOT_OURS": Entry(
        "ALREADY_EXISTS",
        FAILED,
        "{path}: exists and was not made by v2a",
        "choose another folder with -o, or give --force",
    ),
    "OUTPUT_READ_ONLY": Entry(
        "PERMISSION_DENIED", FAILED, "{path}: cannot be written to", "choose a folder with -o"
    ),
    "DISK_FULL": Entry(
        "RESOURCE_EXHAUSTED",
        FAILED,
        "{path}: {need_mb} MB are needed and {free_mb} MB are free",
        "free some space or choose another disk with -o",
    ),
    "PACK_NOT_FOUND": Entry(
        "NOT_FOUND",
        FAILED,
        "pack {pack}: is not installed",
        "see 'v2a packs list'; get it with 'v2a packs pull {pack}' or give a folder",
    ),
    "PACK_PART_MISSING": Entry(
        "FAILED_PRECONDITION",
        FAILED,
        "pack {pack}: part {part} is missing",
        "run 'v2a packs verify {pack}' and pull or copy the pack again",
    ),
    "PACK_PART_ALTERED": Entry(
        "DATA_LOSS",
        FAILED,
        "pack {pack}: part {part} is not what its pack.json records",
        "pull or copy the pack again",
    ),
    "WHEEL_MISSING": Entry(
        "FAILED_PRECONDITION",
        FAILED,
        "the package {package} {version}, which gives {gives}, is not installed",
        "run 'pip install {package}=={version}'",
    ),
    "WHEEL_ALTERED": Entry(
        "DATA_LOSS",
        FAILED,
        "the package {package} {version}, which gives {gives}, {detail}",
        "run 'pip install --force-reinstall {package}=={version}'",
    ),
    "PACK_INVALID": Entry(
        "FAILED_PRECONDITION", FAILED, "pack {pack}: {detail}", "pull or make the pack again"
    ),
    "PACK_LICENCE": Entry(
        "FAILED_PRECONDITION",
        FAILED,
        "pack {pack}: its licence has not been accepted ({licence})",
        "read it and run 'v2a packs pull {pack} --accept-licence'",
    ),
    "HUB_UNREACHABLE": Entry(
        "UNAVAILABLE",
        FAILED,
        "pack {pack}: the model hub cannot be reached",
        "try again later (it resumes), or fill {folder} by hand; see docs/packs.md",
    ),
    "NO_MAPPER": Entry(
        "FAILED_PRECONDITION",
        USAGE,
        "pack {pack}: has no mapper named {mapper}",
        "it has: {known}",
    ),
    "NO_DEVICE": Entry(
        "FAILED_PRECONDITION",
        FAILED,
        "device {device}: is not there",
        "use --device auto or --device cpu",
    ),
    "OUT_OF_MEMORY": Entry(
        "RESOURCE_EXHAUSTED",
        FAILED,
        "not enough memory on {device} for even one scene",
        "close other programs, or use --device cpu",
    ),
    "DAEMON_NOT_RUNNING": Entry(
        "UNAVAILABLE", DAEMON, "no daemon answers at {address}", "start one with 'v2a serve'"
    ),
    "DAEMON_RUNNING": Entry(
        "ALREADY_EXISTS",
        DAEMON,
        "a daemon runs already: {address}, process {pid}",
        "use it, or end it with 'v2a stop'",
    ),
    "DAEMON_STATE": Entry(
        "FAILED_PRECONDITION", DAEMON, "{path}: {detail}", "run 'v2a doctor' to see what is wrong"
    ),
    "DAEMON_VERSION": Entry(
        "FAILED_PRECONDITION",
        DAEMON,
        "the daemon is version {daemon}, this is {client}",
        "end it with 'v2a stop'; the next command starts the new one",
    ),
    "DAEMON_LOST": Entry(
        "UNAVAILABLE",
        DAEMON,
        "the daemon went away in the middle of {what}",
        "start it with 'v2a serve'; jobs it had acknowledged go on",
    ),
    "DRAINING": Entry(
        "UNAVAILABLE", DAEMON, "the daemon is ending and takes no new work", "ask again in a moment"
    ),
    "BAD_TOKEN": Entry(
        "UNAUTHENTICATED",
        DAEMON,
        "the daemon does not know this token",
        "give the token of its runtime file, as 'v2a' does by itself",
    ),
    "INSECURE_BIND": Entry(
        "FAILED_PRECONDITION",
        DAEMON,
        "{address}: is not loopback and would be open to the network without TLS",
        "give --tls-cert and --tls-key, or listen on loopback",
    ),
    "OUTSIDE_ROOTS": Entry(
        "PERMISSION_DENIED",
        FAILED,
        "{path}: lies under none of the daemon's folders",
        "upload it, or start the daemon with --root for its folder",
    ),
    "NO_SUCH_JOB": Entry("NOT_FOUND", USAGE, "{name}: no such job", "see 'v2a jobs list'"),
    "NO_SUCH_ARTIFACT": Entry(
        "NOT_FOUND", USAGE, "{name}: no such file of a job", "see 'v2a jobs show'"
    ),
    "NO_SUCH_UPLOAD": Entry(
        "NOT_FOUND", USAGE, "upload {name}: is not there", "upload the media again"
    ),
    "JOB_NOT_ENDED": Entry(
        "FAILED_PRECONDITION", USAGE, "{name}: has not ended", "cancel it, or wait for its end"
    ),
    "JOB_NOT_DONE": Entry(
        "FAILED_PRECONDITION",
        USAGE,
        "{name}: has {state}, only a job that succeeded has scenes",
        "retry it with 'v2a jobs retry'",
    ),
    "REQUEST_ID_REUSED": Entry(
        "ALREADY_EXISTS",
        USAGE,
        "request id {request_id}: belongs to another job",
        "use a new UUID for every new job",
    ),
    "QUEUE_FULL": Entry(
        "RESOURCE_EXHAUSTED",
        DAEMON,
        "{queued} jobs wait already",
        "ask again when some are done, or raise --queue-limit",
    ),
    "UPLOAD_BROKEN": Entry(
        "DATA_LOSS",
        FAILED,
        "{name}: what arrived is not what was announced ({detail})",
        "upload it again",
    ),
    "DOWNLOAD_BROKEN": Entry(
        "DATA_LOSS",
        FAILED,
        "{name}: what arrived is not what the job recorded",
        "somebody changed the file where the daemon keeps it; 'v2a jobs retry' makes it again",
    ),
    "SERVICE_REFUSED": Entry(
        "FAILED_PRECONDITION", FAILED, "the service could not be {done}: {detail}", "{hint}"
    ),
    "NO_BLENDER": Entry(
        "NOT_FOUND",
        FAILED,
        "no Blender was found on this machine",
        "name it with --blender, or write the add-on as a zip with --zip",
    ),
    "NOT_BLENDER": Entry(
        "INVALID_ARGUMENT",
        USAGE,
        "{path}: does not answer as Blender does",
        "name the program itself with --blender",
    ),
    "BLENDER_OLD": Entry(
        "FAILED_PRECONDITION",
        FAILED,
        "{blender} ({path}): is too old for the add-on",
        "use Blender {oldest} or newer",
    ),
    "BLENDER_REFUSED": Entry(
        "FAILED_PRECONDITION",
        FAILED,
        "{blender} ({path}): refuses: {detail}",
        "start that Blender to see whether it runs; --zip writes the add-on to install by hand",
    ),
    "WORKER_CRASHED": Entry(
        "INTERNAL",
        FAILED,
        "the worker died {times} times over this job ({detail})",
        "look into the log ('v2a ps' names it); 'v2a jobs retry' tries again",
    ),
    "MEDIA_LIMIT": Entry(
        "INVALID_ARGUMENT",
        BAD_MEDIA,
        "{path}: reading it went past a limit ({detail})",
        "convert the file, or raise the daemon's limit",
    ),
    "BAD_TIMELINE": Entry("INVALID_ARGUMENT", BAD_MEDIA, "{path}: {detail}", "{hint}"),
    "NO_ADAPTER": Entry(
        "FAILED_PRECONDITION",
        USAGE,
        "{path}: nothing installed here knows {suffix} timelines",
        "install 'v2a[timeline]', which brings EDL, FCP 7 XML, AAF and XGES, or use .otio",
    ),
    "MEDIA_MISSING": Entry(
        "NOT_FOUND",
        BAD_MEDIA,
        "{path}: {detail}",
        "bring it to where the timeline looks for it; a watch then tries again by itself",
    ),
    "NOTHING_TO_SCORE": Entry(
        "FAILED_PRECONDITION", BAD_MEDIA, "{path}: no clip can be given sound: {detail}", "{hint}"
    ),
    "CANCELLED": Entry("CANCELLED", INTERRUPTED, "cancelled", "nothing was written"),
    "LEFT_RUNNING": Entry(
        "CANCELLED",
        INTERRUPTED,
        "the daemon goes on with {jobs}",
        "'v2a jobs watch {numbers}' shows it, 'v2a jobs cancel {numbers}' ends it",
    ),
    "SOME_FAILED": Entry(
        "UNKNOWN", FAILED, "{failed} of {total} files failed", "see the lines above"
    ),
    "INTERNAL": Entry(
        "INTERNAL",
        FAILED,
        "unexpected error: {detail}",
        "run again with --debug and report what it prints",
    ),
}


class V2AError(Exception):
    """An error with a reason from `TABLE`; its text is one line."""

    def __init__(self, reason: str, **facts: object) -> None:
        self.reason = reason
        self.facts = facts
        self.entry = TABLE[reason]
        self._told: tuple[str, str] | None = None
        super().__init__(self.message)

    @property
    def message(self) -> str:
        """What is wrong, in one line."""
        if self._told:
            return self._told[0]
        return " ".join(self.entry.message.format_map(self.facts).split())

    @property
    def remedy(self) -> str:
        """What to do about it, in one line."""
        if self._told:
            return self._told[1]
        return " ".join(self.entry.remedy.format_map(self.facts).split())

    @classmethod
    def told(cls, reason: str, message: str, remedy: str) -> V2AError:
        """An error as another process told it; a reason this version does not know is INTERNAL."""
        error = cls.__new__(cls, message)
        error.reason = reason if reason in TABLE else "INTERNAL"
        error.facts, error.entry = {}, TABLE[error.reason]
        error._told = (message, remedy)
        return error

    def as_dict(self) -> dict[str, str]:
        """`{"reason", "message", "remedy"}`, the shape of `--progress json`."""
        return {"reason": self.reason, "message": self.message, "remedy": self.remedy}
