// What the Fleet page shows, as it stands in the address: to be shared, and found again after a
// reload. Pure.
import type { Chip, ListView, SortKey } from '../fleet/filter';

export interface MapView {
  zoom: number;
  lat: number;
  lon: number;
}

export interface FleetAddress {
  selected: string | null;
  follow: boolean;
  /** Null: as the page opens it. */
  view: MapView | null;
  list: ListView;
  /** A moment of the past, epoch milliseconds; null: live. */
  atMillis: number | null;
}

export const plainList: ListView = {
  search: '',
  chips: new Set(),
  sort: 'status',
  descending: false,
};

const chipNames: Chip[] = ['low', 'watch', 'ok', 'stale', 'lost'];
const sortNames: SortKey[] = ['name', 'health', 'magic', 'speed', 'age', 'status'];
const searchLettersMax = 256;

function viewIn(query: URLSearchParams): MapView | null {
  const zoom = Number(query.get('z') ?? NaN);
  const [lat, lon] = (query.get('c') ?? '')
    .split(',')
    .map((part) => (part === '' ? NaN : Number(part)));
  const isPlace = Math.abs(lat ?? NaN) <= 85 && Math.abs(lon ?? NaN) <= 180;
  return isPlace && zoom >= 2 && zoom <= 19 ? { zoom, lat: lat!, lon: lon! } : null;
}

function listIn(query: URLSearchParams): ListView {
  const wanted = (query.get('show') ?? '').split(',');
  const [sort, order] = (query.get('sort') ?? '').split('.');
  return {
    search: (query.get('q') ?? '').slice(0, searchLettersMax),
    chips: new Set(chipNames.filter((chip) => wanted.includes(chip))),
    sort: sortNames.find((name) => name === sort) ?? plainList.sort,
    descending: order === 'desc',
  };
}

export function readFleetAddress(search: string): FleetAddress {
  const query = new URLSearchParams(search);
  const at = Date.parse(query.get('at') ?? '');
  return {
    selected: query.get('sel'),
    follow: query.get('follow') === '1' && query.has('sel'),
    view: viewIn(query),
    list: listIn(query),
    atMillis: Number.isNaN(at) ? null : at,
  };
}

/** The query of the address, '' when everything is as the page opens. */
export function fleetQuery({ selected, follow, view, list, atMillis }: FleetAddress): string {
  const query = new URLSearchParams();
  if (selected !== null) query.set('sel', selected);
  if (follow && selected !== null) query.set('follow', '1');
  if (view) {
    query.set('z', String(Math.round(view.zoom * 100) / 100));
    query.set('c', `${view.lat.toFixed(5)},${view.lon.toFixed(5)}`);
  }
  if (list.search !== '') query.set('q', list.search);
  if (list.chips.size > 0) query.set('show', [...list.chips].join(','));
  if (list.sort !== plainList.sort || list.descending)
    query.set('sort', list.sort + (list.descending ? '.desc' : ''));
  if (atMillis !== null) query.set('at', new Date(atMillis).toISOString().slice(0, 19) + 'Z');
  const text = query.toString().replaceAll('%2C', ',').replaceAll('%3A', ':');
  return text === '' ? '' : `?${text}`;
}
