"""Resources of instances as they are asked for: files, frames, metadata, pictures."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from pydicom import Dataset, dcmread
from pydicom.encaps import generate_frames
from starlette.requests import Request
from starlette.responses import Response

from simulators.faults import Fault
from simulators.wado_server.accept import DICOM, OCTETS, Range, Wanted, accepts, wanted
from simulators.wado_server.answers import Part, Refused, alone, length_of, related
from simulators.wado_server.checks import Asked, accepted
from simulators.wado_server.holding import Held, Holding
from simulators.wado_server.pictures import JPEG, PNG, Rendering, picture, rendering
from simulators.wado_server.syntaxes import EXPLICIT_VR, MEDIA, frames, transcoded

JSON = "application/dicom+json"
_FRAMES = re.compile(r"[1-9][0-9]*(?:,[1-9][0-9]*)*")
PIXELS = "7FE00010"


@dataclass(frozen=True, slots=True)
class Service:
    """The service at a base URL over what is held; ``faults`` adjust what is accepted."""

    base: str
    holding: Holding
    faults: tuple[Fault, ...] = ()

    def held(self, asked: Asked) -> list[Held]:
        """The instances of a resource. Raises Refused: 404, or 410 where they once were."""
        found = self.holding.of(asked.study, asked.series, asked.instance)
        if not found:
            if self.holding.deleted(asked.study, asked.series, asked.instance):
                raise Refused(410, "these images were deleted")
            raise Refused(404, "this resource is not known here")
        return found

    def url(self, one: Held) -> str:
        return f"{self.base}/studies/{one.study}/series/{one.series}/instances/{one.uid}"

    def instances(self, request: Request, asked: Asked, held: list[Held]) -> Response:
        """Files, each as it is stored where that is accepted. Raises Refused: 400, 406."""
        found = self._wanted(accepted(request))
        chosen = [(one, found.choice(one.syntax)) for one in held]
        refused = [one.syntax for one, syntax in chosen if not syntax]
        alone_wanted = bool(asked.instance) and found.single and not found.multipart
        if refused or not (found.multipart or (asked.instance and found.single)):
            available = " ".join(sorted({one.syntax for one in held} | {EXPLICIT_VR}))
            raise Refused(406, f'available: multipart/related; type="{DICOM}" in {available}')
        if alone_wanted:
            return alone(self._part(*chosen[0]))
        syntaxes = {syntax for _, syntax in chosen}
        stored = all(one.syntax == syntax for one, syntax in chosen)
        return related(
            (self._part(one, syntax) for one, syntax in chosen),
            DICOM,
            syntaxes.pop() if len(syntaxes) == 1 else "",
            length_of([self._part(*each) for each in chosen]) if stored else None,
        )

    def _wanted(self, found: list[Range]) -> Wanted:
        made = wanted(found)
        for fault in self.faults:
            assert fault.adjust is not None
            made = fault.adjust(made)
        return made

    def _part(self, one: Held, syntax: str) -> Part:
        kind = f"{DICOM};transfer-syntax={syntax}"
        if one.syntax == syntax:
            return Part(kind, self.url(one), one.path, one.size)
        content = transcoded(one.path, syntax)
        return Part(kind, self.url(one), content, len(content))

    def metadata(self, request: Request, _asked: Asked, held: list[Held]) -> Response:
        """The attributes of each instance in JSON (PS3.18 F). Raises Refused: 400, 406."""
        found = accepted(request)
        if not (accepts(found, JSON) or accepts(found, "application/json")):
            raise Refused(406, f"available: {JSON}")
        every = [self._described(one) for one in held]
        return Response(json.dumps(every, ensure_ascii=False), media_type=JSON)

    def _described(self, one: Held) -> dict[str, object]:
        document = dcmread(one.path, stop_before_pixels=True)
        document.SpecificCharacterSet = "ISO_IR 192"
        made: dict[str, object] = document.to_json_dict(bulk_data_threshold=1 << 20)
        if "Rows" in document:
            wide = document.BitsAllocated > 8
            uri = f"{self.url(one)}/bulkdata/{PIXELS}"
            made[PIXELS] = {"vr": "OW" if wide else "OB", "BulkDataURI": uri}
        return dict(sorted(made.items()))

    def frames(self, request: Request, asked: Asked, held: list[Held]) -> Response:
        """Frames, one part each, or the file where DICOM is asked for, as the official client does.

        Raises Refused: 400, 404, 406.
        """
        found = accepted(request)
        numbers = self._numbers(request)
        if not accepts(found, OCTETS) and wanted(found).syntaxes:
            return self.instances(request, asked, held)
        (one,) = held
        document = dcmread(one.path)
        self._within(document, numbers)
        media = MEDIA.get(one.syntax, "")
        if media and any(each.root == media and each.quality > 0 for each in found):
            streams = list(generate_frames(document.PixelData))
            kind, contents = f"{media};transfer-syntax={one.syntax}", streams
        elif accepts(found, OCTETS):
            kind = f"{OCTETS};transfer-syntax={EXPLICIT_VR}"
            media, contents = OCTETS, self._decoded(document)
        else:
            raise Refused(406, f'available: multipart/related; type="{OCTETS}"')
        parts = [
            Part(kind, f"{self.url(one)}/frames/{number}", contents[number - 1],
                 len(contents[number - 1]))
            for number in numbers
        ]  # fmt: skip
        return related(iter(parts), media, "", length_of(parts))

    @staticmethod
    def _decoded(document: Dataset) -> list[bytes]:
        """Each frame, its bytes as they are uncompressed. Raises Refused: 406."""
        try:
            return [one.tobytes() for one in frames(document)]
        except ValueError as problem:
            raise Refused(406, str(problem)) from None

    @staticmethod
    def _numbers(request: Request) -> list[int]:
        text = request.path_params.get("frames", "1")
        if not _FRAMES.fullmatch(text):
            raise Refused(400, "frames are numbers from 1, with commas")
        return [int(one) for one in text.split(",")]

    @staticmethod
    def _within(document: Dataset, numbers: list[int]) -> None:
        count = int(document.get("NumberOfFrames") or 1) if "PixelData" in document else 0
        if max(numbers) > count:
            raise Refused(404, f"this instance has {count} frames")

    def pixels(self, request: Request, _asked: Asked, held: list[Held]) -> Response:
        """The value of Pixel Data, decoded. Raises Refused: 400, 404, 406."""
        found = accepted(request)
        if not accepts(found, OCTETS):
            raise Refused(406, f'available: multipart/related; type="{OCTETS}"')
        (one,) = held
        document = dcmread(one.path)
        self._within(document, [1])
        content = b"".join(self._decoded(document))
        url = f"{self.url(one)}/bulkdata/{PIXELS}"
        part = Part(f"{OCTETS};transfer-syntax={EXPLICIT_VR}", url, content, len(content))
        return related(iter([part]), OCTETS, "", length_of([part]))

    def rendered(self, request: Request, asked: Asked, held: list[Held]) -> Response:
        """Pictures: one for an instance, else a multipart. Raises Refused: 400, 404, 406."""
        found = accepted(request)
        media = next((one for one in (JPEG, PNG) if accepts(found, one)), "")
        how = rendering(request.query_params)
        parts = [self._picture(one, self._numbers(request), media, how) for one in held]
        if asked.instance:
            return alone(parts[0])
        return related(iter(parts), parts[0].content_type, "", length_of(parts))

    def _picture(self, one: Held, numbers: list[int], media: str, how: Rendering) -> Part:
        document = dcmread(one.path)
        self._within(document, numbers)
        if not media:
            raise Refused(406, f"available: {JPEG} {PNG}")
        try:
            content = picture(document, numbers[0], media, how)
        except ValueError as problem:
            raise Refused(406, str(problem)) from None
        return Part(media, f"{self.url(one)}/rendered", content, len(content))
