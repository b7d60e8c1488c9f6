// The Fleet page: list, live map, card, and the words for an empty fleet.
import { effect, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { dark } from '../../app/theme';
import {
  feed,
  follow,
  hovered,
  isFiltered,
  listed,
  mapView,
  pulse,
  replay,
  select,
  selected,
  shownStore,
  trails,
} from '../../app/state';
import { safeName } from '../../fleet/filter';
import { allTrailsMax } from '../../fleet/trail';
import { formatSpeed } from '../../app/units';
import { mapCredit, offlineCredit } from '../../map/background';
import { FleetMap } from '../../map/fleet_map';
import { formatCount, formatPoints } from '../../ui/format';
import { Glyph, type GlyphName } from '../../ui/glyph';
import { EmptyFleet } from './empty_fleet';
import { FleetList } from './fleet_list';
import { listenToKeys } from './keys';
import { offerTestHook } from './test_hook';
import { TimeSlider } from './time_slider';
import { UnicornCard } from './unicorn_card';

function mapState() {
  return {
    selected: selected.value,
    hovered: hovered.value,
    follow: follow.value,
    trails: trails.value,
    dark: dark.value,
  };
}

interface Tip {
  name: string;
  x: number;
  y: number;
}

function HoverTip({ tip }: { tip: Tip | null }) {
  pulse.value;
  const store = shownStore.value;
  const row = tip && store ? store.rowOf(tip.name) : -1;
  if (!tip || !store || row < 0) return null;
  const c = store.column;
  return (
    <div class="tip" style={{ transform: `translate(${tip.x + 18}px, ${tip.y - 18}px)` }}>
      <strong>{safeName(tip.name)}</strong>
      <span>Speed: {formatSpeed(c.speed[row]!)}</span>
      <span>Health: {formatPoints(c.health[row]!)}</span>
      <span>Magic: {formatPoints(c.magic[row]!)}</span>
    </div>
  );
}

function Tool({
  name,
  label,
  keys,
  on,
  onClick,
}: {
  name: GlyphName;
  label: string;
  keys: string;
  on?: boolean;
  onClick(): void;
}) {
  return (
    <button
      class="tool"
      title={`${label} (${keys})`}
      aria-label={label}
      aria-pressed={on}
      onClick={onClick}
    >
      <Glyph name={name} />
    </button>
  );
}

function Toolbar({ map }: { map(): FleetMap | null }) {
  return (
    <div class="toolbar">
      <div class="tools">
        <Tool name="plus" label="Zoom in" keys="+" onClick={() => map()?.zoomBy(1)} />
        <Tool name="minus" label="Zoom out" keys="-" onClick={() => map()?.zoomBy(-1)} />
      </div>
      <div class="tools">
        <Tool name="fit" label="Show the whole fleet" keys="0" onClick={() => map()?.fit()} />
        <Tool
          name="start"
          label="Back to the start point"
          keys="S"
          onClick={() => map()?.toStart()}
        />
      </div>
      <div class="tools">
        <Tool
          name="trail"
          label="Trails"
          keys="T"
          on={trails.value}
          onClick={() => {
            trails.value = !trails.value;
          }}
        />
      </div>
    </div>
  );
}

function lagWords(millis: number | null): string {
  return millis === null ? '' : ` · lag ${(millis / 1000).toFixed(1)} s`;
}

function MapFooter() {
  pulse.value;
  const store = shownStore.value;
  if (!store) return null;
  const trailNote =
    trails.value && store.count > allTrailsMax ? ' · trails: selected and alarmed only' : '';
  const unreadable =
    store.unreadableTotal > 0 ? ` · ${formatCount(store.unreadableTotal)} unreadable records` : '';
  return (
    <div class="map-footer">
      <span>
        {isFiltered.value && `${formatCount(listed.value.length)} of `}
        {formatCount(store.onMap)} unicorns
        {replay.store.value === null
          ? ` · ${formatCount(feed.recordsPerSecond.value)} records/s${lagWords(feed.lagMillis.value)}`
          : ' as they were'}
        {trailNote}
        {unreadable}
        {feed.source.value === 'feed' ? ' · from the server' : ''}
      </span>
      <span class={`credit ${mapCredit.value === offlineCredit ? '' : 'owed'}`}>
        {mapCredit.value}
      </span>
    </div>
  );
}

export function FleetPage() {
  const target = useRef<HTMLDivElement>(null);
  const map = useRef<FleetMap | null>(null);
  const tip = useSignal<Tip | null>(null);
  const isReady = shownStore.value !== null;

  useEffect(() => {
    const config = feed.config.value;
    const store = shownStore.value;
    if (!store || !config) return;
    const made = new FleetMap(
      target.current!,
      store,
      config,
      mapState(),
      {
        select,
        hover: (name, x, y) => {
          hovered.value = name;
          tip.value = name === null ? null : { name, x, y };
        },
        dragged: () => {
          follow.value = false;
        },
        moved: (view) => {
          mapView.value = view;
        },
      },
      mapView.peek(),
    );
    map.current = made;
    const stopStores = effect(() => made.setStore(shownStore.value!));
    const stopUpdates = effect(() => made.update(mapState()));
    const stopPaints = effect(() => {
      pulse.value;
      made.requestPaint();
    });
    const stopKeys = listenToKeys(made);
    const stopHook = offerTestHook(made);
    return () => {
      for (const stop of [stopStores, stopUpdates, stopPaints, stopKeys, stopHook]) stop();
      made.dispose();
      map.current = null;
    };
  }, [isReady]);

  return (
    <main class="fleet">
      <h1 class="visually-hidden">Fleet</h1>
      <FleetList />
      <section
        class={`map-panel ${dark.value ? 'dark-map' : ''} ${replay.store.value === null ? '' : 'replaying'}`}
        aria-label="Live map; the list beside it says the same in words"
      >
        <div ref={target} class="map" />
        <HoverTip tip={tip.value} />
        <Toolbar map={() => map.current} />
        <UnicornCard onShow={(name) => map.current?.centreOn(name)} />
        {replay.store.value === null && <EmptyFleet />}
        <TimeSlider />
        <MapFooter />
      </section>
    </main>
  );
}
