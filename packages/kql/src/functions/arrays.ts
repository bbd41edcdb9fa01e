import { integer, type Sql, sql, text } from "../sql/sql.js";
import { bindOnce } from "./bind.js";
import { arrayElements, arrayValue, comparable, fromArray, isArray, mapArray } from "./elements.js";
import { type ScalarEntry, scalars } from "./entry.js";
import { arrayJson, dynamicOf, joined, toJson } from "./json-text.js";
import { nullOf, type Refusal, type Value, value } from "./value.js";

const arrayLength: ScalarEntry = {
  about: "Number of elements of an array; null for anything else.",
  emit: length,
  examples: {
    "array_length(dynamic([1, 2, null]))": 3,
    "array_length(dynamic([]))": 0,
    "array_length(parse_json('{}'))": null,
    "array_length(dynamic(null))": null,
    "array_length(split('a,b', ','))": 2,
  },
};

const arrayIff: ScalarEntry = {
  about: "Array that has, for each condition, the element at its place of the second or third argument, or that value.",
  call: ({ args }) => chosen(args),
  examples: {
    "array_iff(dynamic([true, false, true]), dynamic([1, 2, 3]), dynamic([0, 0, 0]))": [1, 0, 3],
    "array_iff(dynamic([1, 0, 50]), 'yes', 'no')": ["yes", "no", "yes"],
    "array_iff(dynamic([true, false]), dynamic([1]), dynamic([2]))": [1, null],
    "array_iff(dynamic(['x', null]), 1, 0)": [null, null],
  },
};

/** Functions of arrays whose elements keep their values. */
export const arrayFunctions = scalars({
  array_length: arrayLength,
  arraylength: arrayLength,
  array_concat: {
    about: "The elements of several arrays as one array; what is no array adds nothing.",
    call: ({ args }) => concatenated(args),
    examples: {
      "array_concat(dynamic([1, 2]), dynamic([3]))": [1, 2, 3],
      "array_concat(parse_json('{}'), dynamic([99]), dynamic(null))": [99],
    },
  },
  array_reverse: {
    about: "The elements in reverse order.",
    emit: (array: Value) => mapArray(array, (items) => sql`arrayReverse(${items})`),
    examples: { "array_reverse(dynamic([1, 2, 3]))": [3, 2, 1], "array_reverse(dynamic(null))": null },
  },
  array_slice: {
    about: "The elements from one place to another, both included; negative places count from the end.",
    emit: slice,
    examples: {
      "array_slice(dynamic([1, 2, 3, 4, 5]), 1, 3)": [2, 3, 4],
      "array_slice(dynamic([1, 2, 3, 4, 5]), -3, -2)": [3, 4],
      "array_slice(dynamic([1, 2, 3]), 1, 99)": [2, 3],
      "array_slice(dynamic([1, 2, 3]), 2, 1)": [],
    },
  },
  array_split: {
    about: "The array cut in pieces before the given places.",
    emit: pieces,
    examples: {
      "array_split(dynamic([1, 2, 3, 4, 5]), 2)": [
        [1, 2],
        [3, 4, 5],
      ],
      "array_split(dynamic([1, 2, 3, 4, 5]), dynamic([1, 3]))": [[1], [2, 3], [4, 5]],
      "array_split(dynamic([1, 2, 3]), -1)": [[1, 2], [3]],
    },
  },
  array_shift_left: shift("left", {
    "array_shift_left(dynamic([1, 2, 3, 4, 5]), 2)": [3, 4, 5, null, null],
    "array_shift_left(dynamic([1, 2, 3, 4, 5]), 2, -1)": [3, 4, 5, -1, -1],
    "array_shift_left(dynamic([1, 2, 3]), -1)": [null, 1, 2],
    "array_shift_left(dynamic(['a', 'b']), 1)": ["b", ""],
  }),
  array_shift_right: shift("right", {
    "array_shift_right(dynamic([1, 2, 3, 4, 5]), 2)": [null, null, 1, 2, 3],
    "array_shift_right(dynamic([1, 2, 3, 4, 5]), 2, -1)": [-1, -1, 1, 2, 3],
  }),
  array_rotate_left: {
    about: "The elements moved to the left, those that fall out come in at the right.",
    emit: (array: Value, by: Value) => mapArray(array, (items) => sql`arrayRotateLeft(${items}, ${place(by)})`),
    examples: { "array_rotate_left(dynamic([1, 2, 3, 4, 5]), 2)": [3, 4, 5, 1, 2] },
  },
  array_rotate_right: {
    about: "The elements moved to the right, those that fall out come in at the left.",
    emit: (array: Value, by: Value) => mapArray(array, (items) => sql`arrayRotateRight(${items}, ${place(by)})`),
    examples: {
      "array_rotate_right(dynamic([1, 2, 3, 4, 5]), 2)": [4, 5, 1, 2, 3],
      "array_rotate_right(dynamic([1, 2, 3, 4, 5]), -2)": [3, 4, 5, 1, 2],
    },
  },
  array_iff: arrayIff,
  array_iif: arrayIff,
  array_sum: {
    about: "Sum of the numbers of an array, nulls left out; null where there is none, or something that is no number.",
    emit: total,
    examples: {
      "array_sum(dynamic([1, null, 3]))": 4,
      "array_sum(dynamic([]))": null,
      "array_sum(dynamic([1, 'a']))": null,
    },
  },
  array_index_of: {
    about: "Place of a value in an array, -1 where it is not there; places count from 0.",
    call: ({ args }) => indexOf(args),
    examples: {
      "array_index_of(dynamic(['this', 'is', 'an', 'example', 'an', 'example']), 'an')": 2,
      "array_index_of(dynamic(['this', 'is', 'an', 'example', 'an', 'example']), 'an', 3)": 4,
      "array_index_of(dynamic(['this', 'is', 'an', 'example', 'an', 'example']), 'an', -3)": 4,
      "array_index_of(dynamic(['this', 'is', 'an', 'example', 'an', 'example']), 'example', 0, -1, 2)": 5,
      "array_index_of(dynamic([15, 16]), 15.0)": 0,
      "array_index_of(dynamic([1, 2]), 99)": -1,
      "array_index_of(dynamic([1, 2]), 1, 0, -2)": null,
      "array_index_of(dynamic([1, 2]), 1, 0, -1, -1)": null,
    },
  },
  zip: {
    about: "Array of the arrays that hold the first, second, … elements; shorter arrays are filled up with null.",
    call: ({ args }) => zipped(args),
    examples: {
      "zip(dynamic([1, 3]), dynamic([2, 4]))": [
        [1, 2],
        [3, 4],
      ],
      "zip(dynamic(['A', 1, 1.5]), dynamic([{}, 'B']))": [
        ["A", {}],
        [1, "B"],
        [1.5, null],
      ],
    },
  },
  repeat: {
    about: "Array that holds a value a number of times.",
    emit: repeated,
    examples: { "repeat(1, 3)": [1, 1, 1], "repeat('a', 0)": [], "repeat('a', -1)": null },
  },
});

function length(array: Value): Sql {
  if (array.array !== undefined) return sql`toInt64(length(${array.array.sql}))`;
  return sql`if(startsWith(${array}, '['), toNullable(toInt64(JSONLength(${array}))), NULL)`;
}

function concatenated(given: readonly Value[]): Value | Refusal {
  const arrays = given.filter(({ type }) => type === "dynamic");
  const [first] = arrays;
  if (first === undefined) return { refused: "`array_concat` without an array" };
  const of = first?.array?.of;
  if (of !== undefined && arrays.every((array) => array.array?.of === of)) {
    const parts = arrays.flatMap((array) => (array.array === undefined ? [] : [array.array.sql]));
    return arrayValue(arrayConcat(parts), of);
  }
  return arrayValue(arrayConcat(arrays.map(arrayElements)), "dynamic");
}

function arrayConcat(parts: readonly Sql[]): Sql {
  return parts.reduce((all, part) => sql`arrayConcat(${all}, ${part})`);
}

/** A place in an array that the engine's own functions take without an error, whatever it is. */
function place(index: Value): Sql {
  return sql`ifNull(greatest(least(toInt64(${index}), 2147483647), -2147483647), 0)`;
}

function slice(array: Value, start: Value, end: Value): Value {
  return mapArray(array, (items) => {
    const size = sql`toInt64(length(${items}))`;
    const first = sql`if(${place(start)} < 0, greatest(${size} + ${place(start)}, 0), ${place(start)})`;
    const last = sql`if(${place(end)} < 0, ${size} + ${place(end)}, ${place(end)})`;
    return sql`arraySlice(${items}, ${first} + 1, greatest(${last} - ${first} + 1, 0))`;
  });
}

function pieces(array: Value, places: Value): Sql {
  const cuts =
    places.type === "dynamic"
      ? sql`arrayMap(_c -> toInt64OrZero(_c), ${arrayElements(places)})`
      : sql`[${place(places)}]`;
  return fromArray(
    array,
    (items) => {
      return bindOnce(items, (held) => cutUp(held, cuts));
    },
    sql`''`,
  );
}

function cutUp(items: Sql, cuts: Sql): Sql {
  const size = sql`toInt64(length(${items}))`;
  const inside = sql`arrayMap(_c -> least(greatest(if(_c < 0, ${size} + _c, _c), 0), ${size}), ${cuts})`;
  const from = sql`arrayConcat([toInt64(0)], ${inside})`;
  const to = sql`arrayConcat(${inside}, [${size}])`;
  const piece = arrayJson(sql`arraySlice(${items}, _a + 1, greatest(_z - _a, 0))`, "dynamic");
  return joined(sql`arrayMap((_a, _z) -> ${piece}, ${from}, ${to})`);
}

function shift(direction: "left" | "right", examples: ScalarEntry["examples"]): ScalarEntry {
  return {
    about: `The elements moved to the ${direction}; what comes in is null, the empty text in an array of texts, or the third argument.`,
    call: ({ args }) => {
      const [array, by, filling] = args;
      if (array === undefined || by === undefined) return { refused: "arguments are missing" };
      const name = direction === "left" ? sql`arrayShiftLeft` : sql`arrayShiftRight`;
      const texts: Value = array.array === undefined ? array : arrayValue(arrayElements(array), "dynamic");
      return mapArray(texts, (items) => {
        const ofTexts = sql`notEmpty(${items}) AND arrayAll(_x -> startsWith(_x, '"'), ${items})`;
        const fill = filling === undefined ? sql`if(${ofTexts}, '""', '')` : dynamicOf(filling);
        return sql`${name}(${items}, ${place(by)}, ${fill})`;
      });
    },
    examples,
  };
}

function chosen(args: readonly Value[]): Sql | Refusal {
  const [conditions, yes, no] = args;
  if (conditions === undefined || yes === undefined || no === undefined) return { refused: "arguments are missing" };
  if (conditions.type !== "dynamic") return { refused: "`array_iff` with a condition that is no array" };
  const answer = sql`multiIf(_c = 'true', 1, _c = 'false', 0, isNotNull(toFloat64OrNull(_c)), toFloat64OrNull(_c) != 0, NULL)`;
  return picked(yes, (ifTrue) =>
    picked(no, (ifFalse) => {
      const item = sql`multiIf(isNull(${answer}), '', ${answer}, ${ifTrue}, ${ifFalse})`;
      return fromArray(
        conditions,
        (items) => arrayJson(sql`arrayMap((_c, _i) -> ${item}, ${items}, arrayEnumerate(${items}))`, "dynamic"),
        sql`''`,
      );
    }),
  );
}

/** What a choice of `array_iff` gives at place `_i`: an array its element, anything else itself. */
function picked(choice: Value, use: (item: Sql) => Sql): Sql {
  if (choice.type !== "dynamic") return bindOnce(dynamicOf(choice), use);
  return bindOnce(choice.sql, (whole) =>
    bindOnce(arrayElements(choice), (items) =>
      use(sql`if(startsWith(${whole}, '['), arrayElement(${items}, _i), ${whole})`),
    ),
  );
}

function total(array: Value): Sql {
  if (array.array?.of === "long" || array.array?.of === "int" || array.array?.of === "real")
    return sql`if(empty(${array.array.sql}), NULL, toNullable(toFloat64(arraySum(arrayMap(_x -> toFloat64(_x), ${array.array.sql})))))`;
  return fromArray(
    array,
    (items) => {
      const numbers = sql`arrayMap(_x -> toFloat64OrNull(_x), arrayFilter(_x -> _x != '', ${items}))`;
      return sql`if(empty(${numbers}) OR has(${numbers}, NULL), NULL, toNullable(assumeNotNull(arraySum(arrayMap(_x -> assumeNotNull(_x), ${numbers})))))`;
    },
    nullOf("real"),
  );
}

function indexOf(args: readonly Value[]): Sql | Refusal {
  const [array, wanted, start, count, occurrence] = args;
  if (array === undefined || wanted === undefined) return { refused: "arguments are missing" };
  const known = sql`arrayElement(${comparable(sql`[${dynamicOf(wanted)}]`)}, 1)`;
  return fromArray(
    array,
    (items) => {
      return bindOnce(comparable(items), (same) => {
        if (start === undefined) return sql`toNullable(toInt64(indexOf(${same}, ${known})) - 1)`;
        const size = sql`toInt64(length(${same}))`;
        const first = sql`if(${place(start)} < 0, greatest(${size} + ${place(start)}, 0), ${place(start)})`;
        const reach = count === undefined ? sql`-1` : place(count);
        const end = sql`if(${reach} < 0, ${size}, least(${size}, ${first} + ${reach}))`;
        const nth = occurrence === undefined ? integer(1) : sql`greatest(${place(occurrence)}, 1)`;
        const isUnsound = sql`${reach} < -1 OR ${occurrence === undefined ? integer(1) : place(occurrence)} < 1`;
        return bindOnce(sql`(${known}, ${first}, ${end})`, (limits) => {
          const wanted = sql`_x = ${limits}.1 AND _i > ${limits}.2 AND _i <= ${limits}.3`;
          const hits = sql`arrayFilter((_i, _x) -> ${wanted}, arrayMap(_i -> toInt64(_i), arrayEnumerate(${same})), ${same})`;
          return sql`multiIf(${isUnsound}, NULL, length(${hits}) >= ${nth}, toNullable(arrayElement(${hits}, ${nth}) - 1), toInt64(-1))`;
        });
      });
    },
    nullOf("long"),
  );
}

function zipped(arrays: readonly Value[]): Sql | Refusal {
  if (arrays.length === 0) return { refused: "zip needs arrays" };
  const areArrays = arrays.map(isArray).reduce((all, one) => sql`${all} AND ${one}`);
  return sql`if(${areArrays}, ${rows(arrays, [])}, '')`;
}

function rows(arrays: readonly Value[], lists: readonly Sql[]): Sql {
  const [next, ...rest] = arrays;
  if (next !== undefined) return bindOnce(arrayElements(next), (items) => rows(rest, [...lists, items]));
  const longest = lists.map((list) => sql`length(${list})`).reduce((most, size) => sql`greatest(${most}, ${size})`);
  const row = lists.map((list) => toJson(value(sql`arrayElement(${list}, _i)`, "dynamic")));
  const texts = joined(sql`[${row.reduce((all, item) => sql`${all}, ${item}`)}]`);
  return joined(sql`arrayMap(_i -> ${texts}, range(1, toUInt64(${longest}) + 1))`);
}

function repeated(item: Value, count: Value): Sql {
  const times = sql`toUInt64(greatest(least(${place(count)}, 1048576), 0))`;
  const array = joined(sql`arrayWithConstant(${times}, ${toJson(item)})`);
  return sql`if(ifNull(${count} >= 0, 0), ${array}, ${text("")})`;
}
