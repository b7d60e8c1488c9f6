// The places of an answer on a map: a line for each name, its newest place marked.
import { useEffect, useRef } from 'preact/hooks';
import { effect } from '@preact/signals';
import { feed } from '../../app/state';
import { dark } from '../../app/theme';
import { safeName } from '../../fleet/filter';
import { mapCredit, offlineOnly } from '../../map/background';
import { TrackMap } from '../../map/track_map';
import { formatCount } from '../../ui/format';
import { Glyph } from '../../ui/glyph';
import { tracksOf, type Cell, type Shape } from './result_shape';

export function ResultMap({ rows, shape }: { rows: Cell[][]; shape: Shape }) {
  const target = useRef<HTMLDivElement>(null);
  const map = useRef<TrackMap | null>(null);
  const tracks = tracksOf(shape, rows);
  useEffect(() => {
    const made = new TrackMap(target.current!, feed.config.peek() ?? offlineOnly);
    map.current = made;
    const stop = effect(() => made.setDark(dark.value));
    return () => {
      stop();
      made.dispose();
      map.current = null;
    };
  }, []);
  useEffect(() => {
    map.current?.show(tracks.map((track) => ({ ...track, name: safeName(track.name) })));
  }, [rows]);
  const places = tracks.reduce((sum, { points }) => sum + points.length, 0);
  const words = tracks.length === 1 ? 'one track' : `${formatCount(tracks.length)} tracks`;
  return (
    <div class={`result-map ${dark.value ? 'dark-map' : ''}`}>
      <div ref={target} class="map" role="img" aria-label={`${words} on the map`} />
      <div class="toolbar">
        <div class="tools">
          <button class="tool" aria-label="Zoom in" onClick={() => map.current?.zoomBy(1)}>
            <Glyph name="plus" />
          </button>
          <button class="tool" aria-label="Zoom out" onClick={() => map.current?.zoomBy(-1)}>
            <Glyph name="minus" />
          </button>
        </div>
      </div>
      <p class="map-note">
        {words} of {formatCount(places)} places · {mapCredit.value}
      </p>
    </div>
  );
}
