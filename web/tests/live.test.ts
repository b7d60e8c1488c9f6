// Messages of the live feed, as the schema lays them out.
import { describe, expect, it } from 'vitest';
import { liveHeader, liveName, liveRow } from '../generated/console';
import type { Reading } from '../src/fleet/reading';
import { FleetStore } from '../src/fleet/store';
import { FrameReader } from '../src/live/frame_reader';

const serverTime = 1_700_000_000_000;

function header(kind: number, count: number, bytes: number, generation = 1, records = 0) {
  const view = new DataView(new ArrayBuffer(liveHeader.bytes + bytes));
  view.setUint32(liveHeader.magic, liveHeader.magicValue, true);
  view.setUint16(liveHeader.kind, kind, true);
  view.setUint16(liveHeader.rowBytes, liveRow.bytes, true);
  view.setUint32(liveHeader.generation, generation, true);
  view.setUint32(liveHeader.count, count, true);
  view.setFloat64(liveHeader.serverTime, serverTime, true);
  view.setFloat64(liveHeader.records, records, true);
  return view;
}

function names(first: number, list: string[], generation = 1): ArrayBuffer {
  const texts = list.map((name) => new TextEncoder().encode(name));
  const bytes = texts.reduce((sum, text) => sum + liveName.bytes + text.length, 0);
  const view = header(liveHeader.kindNamesValue, list.length, bytes, generation);
  let at: number = liveHeader.bytes;
  texts.forEach((text, i) => {
    view.setUint32(at + liveName.index, first + i, true);
    view.setUint16(at + liveName.textBytes, text.length, true);
    new Uint8Array(view.buffer).set(text, at + liveName.bytes);
    at += liveName.bytes + text.length;
  });
  return view.buffer;
}

function row(index: number, health: number, age = 5, generation = 1, records = 0): ArrayBuffer {
  const view = header(liveHeader.kindRowsValue, 1, liveRow.bytes, generation, records);
  const at = liveHeader.bytes;
  view.setUint32(at + liveRow.index, index, true);
  view.setInt32(at + liveRow.lon, -739_800_000, true);
  view.setInt32(at + liveRow.lat, 407_500_000, true);
  view.setInt16(at + liveRow.health, health, true);
  view.setInt16(at + liveRow.magic, liveRow.unknownPointsValue, true);
  view.setUint16(at + liveRow.speed, 3025, true);
  view.setUint16(at + liveRow.age, age, true);
  return view.buffer;
}

function reader() {
  const seen: { reading: Reading; ageMillis: number }[] = [];
  const counts: number[] = [];
  const it = new FrameReader({
    reading: (reading, ageMillis) => seen.push({ reading: { ...reading }, ageMillis }),
    counted: (records) => counts.push(records),
  });
  return { it, seen, counts };
}

describe('frame reader', () => {
  it('reads a name once and its rows ever after', () => {
    const { it, seen } = reader();
    expect(it.take(names(0, ['Binky', 'Grani ☆']))).toBe(true);
    expect(it.take(row(1, 987))).toBe(true);
    const { reading, ageMillis } = seen[0]!;
    expect(reading).toMatchObject({ name: 'Grani ☆', lat: 40.75, lon: -73.98, health: 98.7 });
    expect(reading.metresPerSecond).toBe(30.25);
    expect(reading.magic).toBeNaN();
    expect(ageMillis).toBe(500);
    expect(reading.timeMillis).toBe(serverTime - 500);
  });

  it('tells how many records came since the last message', () => {
    const { it, counts } = reader();
    it.take(names(0, ['a']));
    for (const records of [100, 125, 125]) it.take(row(0, 1, 0, 1, records));
    expect(counts).toEqual([25, 0]);
  });

  it('forgets the names when indexes begin anew', () => {
    const { it, seen } = reader();
    it.take(names(0, ['a', 'b']));
    expect(it.take(names(0, ['b'], 2))).toBe(true);
    it.take(row(0, 10, 0, 2));
    expect(seen[0]!.reading.name).toBe('b');
  });

  it('refuses what is none of its messages, cut or about nobody', () => {
    const whole = row(0, 1);
    for (const bad of [
      new ArrayBuffer(0),
      new ArrayBuffer(200),
      whole.slice(0, whole.byteLength - 1),
      names(0, ['abc']).slice(0, liveHeader.bytes + 8),
      names(5, ['abc']),
      row(7, 1),
    ]) {
      expect(reader().it.take(bad)).toBe(false);
    }
  });
});

describe('store with old readings', () => {
  it('shows the age that the server tells', () => {
    const store = new FleetStore({ lat: 40, lon: -73 });
    const reading: Reading = {
      name: 'a',
      timeMillis: 0,
      lat: 40,
      lon: -73,
      metresPerSecond: 1,
      health: 150,
      magic: 150,
    };
    store.apply(reading, 100_000, 12_000);
    expect(store.column.seenMillis[0]).toBe(88_000);
    expect(store.countByStatus()[3]).toBe(1);
  });
});
