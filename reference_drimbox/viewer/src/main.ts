/** The viewer: one or two studies side by side, `?study=UID[&study=UID]`. */

import { init as startCore, RenderingEngine } from "@cornerstonejs/core";
import { init as startLoader } from "@cornerstonejs/dicom-image-loader";
import { init as startTools } from "@cornerstonejs/tools";
import { study as fetchStudy, type Series, type Study, Unavailable } from "./api";
import { type Desk, listen } from "./keyboard";
import { banner, help, pressed, say, seriesList, toolbar } from "./page";
import { Pane } from "./pane";
import "./style.css";
import { text } from "./text";
import { choose, start } from "./tools";

const MOST = 2;
const query = new URLSearchParams(location.search);

class Viewer implements Desk {
  private readonly panes: Pane[];
  private active = 0;

  constructor(private readonly studies: Study[]) {
    const engine = new RenderingEngine("engine");
    this.panes = studies.map((one, number) => new Pane(one, engine, `pane-${number}`, say));
    this.panes.forEach((pane, number) => {
      for (const event of ["pointerdown", "focusin"])
        pane.element.addEventListener(event, () => this.activate(number));
    });
    new ResizeObserver(() => engine.resize(true, false)).observe(document.body);
    this.activate(0);
  }

  private activate(number: number): void {
    this.active = number;
    this.panes.forEach((pane, at) => pane.element.classList.toggle("active", at === number));
  }

  pane(): Pane {
    return this.panes[this.active];
  }

  other(): void {
    this.activate((this.active + 1) % this.panes.length);
    this.pane().element.focus();
  }

  nextSeries(by: number): void {
    const { study, current } = this.pane();
    const at = study.series.findIndex((one) => one.uid === current?.uid);
    const next = study.series[at + by];
    if (next) this.show(study, next);
  }

  show(study: Study, series: Series): void {
    const at = this.studies.indexOf(study);
    this.activate(at);
    void this.panes[at].show(series);
    pressed(this.panes.map((pane) => pane.current?.uid ?? ""));
  }

  help(): void {
    help();
  }
}

async function run(): Promise<void> {
  const uids = query.getAll("study").slice(0, MOST);
  banner([]);
  if (!uids.length) return say(text.noStudy);
  startCore();
  startLoader({ maxWebWorkers: 2 });
  startTools();
  start();
  const studies = await Promise.all(uids.map(fetchStudy));
  banner(studies);
  const viewer = new Viewer(studies);
  seriesList(studies, (study, series) => viewer.show(study, series));
  toolbar({
    tool: choose,
    preset: (number) => viewer.pane().preset(number),
    invert: () => viewer.pane().invert(),
    rotate: () => viewer.pane().rotate(),
    play: () => viewer.pane().play(),
    reset: () => viewer.pane().reset(),
    help,
  });
  listen(viewer);
  for (const study of studies) if (study.series[0]) viewer.show(study, study.series[0]);
}

run().catch((problem: unknown) => {
  const status = problem instanceof Unavailable ? problem.status : 0;
  say(status === 401 ? text.login : text.failed);
  console.error(problem);
});
