import { resolve } from "node:path";
import { defineConfig } from "vite";

/** The widget: one self-contained script beside the pages, with a fixed name because banks link to it. */
export default defineConfig({
  publicDir: false,
  build: {
    target: "es2022",
    emptyOutDir: false,
    rolldownOptions: {
      // A page may carry the tag twice.
      output: { intro: 'if (customElements.get("lobby-widget")) return;' },
    },
    lib: {
      entry: resolve(import.meta.dirname, "src/widget/widget.ts"),
      formats: ["iife"],
      name: "lobbyWidget",
      fileName: () => "widget.js",
    },
  },
});
