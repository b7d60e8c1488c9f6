// Messages of the server's live feed, turned into readings. Their layout comes from the schema that
// the server's comes from.
import { liveHeader, liveName, liveRow } from '../../generated/console';
import type { Reading } from '../fleet/reading';

export interface FrameEvents {
  /** The same object each time: to be read at once and not kept. */
  reading(reading: Reading, ageMillis: number): void;
  /** How many records the stream had since the last message of this connection, and of how many no
   * reading came. */
  counted(records: number, unreadable: number): void;
}

const unknown = liveRow.unknownPointsValue;
const utf8 = new TextDecoder();

/** Of one connection. */
export class FrameReader {
  private names: string[] = [];
  private generation = 0;
  private records = NaN;
  private unreadable = NaN;
  private readonly reading: Reading = {
    name: '',
    timeMillis: 0,
    lat: 0,
    lon: 0,
    metresPerSecond: 0,
    health: 0,
    magic: 0,
  };

  constructor(private readonly events: FrameEvents) {}

  /** False when the message is none of this feed: the connection is of no use. */
  take(message: ArrayBuffer): boolean {
    const view = new DataView(message);
    if (view.byteLength < liveHeader.bytes) return false;
    if (view.getUint32(liveHeader.magic, true) !== liveHeader.magicValue) return false;
    const generation = view.getUint32(liveHeader.generation, true);
    if (generation !== this.generation) {
      this.generation = generation;
      this.names = [];
    }
    const kind = view.getUint16(liveHeader.kind, true);
    if (kind === liveHeader.kindNamesValue) return this.takeNames(view);
    if (kind !== liveHeader.kindRowsValue) return false;
    this.count(view);
    return this.takeRows(view);
  }

  private count(view: DataView): void {
    const records = view.getFloat64(liveHeader.records, true);
    const unreadable = view.getFloat64(liveHeader.unreadable, true);
    if (!Number.isNaN(this.records)) {
      this.events.counted(records - this.records, unreadable - this.unreadable);
    }
    this.records = records;
    this.unreadable = unreadable;
  }

  private takeNames(view: DataView): boolean {
    const count = view.getUint32(liveHeader.count, true);
    let at: number = liveHeader.bytes;
    for (let i = 0; i < count; i++) {
      if (at + liveName.bytes > view.byteLength) return false;
      const index = view.getUint32(at + liveName.index, true);
      const length = view.getUint16(at + liveName.textBytes, true);
      at += liveName.bytes;
      if (at + length > view.byteLength || index !== this.names.length) return false;
      this.names.push(utf8.decode(new Uint8Array(view.buffer, at, length)));
      at += length;
    }
    return true;
  }

  private takeRows(view: DataView): boolean {
    const count = view.getUint32(liveHeader.count, true);
    if (view.getUint16(liveHeader.rowBytes, true) !== liveRow.bytes) return false;
    if (liveHeader.bytes + count * liveRow.bytes !== view.byteLength) return false;
    const serverTime = view.getFloat64(liveHeader.serverTime, true);
    const { reading } = this;
    for (let i = 0, at: number = liveHeader.bytes; i < count; i++, at += liveRow.bytes) {
      const name = this.names[view.getUint32(at + liveRow.index, true)];
      if (name === undefined) return false;
      const ageMillis = (view.getUint16(at + liveRow.age, true) * 1000) / liveRow.secondsPerValue;
      reading.name = name;
      reading.timeMillis = serverTime - ageMillis;
      reading.lon = view.getInt32(at + liveRow.lon, true) / liveRow.degreesPerValue;
      reading.lat = view.getInt32(at + liveRow.lat, true) / liveRow.degreesPerValue;
      reading.metresPerSecond = view.getUint16(at + liveRow.speed, true) / liveRow.metresPerValue;
      reading.health = pointsOf(view.getInt16(at + liveRow.health, true));
      reading.magic = pointsOf(view.getInt16(at + liveRow.magic, true));
      this.events.reading(reading, ageMillis);
    }
    return true;
  }
}

function pointsOf(value: number): number {
  return value === unknown ? NaN : value / liveRow.pointsPerValue;
}
