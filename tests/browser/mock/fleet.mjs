// A small fleet for the mock: constant bearing, about 30 m/s, vital signs that walk; optional
// incidents.
const start = { lat: 40.749167, lon: -73.985184 };
const metresPerDegree = 111_195;

const names = [
  'Shadowfax',
  'Bucephalus',
  'Rocinante',
  'Arion',
  'Pegasus',
  'Sleipnir',
  'Binky',
  'Artax',
  'Silver',
  'Amalthea',
  'Roach',
  'Epona',
  'Marengo',
  'Babieca',
  'Tornado',
  'Asfaloth',
  'Llamrei',
  'Xanthos',
  'Balius',
  'Hengroen',
  'Gringolet',
  'Kanthaka',
  'Incitatus',
  'Copenhagen',
  'Phantom',
];

export const hostileNames = [
  '<img src=x onerror="window.__hacked=1">',
  '"><script>window.__hacked=1</script>',
  '\u202eevil\u0000name',
  'A'.repeat(250),
  '{{7*7}} ${alert(1)} &lt;b&gt;',
];

/** Repeatable chance. */
function randomFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

export class Fleet {
  constructor({ unicorns, hostile = false, aheadSeconds = 0, seed = 7 }) {
    this.random = randomFrom(seed);
    this.unicorns = Array.from({ length: unicorns }, (_, i) =>
      this.make(this.nameOf(i, hostile), i, unicorns, aheadSeconds),
    );
    this.silent = new Set();
  }

  nameOf(i, hostile) {
    if (hostile && i < hostileNames.length) return hostileNames[i];
    return i < names.length
      ? names[i]
      : `${names[i % names.length]}-${Math.floor(i / names.length) + 1}`;
  }

  make(name, i, count, aheadSeconds) {
    const bearing = ((i * 137.508) % 360) * (Math.PI / 180);
    const metres = 30 * aheadSeconds * (count > 100 ? Math.sqrt(this.random()) : 1);
    return {
      name,
      bearing,
      metres,
      health: 130 + this.random() * 40,
      magic: 120 + this.random() * 50,
      incident: i === 6,
    };
  }

  /** One reading per unicorn, one second on. */
  step(now) {
    const readings = [];
    for (const unicorn of this.unicorns) {
      const speed = 29 + this.random() * 2;
      unicorn.metres += speed;
      unicorn.health +=
        (this.random() - 0.5) * 3 - (unicorn.incident && unicorn.health > 60 ? 9 : 0);
      unicorn.magic += (this.random() - 0.5) * 3;
      if (this.silent.has(unicorn.name)) continue;
      const lat = start.lat + (unicorn.metres * Math.cos(unicorn.bearing)) / metresPerDegree;
      const lon =
        start.lon +
        (unicorn.metres * Math.sin(unicorn.bearing)) /
          (metresPerDegree * Math.cos((start.lat * Math.PI) / 180));
      readings.push({
        Name: unicorn.name,
        StatusTime: now.toISOString().slice(0, 23).replace('T', ' '),
        Latitude: lat,
        Longitude: lon,
        Distance: speed,
        HealthPoints: Math.round(unicorn.health),
        MagicPoints: Math.round(unicorn.magic),
      });
    }
    return readings;
  }
}
