// Reads the whole account; a service that fails leaves a gap and a word, not an empty page.
import { wordsOf } from '../../api/aws';
import {
  loadApplications,
  loadDeliveries,
  loadFunctions,
  loadMappings,
  loadStreams,
} from './load_streams';
import { loadArchives, loadBuckets, loadGrants, loadPools, loadTables } from './load_stores';
import { nameOfArn, type Grant, type Resources } from './resources';

const grantsFreshMillis = 30_000;
const grantsKnown = new Map<string, { readMillis: number; grants: Grant[] }>();

async function grantsOf(role: string): Promise<Grant[]> {
  const known = grantsKnown.get(role);
  if (known && performance.now() - known.readMillis < grantsFreshMillis) return known.grants;
  const grants = await loadGrants(role);
  grantsKnown.set(role, { readMillis: performance.now(), grants });
  return grants;
}

export async function loadResources(): Promise<Resources> {
  const problems: string[] = [];
  const part = <T>(what: string, loading: Promise<T[]>): Promise<T[]> =>
    loading.catch((error: unknown) => {
      problems.push(`${what}: ${wordsOf(error)}`);
      return [];
    });
  const [streams, applications, functions, mappings, tables, deliveries, buckets, archives, pools] =
    await Promise.all([
      part('streams', loadStreams()),
      part('SQL applications', loadApplications()),
      part('functions', loadFunctions()),
      part('triggers', loadMappings()),
      part('tables', loadTables()),
      part('deliveries', loadDeliveries()),
      part('buckets', loadBuckets()),
      part('archive tables', loadArchives()),
      part('identity pools', loadPools()),
    ]);
  const roles = [
    ...new Set([...functions.map((it) => it.role), ...pools.map((it) => it.guestRole)]),
  ]
    .filter((role) => role !== '')
    .map((role) => nameOfArn(role).split('/').pop()!);
  const grants = await Promise.all(roles.map((role) => part(`role ${role}`, grantsOf(role))));
  return {
    streams,
    applications,
    functions,
    mappings,
    tables,
    deliveries,
    buckets,
    archives,
    pools,
    grants: grants.flat(),
    problems,
  };
}
