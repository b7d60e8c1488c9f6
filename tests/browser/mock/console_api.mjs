// The console's private API as the mock answers it: configuration, alerts, ready queries,
// queries.
import { randomUUID } from 'node:crypto';
import { MockAlerts } from './alerts.mjs';

const ready = [
  { title: 'The newest readings', sql: 'SELECT * FROM wildrydes LIMIT 10' },
  {
    title: 'What are the unicorns called?',
    sql: 'SELECT DISTINCT name FROM wildrydes ORDER BY name',
  },
  {
    title: 'Which unicorn has ridden farthest?',
    sql: `SELECT name, sum(distance) AS metres
FROM wildrydes
GROUP BY name
ORDER BY metres DESC
LIMIT 10`,
  },
  {
    title: 'How often were vital signs below 100?',
    sql: `SELECT name, count(*) AS readings
FROM wildrydes
WHERE healthpoints < 100 OR magicpoints < 100
GROUP BY name
ORDER BY readings DESC`,
  },
  {
    title: 'Where was Shadowfax each minute?',
    sql: `SELECT date_trunc('minute', statustime) AS minute, avg(latitude) AS lat,
  avg(longitude) AS lon
FROM wildrydes
WHERE name = 'Shadowfax'
GROUP BY 1
ORDER BY 1`,
  },
];

const unknown = {
  error: null,
  columns: null,
  rows: null,
  hasMore: false,
  nextToken: null,
  output: null,
  scannedBytes: 0,
  millis: 0,
};

export class ConsoleApi {
  constructor(fleet, options) {
    this.fleet = fleet;
    this.options = options;
    this.alerts = new MockAlerts();
    this.queries = new Map();
  }

  raiseAlerts(readings) {
    this.alerts.raise(readings);
  }

  /** The answer to a request below /_/api, or null when there is no such address. */
  answer(method, path, query, body) {
    if (path === '/config') {
      return {
        region: 'us-east-1',
        accountId: '000000000000',
        streamName: 'wildrydes',
        settingUp: false,
        mapTiles: this.options.mapTiles ?? null,
        mapFile: null,
        mapCredit: this.options.mapCredit ?? '',
        program: './build/release/wildrydes',
        fleet: { unicorns: 0, problem: '' },
        startPoint: { lat: 40.749167, lon: -73.985184 },
        identityPoolId: this.options.noPool
          ? null
          : 'us-east-1:7f9a5c1e-93b1-4b1f-a9fb-2f6f2f4f9a10',
      };
    }
    if (path === '/alerts') return this.alerts.answer(query.get('subject'));
    if (path === '/alerts/acknowledge') return this.alerts.acknowledge(JSON.parse(body));
    if (path === '/queries') return ready;
    if (path === '/query' && method === 'POST') return this.startQuery(JSON.parse(body).sql);
    if (path.startsWith('/query/')) return this.queryState(path.slice('/query/'.length));
    return null;
  }

  startQuery(sql) {
    const id = randomUUID();
    this.queries.set(id, { sql, began: Date.now() });
    return { queryExecutionId: id };
  }

  queryState(id) {
    const query = this.queries.get(id);
    if (!query) return null;
    if (Date.now() - query.began < 400) return { ...unknown, state: 'RUNNING' };
    if (!/^\s*select/i.test(query.sql))
      return {
        ...unknown,
        state: 'FAILED',
        error: `line 1:1: mismatched input '${query.sql.split(/\s/)[0]}'`,
      };
    const rows = this.fleet.unicorns.map(({ name, metres, health }) => [
      name,
      metres.toFixed(1),
      String(Math.round(health)),
      null,
    ]);
    return {
      ...unknown,
      state: 'SUCCEEDED',
      columns: ['name', 'metres', 'healthpoints', 'note'],
      rows,
      scannedBytes: 1_234_567,
      millis: 412,
    };
  }
}
