// What counts as a reading of a unicorn, and what does not.
import { describe, expect, it } from 'vitest';
import { parseReading, parseStatusTime } from '../src/fleet/reading';

const encode = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64');
const good = {
  Name: 'Shadowfax',
  StatusTime: '2017-06-05 09:17:08.189',
  Latitude: 40.7,
  Longitude: -73.9,
  Distance: 30.25,
  HealthPoints: 145,
  MagicPoints: 148,
};

describe('parseReading', () => {
  it('reads what the producer sends', () => {
    expect(parseReading(encode(good))).toEqual({
      name: 'Shadowfax',
      timeMillis: Date.UTC(2017, 5, 5, 9, 17, 8, 189),
      lat: 40.7,
      lon: -73.9,
      metresPerSecond: 30.25,
      health: 145,
      magic: 148,
    });
  });

  it('reads names beyond ASCII and a trailing newline', () => {
    expect(parseReading(encode(`${JSON.stringify({ ...good, Name: 'Épona 🦄' })}\n`))?.name).toBe(
      'Épona 🦄',
    );
  });

  it.each([
    ['text', 'hello'],
    ['a number', 7],
    ['null', null],
    ['an array', [1]],
    ['no name', { ...good, Name: undefined }],
    ['an empty name', { ...good, Name: '' }],
    ['a long name', { ...good, Name: 'x'.repeat(257) }],
    ['no place', { ...good, Latitude: 'north' }],
    ['a place off the earth', { ...good, Latitude: 91 }],
    ['a huge record', { ...good, Name: 'x', junk: 'y'.repeat(1_000_000) }],
  ])('refuses %s', (_, value) => {
    expect(parseReading(encode(value))).toBeNull();
  });

  it('refuses what is not base64', () => {
    expect(parseReading('***')).toBeNull();
  });

  it('keeps unknown vital signs unknown and negative ones negative', () => {
    const reading = parseReading(encode({ ...good, HealthPoints: -3, MagicPoints: undefined }))!;
    expect(reading.health).toBe(-3);
    expect(reading.magic).toBeNaN();
  });

  it('takes status times as UTC', () => {
    expect(parseStatusTime('2026-11-22T10:00:00Z')).toBe(Date.UTC(2026, 10, 22, 10));
    expect(parseStatusTime('2026-11-22T10:00:00+01:00')).toBe(Date.UTC(2026, 10, 22, 9));
    expect(parseStatusTime('soon')).toBeNaN();
  });
});
