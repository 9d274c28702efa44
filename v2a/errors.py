"""Every error a user can meet: one table of reason, codes, what else meets it, message and remedy.

A message is an English sentence without its full stop that begins with what is wrong; a remedy says
what to do. Where code must tell errors apart in groups it asks the columns, never a set of reasons.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

DONE, FAILED, USAGE, DAEMON, BAD_MEDIA, INTERRUPTED = 0, 1, 2, 3, 4, 130
"""Exit codes of every command."""

Scope = Literal["file", "job", "daemon"]
"""How far an error reaches. file: this file or request, another may do well. job: everything that
is asked for in the same way. daemon: whatever the daemon is asked; nothing is said against the
file."""


class ErrorEntry(NamedTuple):
    """One row of the table; message and remedy are `str.format` templates over its facts."""

    grpc: str
    exit: int
    scope: Scope
    retry: bool
    """Whether the very same call may succeed later, because something else has changed."""
    message: str
    remedy: str


AGAIN, FINAL = True, False
MEGABYTE = 1_000_000
"""Bytes, as disks are sold and as every message counts them."""

TABLE: dict[str, ErrorEntry] = {
    "NOT_FOUND": ErrorEntry(
        "NOT_FOUND", USAGE, "file", AGAIN, "{path} does not exist", "check the path"
    ),
    "NO_PERMISSION": ErrorEntry(
        "PERMISSION_DENIED",
        FAILED,
        "file",
        AGAIN,
        "{path} may not be read: permission denied",
        "make it readable for you",
    ),
    "IS_URL": ErrorEntry(
        "INVALID_ARGUMENT",
        USAGE,
        "file",
        FINAL,
        "{path} is a URL; v2a reads files only",
        "download it first",
    ),
    "EMPTY_FILE": ErrorEntry(
        "INVALID_ARGUMENT", BAD_MEDIA, "file", FINAL, "{path} is empty", "copy it again"
    ),
    "NOT_MEDIA": ErrorEntry(
        "INVALID_ARGUMENT",
        BAD_MEDIA,
        "file",
        FINAL,
        "{path} is not a video in a known container",
        "give an mp4, mov, mkv, webm, avi, mxf, ts, mpg, ogv or gif file",
    ),
    "NO_VIDEO": ErrorEntry(
        "INVALID_ARGUMENT",
        BAD_MEDIA,
        "file",
        FINAL,
        "{path} has no picture",
        "give a file with a video stream",
    ),
    "NO_FRAMES": ErrorEntry(
        "INVALID_ARGUMENT",
        BAD_MEDIA,
        "file",
        FINAL,
        "{path} has no frame that can be decoded",
        "the file is damaged; export or copy it again",
    ),
    "NO_FOOTAGE": ErrorEntry(
        "INVALID_ARGUMENT",
        BAD_MEDIA,
        "file",
        FINAL,
        "{path} holds no video file",
        "give a folder with footage",
    ),
    "TOO_LARGE": ErrorEntry(
        "INVALID_ARGUMENT",
        BAD_MEDIA,
        "file",
        FINAL,
        "{path} {detail}",
        "scale the video down first",
    ),
    "BAD_OPTION": ErrorEntry("INVALID_ARGUMENT", USAGE, "file", FINAL, "{detail}", "{hint}"),
    "OUTPUT_NOT_OURS": ErrorEntry(
        "ALREADY_EXISTS",
        FAILED,
        "file",
        AGAIN,
        "{path} exists and was not made by v2a",
        "choose another folder, or give --force to write over it",
    ),
    "OUTPUT_READ_ONLY": ErrorEntry(
        "PERMISSION_DENIED",
        FAILED,
        "file",
        AGAIN,
        "{path} cannot be written to",
        "choose a folder that you may write to",
    ),
    "DISK_FULL": ErrorEntry(
        "RESOURCE_EXHAUSTED",
        FAILED,
        "file",
        AGAIN,
        "the disk of {path} is full: {need} are needed and {free} are free",
        "{hint}",
    ),
    "PACK_NOT_FOUND": ErrorEntry(
        "NOT_FOUND",
        FAILED,
        "job",
        AGAIN,
        "pack {pack} is not installed",
        "see 'v2a packs list'; get it with 'v2a packs pull {pack}' or give a folder",
    ),
    "PACK_PART_MISSING": ErrorEntry(
        "FAILED_PRECONDITION",
        FAILED,
        "job",
        AGAIN,
        "pack {pack} lacks its part {part}",
        "run 'v2a packs verify {pack}' and pull or copy the pack again",
    ),
    "PACK_PART_ALTERED": ErrorEntry(
        "DATA_LOSS",
        FAILED,
        "job",
        AGAIN,
        "pack {pack} has a part {part} that is not what its pack.json records",
        "pull or copy the pack again",
    ),
    "WHEEL_MISSING": ErrorEntry(
        "FAILED_PRECONDITION",
        FAILED,
        "job",
        AGAIN,
        "the package {package} {version}, which gives {gives}, is not installed",
        "run 'pip install {package}=={version}'",
    ),
    "WHEEL_ALTERED": ErrorEntry(
        "DATA_LOSS",
        FAILED,
        "job",
        AGAIN,
        "the package {package} {version}, which gives {gives}, {detail}",
        "run 'pip install --force-reinstall {package}=={version}'",
    ),
    "PACK_INVALID": ErrorEntry(
        "FAILED_PRECONDITION",
        FAILED,
        "job",
        AGAIN,
        "pack {pack} cannot be used: {detail}",
        "pull or make the pack again",
    ),
    "PACK_LICENCE": ErrorEntry(
        "FAILED_PRECONDITION",
        FAILED,
        "job",
        AGAIN,
        "pack {pack} has a licence that was not accepted ({licence})",
        "read it and run 'v2a packs pull {pack} --accept-licence'",
    ),
    "HUB_UNREACHABLE": ErrorEntry(
        "UNAVAILABLE",
        FAILED,
        "job",
        AGAIN,
        "the model hub that holds pack {pack} cannot be reached",
        "try again later (it resumes), or fill {folder} by hand; see docs/packs.md",
    ),
    "NO_MAPPER": ErrorEntry(
        "FAILED_PRECONDITION",
        USAGE,
        "job",
        FINAL,
        "pack {pack} has no mapper named {mapper}",
        "it has: {known}",
    ),
    "NO_DEVICE": ErrorEntry(
        "FAILED_PRECONDITION",
        FAILED,
        "job",
        AGAIN,
        "device {device} does not exist here",
        "use --device auto or --device cpu",
    ),
    "OUT_OF_MEMORY": ErrorEntry(
        "RESOURCE_EXHAUSTED",
        FAILED,
        "file",
        AGAIN,
        "{device} has not enough memory for even one scene",
        "close other programs, or use --device cpu",
    ),
    "DAEMON_NOT_RUNNING": ErrorEntry(
        "UNAVAILABLE",
        DAEMON,
        "daemon",
        AGAIN,
        "no daemon answers at {address}",
        "start one with 'v2a serve'",
    ),
    "DAEMON_RUNNING": ErrorEntry(
        "ALREADY_EXISTS",
        DAEMON,
        "daemon",
        AGAIN,
        "a daemon runs already: {address}, process {pid}",
        "use it, or end it with 'v2a stop'",
    ),
    "DAEMON_STATE": ErrorEntry(
        "FAILED_PRECONDITION",
        DAEMON,
        "daemon",
        AGAIN,
        "{path} {detail}",
        "run 'v2a doctor' to see what is wrong",
    ),
    "DAEMON_VERSION": ErrorEntry(
        "FAILED_PRECONDITION",
        DAEMON,
        "daemon",
        AGAIN,
        "the daemon is version {daemon} and this is {client}",
        "end it with 'v2a stop'; the next command starts the new one",
    ),
    "DAEMON_LOST": ErrorEntry(
        "UNAVAILABLE",
        DAEMON,
        "daemon",
        AGAIN,
        "the daemon went away in the middle of {what}",
        "start it with 'v2a serve'; jobs it had acknowledged go on",
    ),
    "DRAINING": ErrorEntry(
        "UNAVAILABLE",
        DAEMON,
        "daemon",
        AGAIN,
        "the daemon is ending and takes no new work",
        "ask again in a moment",
    ),
    "BAD_TOKEN": ErrorEntry(
        "UNAUTHENTICATED",
        DAEMON,
        "daemon",
        AGAIN,
        "the daemon does not know this token",
        "give the token of its runtime file, as 'v2a' does by itself",
    ),
    "INSECURE_BIND": ErrorEntry(
        "FAILED_PRECONDITION",
        DAEMON,
        "daemon",
        FINAL,
        "{address} is not loopback and would be open to the network without TLS",
        "give --tls-cert and --tls-key, or listen on loopback",
    ),
    "OUTSIDE_ROOTS": ErrorEntry(
        "PERMISSION_DENIED",
        FAILED,
        "file",
        AGAIN,
        "{path} lies under none of the daemon's folders",
        "upload it, or start the daemon with --root for its folder",
    ),
    "NO_SUCH_JOB": ErrorEntry(
        "NOT_FOUND",
        USAGE,
        "file",
        AGAIN,
        "{name} is no job that the daemon knows",
        "see 'v2a jobs list'",
    ),
    "NO_SUCH_ARTIFACT": ErrorEntry(
        "NOT_FOUND", USAGE, "file", FINAL, "{name} is no file of a job", "see 'v2a jobs show'"
    ),
    "NO_SUCH_UPLOAD": ErrorEntry(
        "NOT_FOUND",
        USAGE,
        "file",
        AGAIN,
        "upload {name} is not kept any more",
        "upload the media again",
    ),
    "JOB_NOT_ENDED": ErrorEntry(
        "FAILED_PRECONDITION",
        USAGE,
        "file",
        AGAIN,
        "{name} has not ended",
        "cancel it, or wait for its end",
    ),
    "JOB_NOT_DONE": ErrorEntry(
        "FAILED_PRECONDITION",
        USAGE,
        "file",
        FINAL,
        "{name} has {state}, and only a job that succeeded has scenes",
        "retry it with 'v2a jobs retry'",
    ),
    "REQUEST_ID_REUSED": ErrorEntry(
        "ALREADY_EXISTS",
        USAGE,
        "file",
        FINAL,
        "request id {request_id} belongs to another job",
        "use a new UUID for every new job",
    ),
    "QUEUE_FULL": ErrorEntry(
        "RESOURCE_EXHAUSTED",
        DAEMON,
        "daemon",
        AGAIN,
        "the queue is full: {queued} jobs wait already",
        "ask again when some are done, or raise --queue-limit",
    ),
    "UPLOAD_BROKEN": ErrorEntry(
        "DATA_LOSS",
        FAILED,
        "file",
        AGAIN,
        "{name} did not arrive as it was announced ({detail})",
        "upload it again",
    ),
    "DOWNLOAD_BROKEN": ErrorEntry(
        "DATA_LOSS",
        FAILED,
        "file",
        AGAIN,
        "{name} did not arrive as the job recorded it",
        "somebody changed the file where the daemon keeps it; 'v2a jobs retry' makes it again",
    ),
    "SERVICE_REFUSED": ErrorEntry(
        "FAILED_PRECONDITION",
        FAILED,
        "daemon",
        AGAIN,
        "the service could not be {done}: {detail}",
        "{hint}",
    ),
    "NO_BLENDER": ErrorEntry(
        "NOT_FOUND",
        FAILED,
        "job",
        AGAIN,
        "no Blender was found on this machine",
        "name it with --blender, or write the add-on as a zip with --zip",
    ),
    "NOT_BLENDER": ErrorEntry(
        "INVALID_ARGUMENT",
        USAGE,
        "job",
        FINAL,
        "{path} does not answer as Blender does",
        "name the program itself with --blender",
    ),
    "BLENDER_OLD": ErrorEntry(
        "FAILED_PRECONDITION",
        FAILED,
        "job",
        FINAL,
        "{blender} ({path}) is too old for the add-on",
        "use Blender {oldest} or newer",
    ),
    "BLENDER_REFUSED": ErrorEntry(
        "FAILED_PRECONDITION",
        FAILED,
        "job",
        AGAIN,
        "{blender} ({path}) refuses: {detail}",
        "start that Blender to see whether it runs; --zip writes the add-on to install by hand",
    ),
    "WORKER_CRASHED": ErrorEntry(
        "INTERNAL",
        FAILED,
        "file",
        AGAIN,
        "the worker died {times} times over this job ({detail})",
        "look into the log ('v2a ps' names it); 'v2a jobs retry' tries again",
    ),
    "MEDIA_LIMIT": ErrorEntry(
        "INVALID_ARGUMENT",
        BAD_MEDIA,
        "file",
        FINAL,
        "{path} goes past a limit of what is read ({detail})",
        "convert the file, or raise the daemon's limit",
    ),
    "BAD_TIMELINE": ErrorEntry(
        "INVALID_ARGUMENT", BAD_MEDIA, "file", FINAL, "{path} {detail}", "{hint}"
    ),
    "NO_ADAPTER": ErrorEntry(
        "FAILED_PRECONDITION",
        USAGE,
        "file",
        FINAL,
        "{path} is a timeline that nothing installed here can read or write ({suffix})",
        "install 'v2a[timeline]', which brings EDL, FCP 7 XML, AAF and XGES, or use .otio",
    ),
    "MEDIA_MISSING": ErrorEntry(
        "NOT_FOUND",
        BAD_MEDIA,
        "file",
        AGAIN,
        "{path} has clips without their media: {detail}",
        "bring it to where the timeline looks for it; a watch then tries again by itself",
    ),
    "NOTHING_TO_SCORE": ErrorEntry(
        "FAILED_PRECONDITION",
        BAD_MEDIA,
        "file",
        FINAL,
        "{path} has no clip that can be given sound: {detail}",
        "{hint}",
    ),
    "CANCELLED": ErrorEntry(
        "CANCELLED", INTERRUPTED, "job", FINAL, "the work was cancelled", "nothing was written"
    ),
    "LEFT_RUNNING": ErrorEntry(
        "CANCELLED",
        INTERRUPTED,
        "job",
        FINAL,
        "the daemon goes on with {jobs}",
        "'v2a jobs watch {numbers}' shows it, 'v2a jobs cancel {numbers}' ends it",
    ),
    "SOME_FAILED": ErrorEntry(
        "UNKNOWN", FAILED, "job", FINAL, "{failed} of {total} files failed", "see the lines above"
    ),
    "INTERNAL": ErrorEntry(
        "INTERNAL",
        FAILED,
        "file",
        AGAIN,
        "v2a met an error that it does not expect: {detail}",
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

    @property
    def scope(self) -> Scope:
        """How far it reaches."""
        return self.entry.scope

    @property
    def retry(self) -> bool:
        """Whether the very same call may succeed later."""
        return self.entry.retry

    @property
    def is_stop(self) -> bool:
        """Whether somebody wanted it so: nothing has gone wrong."""
        return self.entry.exit == INTERRUPTED

    @property
    def is_crash(self) -> bool:
        """Whether v2a itself broke, so that the same may happen every time."""
        return self.entry.grpc == "INTERNAL"

    @property
    def is_gone(self) -> bool:
        """Whether the daemon went away, and may be found again as another process."""
        return self.scope == "daemon" and self.entry.grpc == "UNAVAILABLE"

    @property
    def is_replaced(self) -> bool:
        """Likewise, or another process has its place that knows another token."""
        return self.is_gone or self.entry.grpc == "UNAUTHENTICATED"

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


def disk_full(path: object, need: int, free: int, hint: str = "free some space there") -> V2AError:
    """DISK_FULL for a path whose disk needs and has so many bytes, told in MB of 10^6 bytes."""
    needed, left = -(-need // MEGABYTE), free // MEGABYTE
    facts = {"need": f"{needed} MB", "free": f"{left} MB", "hint": hint}
    return V2AError("DISK_FULL", path=path, **facts)
