// What the Fleet page shows, to the address and back.
import { describe, expect, it } from 'vitest';
import {
  fleetQuery,
  plainList,
  readFleetAddress,
  type FleetAddress,
} from '../src/app/fleet_address';

const plain: FleetAddress = {
  selected: null,
  follow: false,
  view: null,
  list: plainList,
  atMillis: null,
};

describe('the address of the Fleet page', () => {
  it('is bare when everything is as the page opens', () => {
    expect(fleetQuery(plain)).toBe('');
    expect(readFleetAddress('')).toEqual(plain);
  });

  it('comes back as it was written', () => {
    const all: FleetAddress = {
      selected: 'Shadowfax & <b>"Ü"</b>',
      follow: false,
      view: { zoom: 14.25, lat: 40.75001, lon: -73.98002 },
      list: { search: 'bu c', chips: new Set(['low', 'stale']), sort: 'health', descending: true },
      atMillis: Date.parse('2026-11-23T12:00:05Z'),
    };
    expect(readFleetAddress(fleetQuery(all))).toEqual(all);
    expect(fleetQuery(all)).toContain('z=14.25&c=40.75001,-73.98002');
  });

  it('takes no nonsense', () => {
    for (const query of [
      '?z=12',
      '?z=12&c=',
      '?z=12&c=1',
      '?z=99&c=1,2',
      '?z=12&c=91,0',
      '?z=x&c=1,2',
    ])
      expect(readFleetAddress(query).view, query).toBeNull();
    expect(readFleetAddress('?show=low,evil&sort=evil.desc').list).toEqual({
      search: '',
      chips: new Set(['low']),
      sort: 'status',
      descending: true,
    });
    expect(readFleetAddress('?at=yesterday').atMillis).toBeNull();
    expect(readFleetAddress('?follow=1').follow).toBe(false);
  });
});
