#!/usr/bin/env node
// The command. In a package it runs what `npm pack` has compiled; in a clone it runs the sources as they are.
import {existsSync, readFileSync} from "node:fs";

const here = name => new URL(name, import.meta.url);
const {version} = JSON.parse(readFileSync(here("../package.json"), "utf8"));
const compiled = here("../src/recorder/main.compiled.js");
if (!existsSync(compiled)) (await import("tsx/esm/api")).register();
const {main} = await import(existsSync(compiled) ? compiled : here("../src/recorder/main.ts"));
process.exitCode = await main(process.argv.slice(2), version);
