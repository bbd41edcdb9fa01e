import { createMemo, createResource, createSignal, createUniqueId, For, type JSX, onCleanup, Show } from "solid-js";
import { counted, countText } from "../text/times.ts";
import type { MapData, Place } from "./map-data.ts";
import { slicePath } from "./pie.tsx";

/** What is in the middle, in degrees, and how many pixels a degree is wide. */
interface View {
  readonly longitude: number;
  readonly latitude: number;
  readonly scale: number;
}

/** The most places that are named beside the map. */
const named = 200;

/** Places on a map of the Earth (equirectangular), which ships with the application: nothing is asked of the network for it. */
export function EarthMap(props: { readonly data: MapData }): JSX.Element {
  const edge = createUniqueId();
  const [land] = createResource(async () => (await import("./land.ts")).land);
  const [size, setSize] = createSignal({ width: 800, height: 300 });
  const [asked, setAsked] = createSignal<View>();
  const [chosen, setChosen] = createSignal<Place>();
  const observer = new ResizeObserver(([entry]) => {
    if (entry === undefined) return;
    setSize({ width: Math.max(200, entry.contentRect.width), height: Math.max(100, entry.contentRect.height) });
  });
  onCleanup(() => observer.disconnect());
  const whole = () => ({ longitude: 0, latitude: 0, scale: Math.min(size().width / 360, size().height / 180) });
  const near = createMemo(() => around(props.data.places, size(), whole()));
  const view = createMemo(() => held(asked() ?? near(), size()));
  const x = (longitude: number) => size().width / 2 + (longitude - view().longitude) * view().scale;
  const y = (latitude: number) => size().height / 2 - (latitude - view().latitude) * view().scale;
  const show = ({ longitude, latitude, scale }: View) =>
    setAsked({
      longitude: within(longitude, 180),
      latitude: within(latitude, 90),
      scale: Math.min(whole().scale * 64, Math.max(whole().scale, scale)),
    });
  const nearer = (by: number) => show({ ...view(), scale: view().scale * by });
  /** Moves by pixels. */
  const move = (right: number, down: number) =>
    show({
      ...view(),
      longitude: view().longitude + right / view().scale,
      latitude: view().latitude - down / view().scale,
    });
  const keys: Readonly<Record<string, () => void>> = {
    "+": () => nearer(2),
    "=": () => nearer(2),
    "-": () => nearer(0.5),
    "0": () => setAsked(undefined),
    ArrowLeft: () => move(-60, 0),
    ArrowRight: () => move(60, 0),
    ArrowUp: () => move(0, -60),
    ArrowDown: () => move(0, 60),
  };
  const key = (event: KeyboardEvent) => {
    const act = keys[event.key];
    if (act === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  };
  const drag = (event: PointerEvent) => event.buttons === 1 && move(-event.movementX, -event.movementY);
  const largest = () => props.data.places[0]?.size || 1;
  const radius = (place: Place) => 4 + 16 * Math.sqrt(place.size / largest());
  const say = (place: Place) => said(place, props.data.sizeTitle);
  return (
    <div class="earth">
      <section
        class="earth-frame"
        aria-label="Map: arrow keys move, + and − zoom, 0 shows all places"
        tabindex="0"
        onKeyDown={key}
      >
        <svg
          ref={(element) => observer.observe(element)}
          viewBox={`0 0 ${size().width} ${size().height}`}
          role="img"
          aria-label={`A map of ${counted(props.data.places.length, "place")}; the list beside it and the table below have them`}
          onPointerMove={drag}
        >
          <g transform={`translate(${x(0)} ${y(0)}) scale(${view().scale})`}>
            <clipPath id={edge}>
              <rect x="-180" y="-90" width="360" height="180" />
            </clipPath>
            <rect class="sea" x="-180" y="-90" width="360" height="180" />
            <path class="land" d={land() ?? ""} clip-path={`url(#${edge})`} />
          </g>
          <For each={props.data.places}>
            {(place) => (
              <g
                class="place"
                classList={{ chosen: chosen() === place }}
                transform={`translate(${x(place.longitude).toFixed(1)} ${y(place.latitude).toFixed(1)})`}
                onPointerEnter={() => setChosen(place)}
              >
                <title>{say(place)}</title>
                <Mark place={place} radius={radius(place)} />
              </g>
            )}
          </For>
        </svg>
        <div class="earth-tools">
          <button type="button" aria-label="Nearer" onClick={() => nearer(2)}>
            +
          </button>
          <button type="button" aria-label="Farther" onClick={() => nearer(0.5)}>
            −
          </button>
          <button type="button" onClick={() => setAsked(undefined)}>
            All places
          </button>
          <button type="button" onClick={() => show(whole())}>
            The Earth
          </button>
        </div>
      </section>
      <ol class="places" aria-label="Places">
        <For each={props.data.places.slice(0, named)}>
          {(place) => (
            <li>
              <button
                type="button"
                class="quiet"
                aria-pressed={chosen() === place}
                onFocus={() => setChosen(place)}
                onPointerEnter={() => setChosen(place)}
                onClick={() => {
                  setChosen(place);
                  show({ ...place, scale: Math.max(view().scale, whole().scale * 6) });
                }}
              >
                {say(place)}
              </button>
            </li>
          )}
        </For>
        <Show when={props.data.places.length > named}>
          <li class="hint">{countText(props.data.places.length - named)} more are drawn; the table below has all.</li>
        </Show>
      </ol>
    </div>
  );
}

/** A point, or a pie of what is at a place. */
function Mark(props: { readonly place: Place; readonly radius: number }): JSX.Element {
  const slices = () => {
    const { parts, size } = props.place;
    let from = 0;
    return parts.flatMap((part) => {
      if (part.size === 0 || size === 0) return [];
      const start = from;
      from += part.size / size;
      return [{ series: part.series, path: slicePath(start, from) }];
    });
  };
  return (
    <Show
      when={props.place.parts.length > 1}
      fallback={<circle class={`box series-${props.place.parts[0]?.series ?? 0}`} r={props.radius} />}
    >
      <g transform={`scale(${props.radius / 100})`}>
        <For each={slices()}>{({ series, path }) => <path class={`box slice series-${series}`} d={path} />}</For>
      </g>
    </Show>
  );
}

/** A view in which all places are seen, with room around them. */
function around(
  places: readonly Place[],
  size: { readonly width: number; readonly height: number },
  whole: View,
): View {
  const bounds = { west: 180, east: -180, south: 90, north: -90 };
  for (const { longitude, latitude } of places) {
    bounds.west = Math.min(bounds.west, longitude);
    bounds.east = Math.max(bounds.east, longitude);
    bounds.south = Math.min(bounds.south, latitude);
    bounds.north = Math.max(bounds.north, latitude);
  }
  const { west, east, south, north } = bounds;
  if (east < west) return whole;
  const fitting = Math.min(
    (0.85 * size.width) / Math.max(8, east - west),
    (0.8 * size.height) / Math.max(8, north - south),
  );
  const scale = Math.min(whole.scale * 16, Math.max(whole.scale, fitting));
  return scale === whole.scale ? whole : { longitude: (west + east) / 2, latitude: (south + north) / 2, scale };
}

/** The same view without room beyond the edges of the Earth, where there is a choice. */
function held({ longitude, latitude, scale }: View, size: { readonly width: number; readonly height: number }): View {
  const room = (degrees: number, pixels: number) => Math.max(0, degrees - pixels / 2 / scale);
  return {
    longitude: within(longitude, room(180, size.width)),
    latitude: within(latitude, room(90, size.height)),
    scale,
  };
}

function said({ longitude, latitude, size, parts }: Place, sizeTitle: string): string {
  const where = `${degrees(latitude, "N", "S")}, ${degrees(longitude, "E", "W")}`;
  const amount = (value: number) => (sizeTitle === "" ? counted(value, "row") : `${sizeTitle} ${value}`);
  const [first] = parts;
  if (parts.length > 1) {
    const each = parts.map((part) => `${part.name || "(empty)"} ${part.size}`).join("; ");
    return `${where}: ${amount(size)} (${each})`;
  }
  return `${first === undefined || first.name === "" ? "" : `${first.name}, `}${where}: ${amount(size)}`;
}

function degrees(value: number, positive: string, negative: string): string {
  return `${Number(Math.abs(value).toFixed(4))}°${value === 0 ? "" : value > 0 ? positive : negative}`;
}

function within(value: number, most: number): number {
  return Math.min(most, Math.max(-most, value));
}
