// Prints the size of the built widget as a browser downloads it.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const script = readFileSync(new URL("../dist/widget.js", import.meta.url));
const gzipped = gzipSync(script, { level: 9 }).length;
console.log(`widget.js ${(script.length / 1024).toFixed(1)} KB, gzipped ${(gzipped / 1024).toFixed(1)} KB`);
