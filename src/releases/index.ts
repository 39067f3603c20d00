// The releases that the model covers, by name.

import {go1_12} from "./go1.12.js";
import {go1_15} from "./go1.15.js";
import {go1_19} from "./go1.19.js";
import {go1_24} from "./go1.24.js";
import {go1_27} from "./go1.27.js";
import type {ReleaseData} from "./release.js";

/** Releases by name, oldest first. */
export const releases: Readonly<Record<string, ReleaseData>> = {
  "go1.12": go1_12,
  "go1.15": go1_15,
  "go1.19": go1_19,
  "go1.24": go1_24,
  "go1.27": go1_27,
};

/** The release of that name. Throws RangeError, with the names that there are. */
export function release(name: string): ReleaseData {
  const found = Object.hasOwn(releases, name) ? releases[name] : undefined;
  if (!found)
    throw new RangeError(`unknown release ${name}; the model covers ${Object.keys(releases).join(", ")}`);
  return found;
}

export {type HintInput, type HintRule, seedOf} from "./hints.js";
export {type Field, type Layout, Layouts} from "./layout.js";
export {type Arch, archs, type Goarch, type Goos, type Os, oses} from "./platforms.js";
export {
  type Configuration,
  type Constants,
  configure,
  type MallocinitStep,
  type PageConstants,
  type PagedConstants,
  type Platform,
  type ReleaseData,
  type ScavengeIndexRule,
  type Schedinit,
  type SchedinitStep,
  type SizeClassRule,
} from "./release.js";
