import { integer, joinSql, type Sql, sql } from "../sql/sql.js";
import { bindOnce } from "./bind.js";

/**
 * A real that is not NULL as KQL's `tostring` writes it: NaN or inf where it is no number, an integral one with `.0`, any
 * other with enough digits to read back the same. These are the digits that Grisu2 finds: the shortest text below the upper
 * border of the numbers that read back the same, moved to the number itself only where it has less than nine digits after
 * those of the first 32 bits. So 0.1 + 0.2 is 0.30000000000000007, which is the same real as 0.30000000000000004.
 */
export function realText(real: Sql): Sql {
  return bindOnce(real, (x) => {
    const written = sql`toString(${x})`;
    const whole = sql`${x} = trunc(${x}) AND abs(${x}) < 9007199254740992.`;
    const digits = sql`concat(if(${x} < 0, '-', ''), ${magnitudeText(sql`abs(${x})`)})`;
    return sql`multiIf(isNaN(${x}), 'NaN', ${whole}, concat(${written}, '.0'), isInfinite(${x}) OR abs(${x}) < 2.3e-308, ${written}, ${digits})`;
  });
}

/** The text of a real above 0 that is neither infinite nor denormal. */
function magnitudeText(x: Sql): Sql {
  return bindOnce(scaledBorders(x), (borders) =>
    bindOnce(sql`toString(${x})`, (shortest) =>
      bindOnce(shortestDigits(borders, shortest), (digits) => placed(sql`${digits}.1`, sql`${digits}.2`)),
    ),
  );
}

/**
 * The real and the borders of those that read back the same, times a power of ten: (whole part of the upper border, its
 * fraction, distance of the borders, distance of the upper one from the real, bits of the fraction, power of ten).
 */
function scaledBorders(x: Sql): Sql {
  const bits = sql`reinterpretAsUInt64(${x})`;
  const exponent = sql`(toInt64(bitShiftRight(${bits}, 52)) - 1023)`;
  const mantissa = sql`bitOr(bitAnd(${bits}, 4503599627370495), 4503599627370496)`;
  const power = sql`(intDiv(toInt64(ceil((2 - ${exponent}) * 0.30102999566398114 + 347)), 8) + 1)`;
  return bindOnce(
    sql`(${mantissa}, ${exponent}, ${power}, [${joinSql(powers.map(integer))}][${power} + 1])`,
    (parts) => {
      const times = (factor: Sql) =>
        sql`toUInt64(bitShiftRight(toUInt128(${factor}) * toUInt128(${parts}.4) + toUInt128(9223372036854775808), 64))`;
      const lower = sql`if(${parts}.1 = 4503599627370496, toUInt64(${parts}.1 * 4 - 1) * 512, toUInt64(${parts}.1 * 2 - 1) * 1024)`;
      const fractionBits = sql`toUInt8(62 - ${parts}.2 - toInt64(floor((${parts}.3 * 8 - 348) * 3.321928094887362)))`;
      const found = sql`(toUInt64(${times(sql`(${parts}.1 * 2 + 1) * 1024`)} - 1), ${times(lower)} + 1, ${times(sql`${parts}.1 * 2048`)}, ${fractionBits}, 348 - 8 * ${parts}.3)`;
      return bindOnce(found, (borders) => {
        const whole = sql`bitShiftRight(${borders}.1, ${borders}.4)`;
        return sql`(${whole}, ${borders}.1 - bitShiftLeft(${whole}, ${borders}.4), ${borders}.1 - ${borders}.2, ${borders}.1 - ${borders}.3, ${borders}.4, ${borders}.5)`;
      });
    },
  );
}

/** The digits as an integer, and the power of ten that they count. */
function shortestDigits(borders: Sql, shortest: Sql): Sql {
  const least = sql`length(trimBoth(replaceRegexpAll(extract(${shortest}, '^[^e]*'), '[.]', ''), '0'))`;
  const wholeDigits = sql`toInt64(length(toString(${borders}.1)))`;
  const one = sql`bitShiftLeft(toUInt128(1), ${borders}.5)`;
  /** Cut to `count` digits: (digits, what is cut off, a digit's size, distance of the borders, of the upper one from the real). */
  const cut = (count: Sql): Sql => {
    const zeros = sql`(${count} - ${wholeDigits})`;
    const scale = sql`toUInt128(exp10(abs(${zeros})))`;
    const inWhole = sql`(intDiv(toUInt128(${borders}.1), ${scale}), (${borders}.1 % ${scale}) * ${one} + ${borders}.2, ${scale} * ${one}, toUInt128(${borders}.3), toUInt128(${borders}.4))`;
    const rounding = sql`if(${zeros} < 9, toUInt128(${borders}.4) * ${scale}, toUInt128(0))`;
    const inFraction = sql`(${borders}.1 * ${scale} + intDiv(${borders}.2 * ${scale}, ${one}), (${borders}.2 * ${scale}) % ${one}, ${one}, ${borders}.3 * ${scale}, ${rounding})`;
    return sql`if(${zeros} <= 0, ${inWhole}, ${inFraction})`;
  };
  const tried = sql`arrayMap(_n -> (${cut(sql`_n`)}, _n - ${wholeDigits}), arrayMap(_n -> toInt64(_n), range(${least}, 20)))`;
  const enough = sql`if(_c.2 <= 0, _c.1.2 <= _c.1.4, _c.1.2 < _c.1.4)`;
  return bindOnce(sql`arrayFirst(_c -> ${enough}, ${tried})`, (found) => {
    const part = (index: Sql) => sql`toInt256(${found}.1.${index})`;
    const [rest, size, width, toReal] = [part(sql`2`), part(sql`3`), part(sql`4`), part(sql`5`)];
    const over = sql`greatest(${toReal} - ${rest}, toInt256(0))`;
    const steps = sql`least(intDiv(${over}, ${size}) + if(${over} % ${size} * 2 > ${size}, 1, 0), intDiv(${width} - ${rest}, ${size}))`;
    return sql`(toString(${part(sql`1`)} - ${steps}), ${borders}.6 - ${found}.2)`;
  });
}

/** Digits and the power of ten that they count, with a point or an exponent. */
function placed(digits: Sql, power: Sql): Sql {
  const count = sql`toInt64(length(${digits}))`;
  const point = sql`(${count} + ${power})`;
  const inside = sql`concat(substring(${digits}, 1, ${point}), '.', substring(${digits}, ${point} + 1))`;
  const below = sql`concat('0.', repeat('0', -${point}), ${digits})`;
  const far = sql`concat(substring(${digits}, 1, 1), if(${count} = 1, '', concat('.', substring(${digits}, 2))), 'e', toString(${point} - 1))`;
  return sql`multiIf(${power} >= 0 AND ${point} <= 21, concat(${digits}, repeat('0', ${power}), '.0'), ${point} > 0 AND ${point} <= 21, ${inside}, ${point} > -6 AND ${point} <= 0, ${below}, ${far})`;
}

/** The powers of ten from -348 in steps of eight, each as the 64 bits that begin it. */
const powers: readonly bigint[] = Array.from({ length: 87 }, (_, index) => leadingBits(index * 8 - 348));

function leadingBits(exponent: number): bigint {
  const [over, under] = exponent >= 0 ? [10n ** BigInt(exponent), 1n] : [1n, 10n ** BigInt(-exponent)];
  const size = over.toString(2).length - under.toString(2).length;
  const scaled = (shift: number) =>
    shift >= 0 ? ((over << BigInt(shift + 1)) / under + 1n) >> 1n : (over / (under << BigInt(-shift - 1)) + 1n) >> 1n;
  const close = scaled(63 - size);
  return close >= 1n << 63n ? close : scaled(64 - size);
}
