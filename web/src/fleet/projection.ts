// Web Mercator (EPSG:3857) to and from degrees, and distances on the sphere.

const radiusMetres = 6_378_137;
const meanRadiusMetres = 6_371_008.8;
const latitudeMax = 85.0511287798;
const radians = Math.PI / 180;

export function mercatorX(lon: number): number {
  return radiusMetres * lon * radians;
}

export function mercatorY(lat: number): number {
  const clamped = Math.max(-latitudeMax, Math.min(latitudeMax, lat));
  return radiusMetres * Math.log(Math.tan(Math.PI / 4 + (clamped * radians) / 2));
}

export function longitude(x: number): number {
  return x / radiusMetres / radians;
}

export function latitude(y: number): number {
  return (2 * Math.atan(Math.exp(y / radiusMetres)) - Math.PI / 2) / radians;
}

/** How many projected metres one metre on the ground is at a latitude. */
export function mercatorScale(lat: number): number {
  return 1 / Math.cos(lat * radians);
}

export function distanceMetres(latA: number, lonA: number, latB: number, lonB: number): number {
  const dLat = Math.sin(((latB - latA) * radians) / 2);
  const dLon = Math.sin(((lonB - lonA) * radians) / 2);
  const h = dLat * dLat + Math.cos(latA * radians) * Math.cos(latB * radians) * dLon * dLon;
  return 2 * meanRadiusMetres * Math.asin(Math.sqrt(Math.min(1, h)));
}

const mphPerMetrePerSecond = 2.23694;

export function formatKmh(metresPerSecond: number): string {
  return `${(metresPerSecond * 3.6).toFixed(1)} km/h`;
}

/** The workshop's words: miles per hour with one decimal. */
export function formatMph(metresPerSecond: number): string {
  return `${(metresPerSecond * mphPerMetrePerSecond).toFixed(1)} mph`;
}
