/**
 * The language service is C# that runs on a .NET of JavaScript, `Bridge`, whose most frequent operations (type tests,
 * items and lengths of lists, `ref` arguments) find out anew at every call what kind of object they were given. These
 * shortcuts remember it for each class, and leave every uncommon kind of object to the operation itself. A quarter of the
 * binder's time goes with them.
 */
export function takeShortcuts(bridge: any, system: any): void {
  if (bridge.hasShortcuts) return;
  bridge.hasShortcuts = true;
  bridge.is = typeTest(bridge.is);
  bridge.unbox = unboxing(bridge.unbox);
  bridge.hasValue = hasValue(bridge.hasValue);
  bridge.ref = reference(bridge, system);
  system.Array.getCount = counting(bridge, system);
  system.Array.getItem = indexing(bridge, system);
}

type Test = (object: any, type: any, ignoreFunction?: boolean, allowNull?: boolean) => boolean;

/** `object is Type`, whose answer depends on the object's class alone where the type has no test of its own. */
function typeTest(original: Test): Test {
  const answers = new Map<unknown, Map<unknown, boolean>>();
  return (object, type, ignoreFunction, allowNull) => {
    if (typeof object !== "object" || object === null || typeof type !== "function" || object.$boxed) {
      return original(object, type, ignoreFunction, allowNull);
    }
    const owner = object.constructor;
    if (!isPlainClass(owner) || type.$is) return original(object, type, ignoreFunction, allowNull);
    let known = answers.get(owner);
    if (known === undefined) {
      known = new Map();
      answers.set(owner, known);
    }
    let answer = known.get(type);
    if (answer === undefined) {
      answer = original(object, type, ignoreFunction, allowNull);
      known.set(type, answer);
    }
    return answer;
  };
}

/** A class of the service or of its .NET, and not one of JavaScript's own such as `Array`. */
function isPlainClass(type: any): boolean {
  return type?.$kind === "class" && !type.$isArray && !type.$isArrayEnumerator;
}

function unboxing(original: (object: any, noClone?: unknown) => any): (object: any, noClone?: unknown) => any {
  return (object, noClone) => {
    const isPlain = typeof object === "object" && object !== null && isPlainClass(object.constructor);
    return noClone === true && isPlain && !object.$boxed ? object : original(object, noClone);
  };
}

function hasValue(original: (object: any) => boolean): (object: any) => boolean {
  return (object) => {
    if (typeof object === "string") return true;
    const isPlain = typeof object === "object" && object !== null && isPlainClass(object.constructor);
    return isPlain && !object.$boxed ? true : original(object);
  };
}

/** A variable or field that a method may write. */
class Reference {
  readonly #owner: any;
  readonly #name: PropertyKey;

  constructor(owner: any, name: PropertyKey) {
    this.#owner = owner;
    this.#name = name;
  }

  get v(): any {
    return this.#owner[this.#name];
  }

  set v(value: any) {
    this.#owner[this.#name] = value;
  }
}

function reference(bridge: any, system: any): (owner: any, name: any) => any {
  const original = bridge.ref;
  return (owner, name) => {
    if (typeof name === "string" || typeof name === "number") return new Reference(owner, name);
    return Array.isArray(name) ? new Reference(owner, system.Array.toIndex(owner, name)) : original(owner, name);
  };
}

/** How the members of one interface are read from the objects of a class; undefined where only the operation knows. */
type Reader<Arguments extends unknown[], Result> = ((list: any, ...rest: Arguments) => Result) | undefined;

function counting(bridge: any, system: any): (list: any, type?: any) => number {
  const original = system.Array.getCount;
  const readerOf = remembered((prototype, type): Reader<[], number> => {
    const alias = `System$Collections$Generic$ICollection$1$${bridge.getTypeAlias(type)}`;
    const [method, other, property] = [
      `${alias}$getCount`,
      "System$Collections$ICollection$getCount",
      `${alias}$Count`,
    ];
    if (typeof prototype[method] === "function") return (list) => list[method]();
    if (other in prototype) return undefined;
    if (property in prototype) return (list) => list[property];
    return "System$Collections$ICollection$Count" in prototype || !("Count" in prototype)
      ? undefined
      : (list) => list.Count;
  });
  return (list, type) => {
    if (Array.isArray(list)) return list.length;
    const count = type && isPlainClass(list?.constructor) ? readerOf(list.constructor, type)?.(list) : undefined;
    return count ?? original(list, type);
  };
}

function indexing(bridge: any, system: any): (list: any, index: number, type?: any) => any {
  const original = system.Array.getItem;
  const readerOf = remembered((prototype, type): Reader<[number], any> => {
    const method = `System$Collections$Generic$IList$1$${bridge.getTypeAlias(type)}$getItem`;
    if (typeof prototype[method] === "function") return (list, index) => list[method](index);
    // Items of a value type are put into a box.
    if ("get" in prototype || bridge.getDefaultValue(type) != null) return undefined;
    return typeof prototype.getItem === "function" ? (list, index) => list.getItem(index) : undefined;
  });
  return (list, index, type) => {
    if (!type) return original(list, index, type);
    if (Array.isArray(list)) return list[index];
    const reader = isPlainClass(list?.constructor) ? readerOf(list.constructor, type) : undefined;
    return reader === undefined ? original(list, index, type) : reader(list, index);
  };
}

/** What `find` says of a class and a type, asked once. */
function remembered<T>(find: (prototype: any, type: any) => T): (owner: any, type: any) => T {
  const classes = new Map<unknown, Map<unknown, T>>();
  return (owner, type) => {
    let types = classes.get(owner);
    if (types === undefined) {
      types = new Map();
      classes.set(owner, types);
    }
    if (!types.has(type)) types.set(type, find(owner.prototype, type));
    return types.get(type) as T; // set above where it was not there
  };
}
