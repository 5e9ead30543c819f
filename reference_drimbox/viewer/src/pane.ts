/** One study on the screen: a stack of images, and what is done to it. */

import { Enums, RenderingEngine, type Types, imageLoader, metaData } from "@cornerstonejs/core";
import { progress, type Progress, type Series, type Study, Unavailable } from "./api";
import { pictured } from "./page";
import { PRESETS } from "./presets";
import { text } from "./text";
import { addTo } from "./tools";

const POLL = 300;
const PLAY_RATE = 12;
const AHEAD = 8;

/** The values from black to white of a window (PS3.3 C.11.2.1.2.1). */
function rangeOf(center: number, width: number) {
  const half = (width - 1) / 2;
  return { lower: center - 0.5 - half, upper: center - 0.5 + half };
}

function windowOf({ lower, upper }: { lower: number; upper: number }) {
  return { center: (lower + upper) / 2 + 0.5, width: upper - lower + 1 };
}

export class Pane {
  readonly element = document.createElement("div");
  private readonly label = document.createElement("p");
  private readonly viewport: Types.IStackViewport;
  private series: Series | null = null;
  private images: string[] = [];
  private generation = 0;
  private timer = 0;

  constructor(
    readonly study: Study,
    engine: RenderingEngine,
    readonly id: string,
    private readonly say: (text: string) => void,
  ) {
    this.element.className = "pane";
    this.element.tabIndex = 0;
    this.element.setAttribute("role", "img");
    const canvas = document.createElement("div");
    canvas.className = "canvas";
    canvas.addEventListener("contextmenu", (event) => event.preventDefault());
    this.label.className = "overlay";
    this.element.append(canvas, this.label);
    document.getElementById("panes")?.append(this.element);
    engine.enableElement({ viewportId: id, type: Enums.ViewportType.STACK, element: canvas });
    this.viewport = engine.getViewport(id) as Types.IStackViewport;
    addTo(id, engine.id);
    canvas.addEventListener(Enums.Events.STACK_NEW_IMAGE, () => this.describe());
    canvas.addEventListener(Enums.Events.VOI_MODIFIED, () => this.describe());
  }

  /** Show a series from its first image on, and the others as they come. */
  async show(series: Series): Promise<void> {
    const mine = ++this.generation;
    this.stop();
    this.series = series;
    this.images = [];
    this.element.dataset.shown = "0";
    this.say(text.loading);
    for (;;) {
      const found = await this.asked(series);
      if (mine !== this.generation) return;
      if (found === null) return;
      await this.take(found);
      this.tell(found);
      if (found.state !== "running") return pictured(series.uid);
      await new Promise((resolve) => setTimeout(resolve, POLL));
    }
  }

  private async asked(series: Series): Promise<Progress | null> {
    try {
      return await progress(this.study.uid, series.uid);
    } catch (problem) {
      const status = problem instanceof Unavailable ? problem.status : 0;
      this.say(status === 401 ? text.login : status === 410 ? text.deleted : text.failed);
      return null;
    }
  }

  private tell(found: Progress): void {
    if (found.state === "failed" || found.state === "deleted") {
      const said = found.state === "deleted" ? text.deleted : text.failed;
      this.say(found.reason ? `${said} : ${found.reason}` : said);
    } else {
      this.say(`${found.instances.length}/${found.total} ${text.images} ${text.received}`);
    }
    this.element.dataset.received = String(found.instances.length);
    this.element.dataset.state = found.state;
  }

  /** Put what came into the stack: at once the first image, then more in growing steps. */
  private async take(found: Progress): Promise<void> {
    const urls = found.instances.map((one) => `wadouri:${location.origin}${one.url}`);
    const enough = found.state !== "running" || urls.length >= 2 * this.images.length;
    if (urls.length === 0 || !enough || urls.length === this.images.length) return;
    const at = this.images.length ? this.viewport.getCurrentImageIdIndex() : 0;
    const kept = this.images.length ? this.kept() : null;
    const first = await imageLoader.loadAndCacheImage(urls[0]);
    this.images = this.withFrames(urls, first.imageId);
    await this.viewport.setStack(this.images, Math.min(at, this.images.length - 1));
    if (kept) this.restore(kept);
    this.viewport.render();
    this.element.dataset.shown = String(this.images.length);
    this.describe();
  }

  /** Every frame of the images, where they have several. */
  private withFrames(urls: string[], first: string): string[] {
    const described = metaData.get("instance", first) as { NumberOfFrames?: number } | undefined;
    const count = Number(described?.NumberOfFrames ?? 1);
    if (count <= 1) return urls;
    return urls.flatMap((url) =>
      Array.from({ length: count }, (_, frame) => `${url}?frame=${frame + 1}`),
    );
  }

  private kept() {
    return { properties: this.viewport.getProperties(), camera: this.viewport.getCamera() };
  }

  private restore(kept: ReturnType<Pane["kept"]>): void {
    this.viewport.setProperties(kept.properties);
    this.viewport.setCamera(kept.camera);
  }

  private describe(): void {
    const { voiRange } = this.viewport.getProperties();
    const at = this.viewport.getCurrentImageIdIndex() + 1;
    const lines = [
      `${this.series?.description ?? ""}`.trim(),
      `${text.image} ${at}/${this.images.length}`,
    ];
    if (voiRange) {
      const { center, width } = windowOf(voiRange);
      lines.push(`C ${Math.round(center)} L ${Math.round(width)}`);
    }
    this.label.textContent = lines.filter(Boolean).join(" · ");
    this.element.dataset.image = String(at);
    this.element.setAttribute("aria-label", this.label.textContent);
  }

  get current(): Series | null {
    return this.series;
  }

  /** Go some images on, at most to an end. */
  step(by: number): void {
    if (!this.images.length) return;
    const last = this.images.length - 1;
    const to = Math.min(last, Math.max(0, this.viewport.getCurrentImageIdIndex() + by));
    void this.viewport.setImageIdIndex(to);
    const next = this.images.slice(to + 1, to + 1 + AHEAD);
    for (const image of next) void imageLoader.loadAndCacheImage(image).catch(() => undefined);
  }

  toEnd(last: boolean): void {
    this.step(last ? this.images.length : -this.images.length);
  }

  /** A preset by its number from 1; 0 is the window that the image has. */
  preset(number: number): void {
    if (number === 0) {
      this.viewport.resetProperties();
    } else {
      const one = PRESETS[number - 1];
      if (!one) return;
      this.viewport.setProperties({ voiRange: rangeOf(one.center, one.width) });
    }
    this.viewport.render();
    this.describe();
  }

  invert(): void {
    this.viewport.setProperties({ invert: !this.viewport.getProperties().invert });
    this.viewport.render();
    this.element.dataset.inverted = String(this.viewport.getProperties().invert ?? false);
  }

  rotate(): void {
    const { rotation = 0 } = this.viewport.getViewPresentation();
    this.viewport.setViewPresentation({ rotation: (rotation + 90) % 360 });
    this.viewport.render();
  }

  zoom(by: number): void {
    this.viewport.setZoom(this.viewport.getZoom() * by);
    this.viewport.render();
  }

  pan(x: number, y: number): void {
    const [left, top] = this.viewport.getPan();
    this.viewport.setPan([left + x, top + y]);
    this.viewport.render();
  }

  reset(): void {
    this.stop();
    this.viewport.resetProperties();
    this.viewport.resetCamera();
    this.viewport.render();
    this.element.dataset.inverted = "false";
    this.describe();
  }

  /** Play the stack, round and round, or stop. */
  play(): void {
    if (this.timer) return this.stop();
    this.timer = window.setInterval(() => {
      const at = this.viewport.getCurrentImageIdIndex();
      void this.viewport.setImageIdIndex((at + 1) % this.images.length);
    }, 1000 / PLAY_RATE);
  }

  private stop(): void {
    window.clearInterval(this.timer);
    this.timer = 0;
  }
}
