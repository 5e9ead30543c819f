"""A service with the interface that the viewer asks, over generated images: for its tests."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from reference_drimbox import viewer
from simulators.wado_server.pictures import PNG, Rendering, picture
from testdata.exam import Exam, SeriesPlan, Study
from testdata.images import instance
from testdata.images.syntaxes import encode
from testdata.kos import write

SIZE = 256


class Images:
    """The images of exams, made when they are asked for; a series arrives ``step`` by ``step``."""

    def __init__(self, exams: Sequence[Exam], step: int = 4) -> None:
        self.studies = {study.uid: (one, study) for one in exams for study in one.studies}
        self.step = step
        self.come: dict[str, int] = {}
        self.asked: list[str] = []

    def series(self, study: str, series: str) -> tuple[Exam, Study, SeriesPlan]:
        exam, found = self.studies[study]
        return exam, found, next(one for one in found.series if one.uid == series)

    async def study(self, request: Request) -> Response:
        exam, study = self.studies[request.path_params["study"]]
        portrait = exam.patient.portrait
        return JSONResponse({
            "uid": study.uid, "description": study.description, "date": study.started[:8],
            "patient": [{"label": "Nom de naissance", "value": portrait.birth_name},
                        {"label": "Né(e) le", "value": portrait.birth_date}],
            "series": [{"uid": one.uid, "modality": one.modality, "number": one.number,
                        "description": one.description, "instances": len(one.instances)}
                       for one in study.series],
        })  # fmt: skip

    async def progress(self, request: Request) -> Response:
        uids = request.path_params
        _, _, series = self.series(uids["study"], uids["series"])
        come = self.come[series.uid] = min(
            len(series.instances), self.come.get(series.uid, 0) + self.step
        )
        base = f"/instances/{uids['study']}/{series.uid}"
        return JSONResponse({
            "state": "done" if come == len(series.instances) else "running",
            "total": len(series.instances),
            "instances": [{"uid": uid, "url": f"{base}/{uid}"} for uid in series.instances[:come]],
        })  # fmt: skip

    async def image(self, request: Request) -> Response:
        uids = request.path_params
        self.asked.append(uids["instance"])
        exam, study, series = self.series(uids["study"], uids["series"])
        number = series.instances.index(uids["instance"]) + 1
        document = instance(exam, study, series, number, size=SIZE)
        encode(document, series.syntax)
        return Response(write(document), media_type="application/dicom")

    async def thumbnail(self, request: Request) -> Response:
        uids = request.path_params
        document = instance(*self.series(uids["study"], uids["series"]), 1, size=SIZE)
        from pydicom import dcmread

        raw = picture(dcmread(BytesIO(write(document))), 1, PNG, Rendering((96, 96)))
        return Response(raw, media_type=PNG)


def application(images: Images) -> Starlette:
    """The viewer, and what it asks."""
    return Starlette(
        routes=[
            Route("/api/studies/{study}", images.study),
            Route("/api/studies/{study}/series/{series}", images.progress),
            Route("/instances/{study}/{series}/{instance}", images.image),
            Route("/thumbnails/{study}/{series}", images.thumbnail),
            viewer.mount(),
        ]
    )
