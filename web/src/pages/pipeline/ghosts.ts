// The workshop's pipeline: parts that the account does not have are drawn as ghosts, each with the
// command that makes it.
import { program } from '../../ui/program';
import type { Graph, GraphNode, Kind } from './graph';

interface Part {
  kind: Kind;
  name: string;
  /** A whole command, or one of this program's own. */
  command?: string;
  own?: string;
  from?: string;
}

const setup = (module: number) => `workshop setup ${module}`;

const parts: Part[] = [
  { kind: 'producers', name: 'wildrydes', own: 'producer' },
  {
    kind: 'stream',
    name: 'wildrydes',
    from: 'producers:wildrydes',
    command: 'aws kinesis create-stream --stream-name wildrydes --shard-count 1',
  },
  { kind: 'viewers', name: 'wildrydes', from: 'stream:wildrydes', own: setup(1) },
  { kind: 'application', name: 'wildrydes', from: 'stream:wildrydes', own: setup(2) },
  {
    kind: 'stream',
    name: 'wildrydes-summary',
    from: 'application:wildrydes',
    command: 'aws kinesis create-stream --stream-name wildrydes-summary --shard-count 1',
  },
  {
    kind: 'function',
    name: 'WildRydesStreamProcessor',
    from: 'stream:wildrydes-summary',
    own: setup(3),
  },
  {
    kind: 'table',
    name: 'UnicornSensorData',
    from: 'function:WildRydesStreamProcessor',
    own: setup(3),
  },
  { kind: 'delivery', name: 'wildrydes', from: 'stream:wildrydes', own: setup(4) },
  { kind: 'bucket', name: 'wildrydes-data', from: 'delivery:wildrydes', own: setup(4) },
  { kind: 'archive', name: 'wildrydes', from: 'bucket:wildrydes-data', own: setup(4) },
];

/** A bucket's name carries the account: any that begins with the workshop's name is meant. */
function present(graph: Graph, part: Part): GraphNode | undefined {
  return graph.nodes.find(
    (node) =>
      !node.command &&
      node.kind === part.kind &&
      (node.name === part.name || (part.kind === 'bucket' && node.name.startsWith(part.name))),
  );
}

export function addGhosts(graph: Graph): Graph {
  const nodes = [...graph.nodes];
  const edges = [...graph.edges];
  const idOf = new Map<string, string>();
  for (const part of parts) {
    const id = `${part.kind}:${part.name}`;
    const real = present(graph, part);
    idOf.set(id, real?.id ?? id);
    if (!real) {
      nodes.push({
        id,
        kind: part.kind,
        name: part.name,
        health: 'idle',
        state: 'missing',
        command: part.command ?? `${program()} ${part.own}`,
      });
    }
    const from = part.from ? idOf.get(part.from)! : null;
    const to = idOf.get(id)!;
    const isGhost = !real || nodes.some((node) => node.id === from && node.command);
    if (from && isGhost && !edges.some((edge) => edge.from === from && edge.to === to))
      edges.push({ from, to, bad: false, ghost: true });
  }
  return { nodes, edges };
}

/** Whether nothing of the workshop's pipeline is missing, or drawn as a ghost. */
export function isComplete(graph: Graph): boolean {
  return parts.every((part) => part.kind === 'producers' || present(graph, part));
}
