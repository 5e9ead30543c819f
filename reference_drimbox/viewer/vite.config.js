import { defineConfig } from "vite";

// The image loader names two modules of Node, which a browser has from npm.
export default defineConfig({
  base: "./",
  resolve: { alias: { events: "events/", url: "url/" } },
  build: { outDir: "dist", emptyOutDir: true, target: "es2022", chunkSizeWarningLimit: 9000 },
  worker: { format: "es" },
});
