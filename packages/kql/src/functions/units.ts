import { float, sql } from "../sql/sql.js";
import { constantText } from "./constant-elements.js";
import { type ScalarEntry, scalars } from "./entry.js";
import { type Refusal, type Value, value } from "./value.js";

/** Conversions of measures; only units whose size is a matter of definition are known. */
export const unitFunctions = scalars({
  convert_angle: conversion("angle", () => angles, {
    "convert_angle(1.2, 'Degree', 'Arcminute')": 72,
    "convert_angle(0.5, 'Revolution', 'Degree')": 180,
  }),
  convert_energy: conversion("energy", () => energies, {
    "round(convert_energy(1.2, 'Joule', 'BritishThermalUnit'), 15)": 0.001137380544376,
    "convert_energy(1, 'KilowattHour', 'Joule')": 3600000,
  }),
  convert_force: conversion("force", () => forces, { "convert_force(1.2, 'Newton', 'Decanewton')": 0.12 }),
  convert_length: conversion("length", () => lengths, {
    "round(convert_length(1.2, 'Meter', 'Foot'), 12)": 3.937007874016,
    "convert_length(real(null), 'Meter', 'Foot')": null,
  }),
  convert_mass: conversion("mass", () => masses, {
    "round(convert_mass(1.2, 'Kilogram', 'Pound'), 12)": 2.645547146219,
  }),
  convert_speed: conversion("speed", () => speeds, {
    "round(convert_speed(1.2, 'MeterPerSecond', 'CentimeterPerHour'), 6)": 432000,
  }),
  convert_temperature: {
    about: "A temperature of one scale as that of another.",
    emit: (amount: Value, from: Value, to: Value) => convertedTemperature(amount, from, to),
    notNull: "arguments",
    limit:
      "The scales must be constants; the Sun's temperature, which is measured, is refused. The last digit may differ.",
    examples: {
      "convert_temperature(1.2, 'Kelvin', 'DegreeCelsius')": -271.95,
      "round(convert_temperature(14, 'DegreeCelsius', 'DegreeFahrenheit'), 10)": 57.2,
      "round(convert_temperature(-40, 'DegreeFahrenheit', 'DegreeCelsius'), 10)": -40,
      "round(convert_temperature(100, 'DegreeCelsius', 'DegreeDelisle'), 10)": 0,
      "round(convert_temperature(100, 'DegreeCelsius', 'DegreeReaumur'), 10)": 80,
      "convert_temperature(real(null), 'Kelvin', 'DegreeCelsius')": null,
    },
  },
  convert_volume: conversion("volume", () => volumes, {
    "convert_volume(1.5, 'CubicMeter', 'Liter')": 1500,
    "round(convert_volume(1.2, 'CubicMeter', 'AcreFoot'), 12)": 0.0009728568,
    "round(convert_volume(1, 'OilBarrel', 'UsQuart'), 9)": 168,
  }),
});

/** The size of each unit in the family's own unit. */
type Sizes = Readonly<Record<string, number>>;

function conversion(measure: string, sizes: () => Sizes, examples: ScalarEntry["examples"]): ScalarEntry {
  return {
    about: `A number of one unit of ${measure} as a number of another.`,
    emit: (amount: Value, from: Value, to: Value) => converted(amount, from, to, sizes()),
    notNull: "arguments",
    limit:
      "The units must be constants; those whose size is a measured or rounded number are refused, and those of standard gravity and the knot, for which several are in use. The last digit may differ.",
    examples,
  };
}

function converted(amount: Value, from: Value, to: Value, sizes: Sizes): Value | Refusal {
  const [source, target] = [named(from, sizes), named(to, sizes)];
  if (typeof source !== "number") return source;
  if (typeof target !== "number") return target;
  const own = sql`toFloat64(${amount})`;
  const inOther = sql`(${own} * ${float(source)} / ${float(target)})`;
  return value(source === target ? own : inOther, "real", amount.nullable);
}

function named<T>(unit: Value, known: Readonly<Record<string, T>>): T | Refusal {
  const name = constantText(unit);
  if (name === undefined) return { refused: "a unit that is not a constant" };
  const found = Object.hasOwn(known, name) ? known[name] : undefined;
  return found ?? { refused: `the unit \`${name}\``, hint: `known units are ${Object.keys(known).join(", ")}` };
}

/** A scale of temperature: the size of its degree in kelvins, and its zero in kelvins. */
interface TemperatureScale {
  readonly degree: number;
  readonly zero: number;
}

function convertedTemperature(amount: Value, from: Value, to: Value): Value | Refusal {
  const [source, target] = [named(from, temperatures), named(to, temperatures)];
  if ("refused" in source) return source;
  if ("refused" in target) return target;
  const own = sql`toFloat64(${amount})`;
  const kelvins = sql`(${own} * ${float(source.degree)} + ${float(source.zero)})`;
  const inOther = sql`((${kelvins} - ${float(target.zero)}) / ${float(target.degree)})`;
  return value(source === target ? own : inOther, "real", amount.nullable);
}

const freezing = 273.15;

const temperatures: Readonly<Record<string, TemperatureScale>> = {
  DegreeCelsius: { degree: 1, zero: freezing },
  DegreeDelisle: { degree: -2 / 3, zero: 373.15 },
  DegreeFahrenheit: { degree: 5 / 9, zero: (459.67 * 5) / 9 },
  DegreeNewton: { degree: 100 / 33, zero: freezing },
  DegreeRankine: { degree: 5 / 9, zero: 0 },
  DegreeReaumur: { degree: 5 / 4, zero: freezing },
  DegreeRoemer: { degree: 40 / 21, zero: freezing - (7.5 * 40) / 21 },
  Kelvin: { degree: 1, zero: 0 },
  MillidegreeCelsius: { degree: 1e-3, zero: freezing },
};

const degree = Math.PI / 180;

const angles: Sizes = {
  Arcminute: 1 / 60,
  Arcsecond: 1 / 3600,
  Centiradian: 1e-2 / degree,
  Deciradian: 1e-1 / degree,
  Degree: 1,
  Gradian: 0.9,
  Microdegree: 1e-6,
  Microradian: 1e-6 / degree,
  Millidegree: 1e-3,
  Milliradian: 1e-3 / degree,
  Nanodegree: 1e-9,
  Nanoradian: 1e-9 / degree,
  NatoMil: 9 / 160,
  Radian: 1 / degree,
  Revolution: 360,
};

const thermalUnit = 1055.05585262;

const energies: Sizes = {
  BritishThermalUnit: thermalUnit,
  Calorie: 4.184,
  DecathermEc: thermalUnit * 1e6,
  DecathermUs: 1.054804e9,
  Erg: 1e-7,
  GigabritishThermalUnit: thermalUnit * 1e9,
  Gigajoule: 1e9,
  GigawattDay: 86_400e9,
  GigawattHour: 3_600e9,
  Joule: 1,
  KilobritishThermalUnit: thermalUnit * 1e3,
  Kilocalorie: 4184,
  Kilojoule: 1e3,
  KilowattDay: 86_400e3,
  KilowattHour: 3_600e3,
  MegabritishThermalUnit: thermalUnit * 1e6,
  Megacalorie: 4.184e6,
  Megajoule: 1e6,
  MegawattDay: 86_400e6,
  MegawattHour: 3_600e6,
  Millijoule: 1e-3,
  TerawattDay: 86_400e12,
  TerawattHour: 3_600e12,
  ThermEc: thermalUnit * 1e5,
  ThermUs: 1.054804e8,
  WattDay: 86_400,
  WattHour: 3_600,
};

const poundForce = 4.4482216152605;

const forces: Sizes = {
  Decanewton: 10,
  Dyn: 1e-5,
  Kilonewton: 1e3,
  KilopoundForce: poundForce * 1e3,
  Meganewton: 1e6,
  Micronewton: 1e-6,
  Millinewton: 1e-3,
  Newton: 1,
  OunceForce: poundForce / 16,
  PoundForce: poundForce,
  ShortTonForce: poundForce * 2e3,
};

const surveyFoot = 1200 / 3937;

const lengths: Sizes = {
  Angstrom: 1e-10,
  AstronomicalUnit: 149_597_870_700,
  Centimeter: 1e-2,
  Chain: 20.1168,
  DataMile: 1828.8,
  Decameter: 10,
  Decimeter: 0.1,
  Fathom: 1.8288,
  Foot: 0.3048,
  Hand: 0.1016,
  Hectometer: 100,
  Inch: 0.0254,
  Kilometer: 1e3,
  Meter: 1,
  Microinch: 0.0254e-6,
  Micrometer: 1e-6,
  Mil: 0.0254e-3,
  Millimeter: 1e-3,
  Nanometer: 1e-9,
  NauticalMile: 1852,
  Shackle: 27.432,
  UsSurveyFoot: surveyFoot,
  Yard: 0.9144,
};

const pound = 0.45359237;

const masses: Sizes = {
  Centigram: 1e-5,
  Decagram: 1e-2,
  Decigram: 1e-4,
  Grain: 0.06479891e-3,
  Gram: 1e-3,
  Hectogram: 0.1,
  Kilogram: 1,
  Kilopound: pound * 1e3,
  Kilotonne: 1e6,
  LongHundredweight: pound * 112,
  LongTon: pound * 2240,
  Megapound: pound * 1e6,
  Megatonne: 1e9,
  Microgram: 1e-9,
  Milligram: 1e-6,
  Nanogram: 1e-12,
  Ounce: pound / 16,
  Pound: pound,
  ShortHundredweight: pound * 100,
  ShortTon: pound * 2000,
  Tonne: 1e3,
};

const speeds: Sizes = {
  ...perTime("Centimeter", 1e-2, ["Hour", "Minute", "Second"]),
  ...perTime("Decimeter", 0.1, ["Minute", "Second"]),
  ...perTime("Foot", 0.3048, ["Hour", "Minute", "Second"]),
  ...perTime("Inch", 0.0254, ["Hour", "Minute", "Second"]),
  ...perTime("Kilometer", 1e3, ["Hour", "Minute", "Second"]),
  ...perTime("Meter", 1, ["Hour", "Minute", "Second"]),
  ...perTime("Micrometer", 1e-6, ["Minute", "Second"]),
  MilePerHour: 0.44704,
  ...perTime("Millimeter", 1e-3, ["Hour", "Minute", "Second"]),
  ...perTime("Nanometer", 1e-9, ["Minute", "Second"]),
  ...perTime("UsSurveyFoot", surveyFoot, ["Hour", "Minute", "Second"]),
  ...perTime("Yard", 0.9144, ["Hour", "Minute", "Second"]),
};

const gallon = 231 * 0.0254 ** 3;

const volumes: Sizes = {
  // What the reference prints of it is the engine's own, which is rounded.
  AcreFoot: 1 / 0.000810714,
  AuTablespoon: 20e-6,
  Centiliter: 1e-5,
  CubicCentimeter: 1e-6,
  CubicDecimeter: 1e-3,
  CubicHectometer: 1e6,
  CubicKilometer: 1e9,
  CubicMeter: 1,
  CubicMicrometer: 1e-18,
  CubicMillimeter: 1e-9,
  Decaliter: 1e-2,
  Deciliter: 1e-4,
  HectocubicMeter: 100,
  Hectoliter: 0.1,
  ImperialBeerBarrel: 0.16365924,
  ImperialPint: 0.56826125e-3,
  KilocubicMeter: 1e3,
  Kiloliter: 1,
  Liter: 1e-3,
  Megaliter: 1e3,
  MetricCup: 250e-6,
  MetricTeaspoon: 5e-6,
  Microliter: 1e-9,
  Milliliter: 1e-6,
  OilBarrel: gallon * 42,
  UkTablespoon: 15e-6,
  UsCustomaryCup: gallon / 16,
  UsLegalCup: 240e-6,
  UsPint: gallon / 8,
  UsQuart: gallon / 4,
  UsTablespoon: gallon / 256,
  UsTeaspoon: gallon / 768,
};

function perTime(unit: string, size: number, times: readonly ("Hour" | "Minute" | "Second")[]): Sizes {
  const seconds = { Hour: 3600, Minute: 60, Second: 1 };
  return Object.fromEntries(times.map((time) => [`${unit}Per${time}`, size / seconds[time]]));
}
