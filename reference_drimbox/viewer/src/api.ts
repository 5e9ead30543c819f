/** What the DRIMbox says of a study, and where its images are (`reference_drimbox/viewing.py`). */

import { language } from "./text";

export interface Trait {
  label: string;
  value: string;
}

export interface Series {
  uid: string;
  modality: string;
  description: string;
  number: number | null;
  instances: number;
}

export interface Study {
  uid: string;
  description: string;
  date: string;
  patient: Trait[];
  series: Series[];
}

export interface Progress {
  state: "running" | "done" | "failed" | "deleted";
  total: number;
  reason?: string;
  instances: { uid: string; url: string }[];
}

/** The answer of the DRIMbox was no success; `status` is that of HTTP. */
export class Unavailable extends Error {
  constructor(readonly status: number) {
    super(`HTTP ${status}`);
  }
}

async function get<T>(path: string): Promise<T> {
  const response = await fetch(path, { headers: { Accept: "application/json" } });
  if (!response.ok) throw new Unavailable(response.status);
  return (await response.json()) as T;
}

export const study = (uid: string) => get<Study>(`/api/studies/${uid}?lang=${language}`);

/** How far the retrieval of a series is; asking for it begins it. */
export const progress = (studyUid: string, seriesUid: string) =>
  get<Progress>(`/api/studies/${studyUid}/series/${seriesUid}?lang=${language}`);

export const thumbnail = (studyUid: string, seriesUid: string) =>
  `/thumbnails/${studyUid}/${seriesUid}`;
