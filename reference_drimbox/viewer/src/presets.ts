/** Windows by name: centre and width in the units of the image (HU for CT). */

export interface Preset {
  fr: string;
  en: string;
  center: number;
  width: number;
}

export const PRESETS: Preset[] = [
  { fr: "Abdomen", en: "Abdomen", center: 40, width: 400 },
  { fr: "Poumon", en: "Lung", center: -600, width: 1500 },
  { fr: "Os", en: "Bone", center: 400, width: 1800 },
  { fr: "Crâne", en: "Head", center: 40, width: 80 },
  { fr: "Foie", en: "Liver", center: 60, width: 160 },
];
