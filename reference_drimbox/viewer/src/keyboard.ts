/** The keys: all that a mouse does, and more quickly. */

import type { Pane } from "./pane";
import { PRESETS } from "./presets";
import { text } from "./text";

export interface Desk {
  pane(): Pane;
  other(): void;
  nextSeries(by: number): void;
  help(): void;
}

const PAGE = 10;
const NUDGE = 20;
const CLOSER = 1.2;

type Action = (desk: Desk) => void;

const KEYS: Record<string, Action> = {
  ArrowDown: (desk) => desk.pane().step(1),
  ArrowUp: (desk) => desk.pane().step(-1),
  PageDown: (desk) => desk.pane().step(PAGE),
  PageUp: (desk) => desk.pane().step(-PAGE),
  Home: (desk) => desk.pane().toEnd(false),
  End: (desk) => desk.pane().toEnd(true),
  ArrowRight: (desk) => desk.nextSeries(1),
  ArrowLeft: (desk) => desk.nextSeries(-1),
  "+": (desk) => desk.pane().zoom(CLOSER),
  "-": (desk) => desk.pane().zoom(1 / CLOSER),
  i: (desk) => desk.pane().invert(),
  r: (desk) => desk.pane().rotate(),
  p: (desk) => desk.pane().play(),
  Escape: (desk) => desk.pane().reset(),
  o: (desk) => desk.other(),
  "?": (desk) => desk.help(),
};

const SHIFTED: Record<string, Action> = {
  ArrowDown: (desk) => desk.pane().pan(0, NUDGE),
  ArrowUp: (desk) => desk.pane().pan(0, -NUDGE),
  ArrowRight: (desk) => desk.pane().pan(NUDGE, 0),
  ArrowLeft: (desk) => desk.pane().pan(-NUDGE, 0),
};

/** The rows of the help: keys, and what they do. */
export const HELP: [string, string][] = [
  ["↑ ↓", text.scrollKeys],
  ["← →", text.seriesKeys],
  [`0–${PRESETS.length}`, text.presetKeys],
  ["+ −", text.zoom],
  ["⇧ ↑ ↓ ← →", text.pan],
  ["i", text.invert],
  ["r", text.rotate],
  ["p", text.play],
  ["o", text.paneKeys],
  ["Esc", text.reset],
  ["?", text.help],
];

export function listen(desk: Desk): void {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (document.querySelector("dialog[open]")) return;
    const digit = /^[0-9]$/.test(event.key) ? Number(event.key) : -1;
    const action = event.shiftKey && SHIFTED[event.key] ? SHIFTED[event.key] : KEYS[event.key];
    if (digit >= 0) desk.pane().preset(digit);
    else if (action) action(desk);
    else return;
    event.preventDefault();
  });
}
