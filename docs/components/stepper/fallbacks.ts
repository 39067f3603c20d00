// The landmarks of the runs that pages of this chapter offer, for paper and for readers without scripts.

import {landmarkTable} from "./landmarks.js";
import {
  findingPages,
  largeObjects,
  readingMemStats,
  smallObjects,
  tinyObjects,
  wayOfAnObject,
} from "./routines.js";

interface Reader {
  text(path: string): string;
}

export const way = (reader: Reader) => landmarkTable(reader, wayOfAnObject());
export const small = (reader: Reader) => landmarkTable(reader, smallObjects());
export const tiny = (reader: Reader) => landmarkTable(reader, tinyObjects());
export const large = (reader: Reader) => landmarkTable(reader, largeObjects());
export const statistics = (reader: Reader) => landmarkTable(reader, readingMemStats());
export const pageSearch = (reader: Reader) => landmarkTable(reader, findingPages());
