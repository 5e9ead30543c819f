/** What mouse and fingers do: window, pan, zoom, scroll. */

import {
  addTool,
  Enums,
  PanTool,
  StackScrollTool,
  ToolGroupManager,
  WindowLevelTool,
  ZoomTool,
} from "@cornerstonejs/tools";

const GROUP = "viewer";
const { Primary, Auxiliary, Secondary, Wheel } = Enums.MouseBindings;
const TOOLS = [WindowLevelTool, PanTool, ZoomTool, StackScrollTool];

export type Tool = "window" | "pan" | "zoom" | "scroll";
const NAMES: Record<Tool, string> = {
  window: WindowLevelTool.toolName,
  pan: PanTool.toolName,
  zoom: ZoomTool.toolName,
  scroll: StackScrollTool.toolName,
};
/** Buttons besides the first, whatever the first one does. */
const OTHERS: Record<Tool, { mouseButton?: number; numTouchPoints?: number }[]> = {
  window: [],
  pan: [{ mouseButton: Auxiliary }, { numTouchPoints: 3 }],
  zoom: [{ mouseButton: Secondary }, { numTouchPoints: 2 }],
  scroll: [{ mouseButton: Wheel }],
};

export function start(): void {
  const group = ToolGroupManager.createToolGroup(GROUP);
  for (const tool of TOOLS) {
    addTool(tool);
    group?.addTool(tool.toolName);
  }
  choose("window");
}

/** Give the first button, and one finger, to a tool. */
export function choose(chosen: Tool): void {
  const group = ToolGroupManager.getToolGroup(GROUP);
  for (const [tool, name] of Object.entries(NAMES) as [Tool, string][]) {
    const own = tool === chosen ? [{ mouseButton: Primary }, { numTouchPoints: 1 }] : [];
    group?.setToolPassive(name, { removeAllBindings: true });
    group?.setToolActive(name, { bindings: [...own, ...OTHERS[tool]] });
  }
}

export function addTo(viewport: string, engine: string): void {
  ToolGroupManager.getToolGroup(GROUP)?.addViewport(viewport, engine);
}
