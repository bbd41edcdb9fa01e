import { arraySortFunctions } from "./array-sort.js";
import { arrayFunctions } from "./arrays.js";
import { bagFunctions } from "./bags.js";
import { binFunctions } from "./bin.js";
import { bitFunctions } from "./bits.js";
import { calendarFunctions } from "./calendar.js";
import { codepointFunctions } from "./codepoints.js";
import { conditionalFunctions } from "./conditional.js";
import { conversionFunctions } from "./conversion.js";
import { datetimeFunctions } from "./datetime.js";
import { distributionFunctions } from "./distributions.js";
import { dynamicFunctions } from "./dynamic.js";
import { encodingFunctions } from "./encodings.js";
import type { ScalarEntry } from "./entry.js";
import { formatTimeFunctions } from "./format-time.js";
import { formattingFunctions } from "./formatting.js";
import { distanceFunctions } from "./geo/distances.js";
import { geohashFunctions } from "./geo/geohash.js";
import { h3Functions } from "./geo/h3.js";
import { outsideGeoFunctions } from "./geo/outside.js";
import { polygonFunctions } from "./geo/polygons.js";
import { s2Functions } from "./geo/s2.js";
import { sphereFunctions } from "./geo/sphere.js";
import { hashFunctions } from "./hash.js";
import { ipFunctions } from "./ip.js";
import { ipSearchFunctions } from "./ip-search.js";
import { mathFunctions } from "./math.js";
import { arithmeticOperators } from "./operators/arithmetic.js";
import { comparisonOperators } from "./operators/comparison.js";
import { logicalOperators } from "./operators/logic.js";
import { searchOperators } from "./operators/search.js";
import { stringOperators } from "./operators/string-operators.js";
import { outsideTextFunctions } from "./outside-text.js";
import { textParsingFunctions } from "./parse-text.js";
import { patternFunctions } from "./patterns.js";
import { randomFunctions } from "./random.js";
import { rangeFunctions } from "./ranges.js";
import { replacementFunctions } from "./replacements.js";
import { roundingFunctions } from "./rounding.js";
import { seriesDecomposeFunctions } from "./series-decompose.js";
import { seriesFillFunctions } from "./series-fills.js";
import { seriesFilterFunctions } from "./series-filters.js";
import { seriesFourierFunctions } from "./series-fourier.js";
import { seriesMapFunctions } from "./series-maps.js";
import { seriesNumberFunctions } from "./series-numbers.js";
import { seriesOutlierFunctions } from "./series-outliers.js";
import { setFunctions } from "./sets.js";
import { sketchFunctions } from "./sketches.js";
import { stringFunctions } from "./strings.js";
import { timePartFunctions } from "./time-parts.js";
import { treeFunctions } from "./trees.js";
import { unitFunctions } from "./units.js";

/** Every scalar function and operator, by its KQL name; the list of families is the only place a new family is named. */
export const scalarFunctions: ReadonlyMap<string, ScalarEntry> = new Map<string, ScalarEntry>(
  [
    comparisonOperators,
    arithmeticOperators,
    logicalOperators,
    stringOperators,
    searchOperators,
    conversionFunctions,
    conditionalFunctions,
    binFunctions,
    calendarFunctions,
    timePartFunctions,
    roundingFunctions,
    randomFunctions,
    mathFunctions,
    distributionFunctions,
    sphereFunctions,
    geohashFunctions,
    h3Functions,
    s2Functions,
    polygonFunctions,
    distanceFunctions,
    outsideGeoFunctions,
    outsideTextFunctions,
    formatTimeFunctions,
    datetimeFunctions,
    bitFunctions,
    ipFunctions,
    formattingFunctions,
    hashFunctions,
    textParsingFunctions,
    encodingFunctions,
    codepointFunctions,
    ipSearchFunctions,
    stringFunctions,
    replacementFunctions,
    patternFunctions,
    arrayFunctions,
    arraySortFunctions,
    bagFunctions,
    dynamicFunctions,
    rangeFunctions,
    setFunctions,
    sketchFunctions,
    treeFunctions,
    unitFunctions,
    seriesNumberFunctions,
    seriesFillFunctions,
    seriesDecomposeFunctions,
    seriesOutlierFunctions,
    seriesMapFunctions,
    seriesFilterFunctions,
    seriesFourierFunctions,
  ].flatMap((family) => Object.entries(family)),
);
