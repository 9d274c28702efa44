"""One ready file of a watched folder: read, looked up in the ledger, scored and entered there."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal
from uuid import uuid4

from v2a.api.job_types import Job
from v2a.client.daemon_roots import is_text
from v2a.client.watched_entry import Watched
from v2a.errors import V2AError
from v2a_integrations.watch_folder.detached_threads import apart
from v2a_integrations.watch_folder.explain_failure import explain, take_back
from v2a_integrations.watch_folder.file_state import FileLine, Show, State
from v2a_integrations.watch_folder.folder_settings import FolderSettings
from v2a_integrations.watch_folder.footage_names import is_timeline
from v2a_integrations.watch_folder.ledger import Ledger, key_of, stamp_of
from v2a_integrations.watch_folder.read_once import is_no_timeline, is_still, read_whole
from v2a_integrations.watch_folder.result_names import result_of, text_of
from v2a_integrations.watch_folder.scan import FileStamp
from v2a_integrations.watch_folder.score_entry import (
    Scorer,
    is_daemons,
    is_settled,
    worth_another_try,
)
from v2a_integrations.watch_folder.watched_folder import Folder

Again = Literal["unsettled", "soon", "later"]
"""Why a file is tried again: "unsettled", it changed or went away; "soon", the same content is
being scored for another file; "later", its error may pass."""


class FileRun:
    """The scoring of one file, as its stamp and its folder's settings are now."""

    def __init__(
        self,
        folder: Folder,
        ledger: Ledger,
        scorer: Scorer,
        keys: set[str],
        show: Show,
        file: str,
        stamp: FileStamp,
        wishes: FolderSettings,
    ) -> None:
        """`file` is relative to the folder; `keys`, shared by all runs, are those being scored."""
        self.file, self.stamp, self.wishes = file, stamp, wishes
        self._folder, self._ledger, self._scorer = folder, ledger, scorer
        self._keys, self._show = keys, show
        self._path = folder.root / file
        self._entry: Watched | None = None

    async def run(self) -> Again | None:
        """Score the file, showing its errors; None where nothing is left to do until it changes."""
        try:
            return await self._run()
        except V2AError as error:
            trouble = error
        except PermissionError:
            trouble = V2AError("NO_PERMISSION", path=self._path)
        except Exception as error:  # the other files are not to suffer
            trouble = V2AError("INTERNAL", detail=f"{type(error).__name__}: {error}")
        try:
            return await self._failed(trouble)
        except V2AError as error:  # the ledger cannot be written: the daemon went away
            self._tell("waiting", error=error)
            return "later"

    async def _run(self) -> Again | None:
        if not is_text(self._path.parent):
            hint = "give its folders names in UTF-8"
            raise V2AError(
                "BAD_OPTION", detail=f"{text_of(self.file)} has a name that is no text", hint=hint
            )
        if await apart(lambda: is_no_timeline(self._path)):
            return None
        known = self._ledger.of_file(self.file, self.stamp)
        sha256 = known.sha256 if known else await apart(lambda: read_whole(self._path, self.stamp))
        if sha256 is None:
            return "unsettled"
        key = key_of(sha256, self.wishes)
        if key in self._keys:
            return "soon"
        self._keys.add(key)
        try:
            return await self._with(key, sha256)
        finally:
            self._keys.discard(key)

    async def _with(self, key: str, sha256: str) -> Again | None:
        entry = self._ledger.get(key)
        if entry is not None and entry.state == "working" and not is_timeline(self.file):
            self._entry = entry  # a watcher was ended in the middle of it
            if (resumed := await self._resumed(entry)) is not None:
                return await self._finish(resumed)
        if entry is not None:
            entry = self._entry = await self._seen_here(entry)
            if self._is_settled(entry):
                return None
        return await self._finish(await self._begun(entry, key, sha256))

    def _is_settled(self, entry: Watched) -> bool:
        """Whether the ledger says that nothing is to be done; if so, shows the file's state."""
        if not is_settled(entry):
            return False
        note = "" if entry.file == text_of(self.file) else f"the same as {entry.file}"
        if entry.state == "done":
            self._take_back(self.file, entry)
            self._tell("known", result=entry.result, note=note)
            return True
        if entry.error is not None:
            self._explain(entry.error, entry)
        self._tell("failed", error=entry.error, note=note)
        return True

    async def _seen_here(self, entry: Watched) -> Watched:
        """The entry, with the path and the stamp at which its content lies now."""
        here = text_of(self.file)
        moved = entry.file != here
        if moved and self._folder.holds(entry.file):
            return entry  # a copy; the first one stays what it is
        if not moved and stamp_of(entry) == self.stamp:
            return entry
        if moved:
            self._take_back(entry.file, entry)
        stamp = self.stamp
        return await self._ledger.put(
            replace(entry, file=here, size=stamp.size, mtime_ns=stamp.mtime_ns, inode=stamp.inode)
        )

    async def _resumed(self, entry: Watched) -> Watched | None:
        """An entry with its job, which is created again where it may not have been acknowledged.

        None where the daemon no longer has the job, or the file has moved since.
        """
        if entry.job:
            return entry if await self._scorer.has_job(entry) else None
        try:
            asked = await self._scorer.ask(self._folder.root / entry.file, entry, self.wishes)
        except V2AError as error:
            if error.scope != "file":
                raise
            return None
        return await self._ledger.put(replace(entry, job=asked.name))

    async def _begun(self, entry: Watched | None, key: str, sha256: str) -> Watched:
        """A new entry, written to the ledger as begun, with a result's path and its own job."""
        folder, file = self._folder, self.file
        fresh = self._ledger.new(key, file, sha256, self.stamp)
        async with folder.naming:
            await self._let_go(key)
            result = await apart(
                lambda: result_of(
                    folder.root, file, folder.output, lambda path: self._ledger.is_free(path, file)
                )
            )
            fresh = replace(
                fresh,
                request_id=str(uuid4()),
                result=str(result),
                failures=entry.failures if entry else 0,
            )
            self._entry = fresh = await self._ledger.put(fresh)
        await self._ledger.drop_tries(fresh)
        if is_timeline(file):
            return fresh
        self._tell("working")
        asked = await self._scorer.ask(self._path, fresh, self.wishes)
        self._entry = fresh = await self._ledger.put(replace(fresh, job=asked.name))
        return fresh

    async def _let_go(self, key: str) -> None:
        """Correct the entries of other contents that had this file's name, and were renamed.

        A file that is renamed and replaced at once keeps its result, whichever is read first.
        """
        here = text_of(self.file)
        for entry in [one for one in self._ledger if one.file == here and one.key != key]:
            if (now := self._folder.now_called(stamp_of(entry), but=self.file)) is not None:
                await self._ledger.put(replace(entry, file=text_of(now)))

    async def _finish(self, entry: Watched) -> Again | None:
        self._entry = entry
        self._tell("working")
        work = self._scorer.timeline if is_timeline(self.file) else self._scorer.finish
        await work(self._path, entry, self.wishes, self._on_job)
        if self._path.exists() and not is_still(self._path, self.stamp):
            await self._ledger.forget(entry.key)  # it may have changed while it was read
            return "unsettled"
        await self._ledger.give_place(entry)
        done = await self._ledger.put(replace(entry, state="done", failures=0, error=None))
        self._entry = await self._seen_here(done)
        self._take_back(self.file, entry)
        self._tell("done", result=entry.result)
        return None

    async def _failed(self, error: V2AError) -> Again | None:
        """Enter and show an error; None where another try would end the same way."""
        if is_daemons(error):
            self._tell("waiting", error=error)
            return "later"
        entry = self._entry
        if not is_still(self._path, self.stamp):
            if entry is not None:  # it was renamed or replaced under the daemon's hands
                await self._ledger.put(replace(entry, state="again"))
            return "unsettled"
        failures = 1
        if entry is not None:
            failures = entry.failures + 1
            entry = await self._ledger.put(
                replace(entry, state="failed", failures=failures, error=error)
            )
        self._explain(error, entry)
        self._tell("failed", error=error)
        return "later" if worth_another_try(error, failures) else None

    def _explain(self, error: V2AError, entry: Watched | None) -> None:
        own = entry is not None and entry.file == text_of(self.file)
        explain(self._folder.root, self._folder.output, self.file, entry if own else None, error)

    def _take_back(self, file: str, entry: Watched) -> None:
        take_back(self._folder.root, self._folder.output, file, entry)

    def _on_job(self, job: Job) -> None:
        self._tell("working", job.progress.stage, job.progress.whole)

    def _tell(
        self,
        state: State,
        stage: str = "",
        fraction: float = 0.0,
        result: str = "",
        error: V2AError | None = None,
        note: str = "",
    ) -> None:
        self._show.line(FileLine(self.file, state, stage, fraction, result, error, note))
