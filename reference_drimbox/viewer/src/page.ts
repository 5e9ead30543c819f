/** The parts of the page around the images: banner, series, toolbar, help. */

import { thumbnail, type Series, type Study } from "./api";
import { HELP } from "./keyboard";
import { PRESETS } from "./presets";
import { language, text } from "./text";
import type { Tool } from "./tools";

export function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  content: (Node | string)[] = [],
  attributes: Record<string, string> = {},
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  made.append(...content);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function place(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(`no #${id}`);
  return found;
}

export function say(words: string): void {
  place("status").textContent = words;
}

/** The patient of the studies: each of them, where they are of several. */
export function banner(studies: Study[]): void {
  document.documentElement.lang = language;
  document.title = text.title;
  place("title").textContent = text.title;
  place("warning").textContent = text.warning;
  const lists = studies.map((study) =>
    element(
      "dl",
      study.patient.flatMap((one) => [element("dt", [one.label]), element("dd", [one.value])]),
    ),
  );
  const different = lists.filter(
    (list, at) => lists.findIndex((one) => one.textContent === list.textContent) === at,
  );
  place("patient").replaceChildren(...different);
}

/** The series of every study, each a button with a picture; `choose` shows one. */
export function seriesList(studies: Study[], choose: (study: Study, series: Series) => void): void {
  const groups = studies.map((study) =>
    element("section", [
      element("h2", [study.description || text.series]),
      element(
        "ul",
        study.series.map((one) => element("li", [seriesButton(study, one, choose)])),
      ),
    ]),
  );
  const list = place("series");
  list.setAttribute("aria-label", text.series);
  list.replaceChildren(...groups);
}

function counted(images: number): string {
  return images === 1 ? `1 ${text.image.toLowerCase()}` : `${images} ${text.images}`;
}

function seriesButton(
  study: Study,
  series: Series,
  choose: (study: Study, series: Series) => void,
): HTMLButtonElement {
  const picture = element("img", [], {
    src: thumbnail(study.uid, series.uid),
    alt: "",
    loading: "lazy",
    width: "96",
    height: "96",
  });
  // Where no image is here yet there is no picture of it either.
  picture.addEventListener("error", () => picture.classList.add("missing"));
  picture.addEventListener("load", () => picture.classList.remove("missing"));
  const words = element("span", [
    element("strong", [`${series.modality} ${series.number ?? ""}`.trim()]),
    element("span", [series.description]),
    element("small", [counted(series.instances)]),
  ]);
  const button = element("button", [picture, words], {
    type: "button",
    "data-series": series.uid,
    "aria-pressed": "false",
  });
  button.addEventListener("click", () => choose(study, series));
  return button;
}

/** Say which series are on the screen. */
export function pressed(shown: string[]): void {
  for (const one of document.querySelectorAll<HTMLElement>("[data-series]")) {
    one.setAttribute("aria-pressed", String(shown.includes(one.dataset.series ?? "")));
  }
}

/** Ask again for the picture of a series, once its images are here. */
export function pictured(series: string): void {
  const found = document.querySelector<HTMLImageElement>(`[data-series="${series}"] img.missing`);
  if (found) found.src = `${found.src.split("?")[0]}?${Date.now()}`;
}

export interface Commands {
  tool(tool: Tool): void;
  preset(number: number): void;
  invert(): void;
  rotate(): void;
  play(): void;
  reset(): void;
  help(): void;
}

export function toolbar(commands: Commands): void {
  const bar = place("toolbar");
  bar.setAttribute("aria-label", text.tools);
  const tools: Tool[] = ["window", "pan", "zoom", "scroll"];
  const choices = tools.map((tool, number) => {
    const button = element("button", [text[tool]], {
      type: "button",
      "aria-pressed": String(number === 0),
    });
    button.addEventListener("click", () => {
      for (const one of choices) one.setAttribute("aria-pressed", String(one === button));
      commands.tool(tool);
    });
    return button;
  });
  const presets = element("select", [], { "aria-label": text.presets });
  const names = [text.standard, ...PRESETS.map((one) => one[language])];
  names.forEach((name, number) => presets.append(element("option", [name], { value: `${number}` })));
  presets.addEventListener("change", () => commands.preset(Number(presets.value)));
  const plain = (["invert", "rotate", "play", "reset", "help"] as const).map((name) => {
    const button = element("button", [text[name]], { type: "button" });
    button.addEventListener("click", () => commands[name]());
    return button;
  });
  bar.replaceChildren(...choices, presets, ...plain);
}

export function help(): void {
  const dialog = place("help") as HTMLDialogElement;
  const rows = HELP.map(([keys, does]) =>
    element("tr", [element("th", [element("kbd", [keys])], { scope: "row" }), element("td", [does])]),
  );
  const close = element("button", [text.close], { type: "button" });
  close.addEventListener("click", () => dialog.close());
  dialog.setAttribute("aria-label", text.keys);
  dialog.replaceChildren(element("h2", [text.keys]), element("table", rows), close);
  dialog.showModal();
}
