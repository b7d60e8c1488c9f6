// The pipeline's picture: what is joined to what, where it stands, how fast it moves.
import { describe, expect, it } from 'vitest';
import { graphOf, loneNodes, type Graph } from '../src/pages/pipeline/graph';
import { addGhosts, isComplete } from '../src/pages/pipeline/ghosts';
import {
  columnsOf,
  edgePath,
  layoutOf,
  tallEdgePath,
  tallLayoutOf,
} from '../src/pages/pipeline/layout';
import {
  dashSeconds,
  rateOf,
  refusedPerSecond,
  secondsLeft,
  windowSeconds,
} from '../src/pages/pipeline/rates';
import { covers, nameOfArn, noResources, type Resources } from '../src/pages/pipeline/resources';
import { invocationsOf, summaryOf } from '../src/pages/pipeline/detail/invocations';

const arn = (service: string, tail: string) => `arn:aws:${service}:us-east-1:123456789012:${tail}`;
const stream = (name: string) => ({
  name,
  arn: arn('kinesis', `stream/${name}`),
  status: 'ACTIVE',
  shards: 1,
  retentionHours: 24,
  shardMetrics: false,
});

const demo: Resources = {
  ...noResources,
  streams: [stream('wildrydes'), stream('wildrydes-summary')],
  applications: [
    {
      name: 'wildrydes',
      arn: arn('kinesisanalytics', 'application/wildrydes'),
      status: 'RUNNING',
      version: 1,
      role: '',
      code: '',
      inputs: [{ id: '1', prefix: 'SOURCE', sourceArn: stream('wildrydes').arn, columns: [] }],
      outputs: [{ id: '2', name: 'DESTINATION', targetArn: stream('wildrydes-summary').arn }],
    },
  ],
  functions: [
    {
      name: 'Processor',
      arn: arn('lambda', 'function:Processor'),
      runtime: 'nodejs20.x',
      handler: 'index.handler',
      role: 'arn:aws:iam::123456789012:role/ProcessorRole',
      state: 'Active',
      timeoutSeconds: 60,
      memoryMib: 128,
      codeBytes: 1,
      modified: '',
      environment: {},
    },
  ],
  mappings: [
    {
      id: 'm',
      functionArn: arn('lambda', 'function:Processor'),
      sourceArn: stream('wildrydes-summary').arn,
      state: 'Enabled',
      lastResult: 'OK',
      batchSize: 100,
    },
  ],
  tables: ['UnicornSensorData', 'Other'].map((name) => ({
    name,
    arn: arn('dynamodb', `table/${name}`),
    status: 'ACTIVE',
    items: 0,
    bytes: 0,
    keys: [],
    indexes: [],
  })),
  grants: [
    {
      role: 'ProcessorRole',
      actions: ['dynamodb:BatchWriteItem'],
      resources: [arn('dynamodb', 'table/Unicorn*')],
    },
    { role: 'ProcessorRole', actions: ['*'], resources: ['*'] },
  ],
};
const edges = (graph: Graph) => graph.edges.map((edge) => `${edge.from} > ${edge.to}`);

describe('graphOf', () => {
  it('joins what the configuration joins, and tables by what the role may write', () => {
    expect(edges(graphOf(demo))).toEqual([
      'stream:wildrydes > application:wildrydes',
      'application:wildrydes > stream:wildrydes-summary',
      'stream:wildrydes-summary > function:Processor',
      'function:Processor > table:UnicornSensorData',
      'producers:wildrydes > stream:wildrydes',
    ]);
    expect(loneNodes(graphOf(demo)).map((node) => node.id)).toEqual(['table:Other']);
  });

  it('reddens a function whose trigger fails, and stops the dashes of one that is disabled', () => {
    const failing = { ...demo, mappings: [{ ...demo.mappings[0]!, lastResult: 'PROBLEM: error' }] };
    const graph = graphOf(failing);
    expect(graph.nodes.find((node) => node.id === 'function:Processor')!.health).toBe('bad');
    expect(graph.edges.find((edge) => edge.to === 'function:Processor')!.bad).toBe(true);
    const resting = { ...demo, mappings: [{ ...demo.mappings[0]!, state: 'Disabled' }] };
    const still = graphOf(resting).edges.find((edge) => edge.to === 'function:Processor')!;
    expect(still.stream).toBeUndefined();
  });

  it('draws what the workshop still lacks as ghosts with their commands', () => {
    const empty = addGhosts(graphOf(noResources));
    expect(empty.nodes.every((node) => node.command)).toBe(true);
    expect(empty.edges.every((edge) => edge.ghost)).toBe(true);
    expect(isComplete(empty)).toBe(false);
    const partly = addGhosts(graphOf({ ...noResources, streams: [stream('wildrydes')] }));
    expect(partly.nodes.find((node) => node.id === 'stream:wildrydes')!.command).toBeUndefined();
    expect(edges(partly)).toContain('stream:wildrydes > delivery:wildrydes');
    expect(isComplete(graphOf(demo))).toBe(false);
  });
});

describe('layout', () => {
  it('puts each part right of everything that feeds it, and none on another', () => {
    const graph = addGhosts(graphOf(demo));
    const columns = columnsOf(graph);
    for (const edge of graph.edges)
      expect(columns.get(edge.to)!).toBeGreaterThan(columns.get(edge.from)!);
    const places = [...layoutOf(graph).placed.values()].map(({ x, y }) => `${x} ${y}`);
    expect(new Set(places).size).toBe(places.length);
  });

  it('survives a cycle', () => {
    const node = (id: string) => ({ ...graphOf(demo).nodes[0]!, id });
    const edge = (from: string, to: string) => ({ from, to, bad: false, ghost: false });
    const graph = { nodes: [node('a'), node('b')], edges: [edge('a', 'b'), edge('b', 'a')] };
    const { placed } = layoutOf(graph);
    expect(placed.size).toBe(2);
    expect(edgePath(placed.get('a')!, placed.get('b')!)).toMatch(/^M/);
  });
});

describe('the tall layout', () => {
  it('puts all below each other, in a narrow page, sources first', () => {
    const graph = graphOf(demo);
    const { placed, nodeWidth, width, height } = tallLayoutOf(graph, 352);
    const list = [...placed.values()];
    expect(list.length).toBe(layoutOf(graph).placed.size);
    for (const [i, { node, x, y }] of list.entries()) {
      expect(x + nodeWidth).toBeLessThanOrEqual(width);
      expect(y).toBeLessThan(height);
      if (i > 0) expect(y).toBeGreaterThan(list[i - 1]!.y + 76);
      for (const edge of graph.edges.filter(({ to }) => to === node.id)) {
        const from = placed.get(edge.from)!;
        expect(from.x).toBeLessThan(x);
        expect(tallEdgePath(from, placed.get(node.id)!)).toMatch(/^M[\d.]+ [\d.]+V[\d.]+H[\d.]+$/);
      }
    }
  });
});

describe('rates', () => {
  const steady = (perSecond: number, seconds: number) =>
    Array.from({ length: seconds + 1 }, (_, i) => ({ millis: i * 1000, records: i * perSecond }));

  it('says per second, and per minute what is slower than that', () => {
    expect(rateOf(steady(25, 10))!.text).toBe('25/s');
    expect(rateOf(steady(1204, 10))!.text).toBe('1,204/s');
    expect(rateOf(steady(0.5, 60))!.text).toBe('30/min');
    expect(rateOf(steady(0, 60))!.text).toBe('0/s');
    expect(rateOf(steady(25, 0))).toBeNull();
    expect(dashSeconds(1000)).toBeLessThan(dashSeconds(1));
  });

  it('says what is refused now, and nothing five seconds later', () => {
    expect(refusedPerSecond(steady(12, 10))).toBe(12);
    expect(refusedPerSecond([])).toBe(0);
    const over = [...steady(12, 3), ...steady(0, 6).map((it) => ({ ...it, records: 36 }))];
    over.forEach((it, i) => (it.millis = i * 1000));
    expect(refusedPerSecond(over)).toBe(0);
  });

  it('finds the length of tumbling windows and how long the open one lasts', () => {
    const step = `GROUP BY "Name", STEP("S".ROWTIME BY INTERVAL '10' SECOND)`;
    expect(windowSeconds(step)).toBe(10);
    expect(windowSeconds('GROUP BY FLOOR("S".ROWTIME TO MINUTE)')).toBe(60);
    expect(windowSeconds('-- FLOOR(ROWTIME TO HOUR)\nSELECT STREAM * FROM s')).toBe(0);
    expect(secondsLeft(60, 60_000 * 7 + 1_000)).toBe(59);
    expect(secondsLeft(60, 60_000 * 7)).toBe(60);
  });
});

describe('ARNs', () => {
  it('names what they name', () => {
    expect(nameOfArn(arn('kinesis', 'stream/wildrydes'))).toBe('wildrydes');
    expect(nameOfArn(arn('lambda', 'function:F:live'))).toBe('F');
    expect(nameOfArn('arn:aws:s3:::bucket')).toBe('bucket');
    expect(
      covers('arn:aws:dynamodb:*:*:table/Unicorn?', 'arn:aws:dynamodb:a:b:table/UnicornX'),
    ).toBe(true);
    expect(covers('dynamodb:Put', 'dynamodb:PutItem')).toBe(false);
  });
});

describe('invocations', () => {
  it('reads them from the lines of a log', () => {
    const lines = [
      'START RequestId: 11-a Version: $LATEST',
      'hello',
      'END RequestId: 11-a',
      'REPORT RequestId: 11-a\tDuration: 12.50 ms\tBilled Duration: 13 ms\tMemory Size: 128 MB\tMax Memory Used: 60 MB',
      'START RequestId: 22-b Version: $LATEST',
      'x\ty\tERROR\tInvoke Error {"errorType":"Error"}',
      'REPORT RequestId: 22-b\tDuration: 2.00 ms\t',
    ];
    const found = invocationsOf(lines.map((message, timestamp) => ({ timestamp, message })));
    expect(found.map((it) => [it.requestId, it.durationMillis, it.failed])).toEqual([
      ['11-a', 12.5, false],
      ['22-b', 2, true],
    ]);
    expect(found[0]!.memoryMib).toBe(60);
    expect(summaryOf(found)).toEqual({ medianMillis: 12.5, p95Millis: 12.5, failed: 1 });
  });
});
