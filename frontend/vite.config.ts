/// <reference types="vitest/config" />
import { resolve } from "node:path";
import { defineConfig } from "vite";

const pages = ["kiosk", "demo", "board", "ticket", "complaint", "guide", "visit", "staff"];
const server = process.env["LOBBY_SERVER"] ?? "http://127.0.0.1:8080";

export default defineConfig({
  build: {
    target: "es2022",
    // Nothing inlined as data: and no helper script: the pages run under `default-src 'self'`.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: Object.fromEntries(pages.map((page) => [page, resolve(import.meta.dirname, `${page}.html`)])),
    },
  },
  server: {
    proxy: {
      "/api": server,
      "/ws": { target: server, ws: true },
    },
  },
  test: {
    include: ["tests/**/*.test.ts"],
    testTimeout: 10_000,
  },
});
