// Where nodes stand: columns by the longest way from a source, rows near what feeds them.
import type { Graph, GraphNode } from './graph';

export const nodeWidth = 174;
export const nodeHeight = 76;
const columnGap = 60;
/** From the right side of a node to where its edges turn; the rates stand behind it. */
const turnGap = 14;
const rowGap = 14;
const roomyRowGap = 46;
const margin = 12;

export interface Placed {
  node: GraphNode;
  x: number;
  y: number;
}

export interface Layout {
  placed: Map<string, Placed>;
  nodeWidth: number;
  /** One below the other, for a narrow page. */
  isTall: boolean;
  width: number;
  height: number;
}

/** Columns from 0; a cycle ends where it comes back to itself. */
export function columnsOf(graph: Graph): Map<string, number> {
  const columns = new Map<string, number>();
  const onWay = new Set<string>();
  const column = (id: string): number => {
    const known = columns.get(id);
    if (known !== undefined) return known;
    if (onWay.has(id)) return 0;
    onWay.add(id);
    const before = graph.edges.filter((edge) => edge.to === id && edge.from !== id);
    const found = before.reduce((most, edge) => Math.max(most, column(edge.from) + 1), 0);
    onWay.delete(id);
    columns.set(id, found);
    return found;
  };
  for (const node of graph.nodes) column(node.id);
  return columns;
}

/** How many nodes hang on each, itself included: long chains stand on top. */
function weightOf(graph: Graph, id: string, seen = new Set<string>()): number {
  if (seen.has(id)) return 0;
  seen.add(id);
  return graph.edges
    .filter((edge) => edge.from === id)
    .reduce((sum, edge) => sum + weightOf(graph, edge.to, seen), 1);
}

/** `roomy`: nothing else needs the height. */
export function layoutOf(graph: Graph, roomy = false): Layout {
  const gap = roomy ? roomyRowGap : rowGap;
  const edge = roomy ? 2 * margin : margin;
  const joined = new Set(graph.edges.flatMap((edge) => [edge.from, edge.to]));
  const nodes = graph.nodes.filter((node) => joined.has(node.id));
  const columns = columnsOf(graph);
  const last = nodes.reduce((most, node) => Math.max(most, columns.get(node.id)!), 0);
  const row = new Map<string, number>();
  let rows = 0;
  for (let column = 0; column <= last; column++) {
    const here = nodes.filter((node) => columns.get(node.id) === column);
    const wanted = (node: GraphNode): number => {
      const before = graph.edges.filter((edge) => edge.to === node.id && row.has(edge.from));
      if (before.length === 0) return rows;
      return before.reduce((sum, edge) => sum + row.get(edge.from)!, 0) / before.length;
    };
    here.sort(
      (a, b) =>
        wanted(a) - wanted(b) ||
        weightOf(graph, b.id) - weightOf(graph, a.id) ||
        (a.id < b.id ? -1 : 1),
    );
    let free = 0;
    for (const node of here) {
      const at = Math.max(free, Math.round(wanted(node)));
      row.set(node.id, at);
      free = at + 1;
    }
    rows = Math.max(rows, free);
  }
  const placed = new Map<string, Placed>();
  for (const node of nodes) {
    placed.set(node.id, {
      node,
      x: edge + columns.get(node.id)! * (nodeWidth + columnGap),
      y: edge + row.get(node.id)! * (nodeHeight + gap),
    });
  }
  return {
    placed,
    nodeWidth,
    isTall: false,
    width: 2 * edge + (last + 1) * (nodeWidth + columnGap) - columnGap,
    height: 2 * edge + Math.max(1, rows) * (nodeHeight + gap) - gap,
  };
}

const tallRowGap = 22;
const indentMax = 16;

/** All below each other, what feeds them first, each further to the right than its source. */
export function tallLayoutOf(graph: Graph, width: number): Layout {
  const joined = new Set(graph.edges.flatMap((edge) => [edge.from, edge.to]));
  const columns = columnsOf(graph);
  const order: GraphNode[] = [];
  const add = (node: GraphNode): void => {
    if (order.includes(node)) return;
    order.push(node);
    graph.edges
      .filter((edge) => edge.from === node.id)
      .map((edge) => graph.nodes.find((it) => it.id === edge.to)!)
      .sort((a, b) => weightOf(graph, b.id) - weightOf(graph, a.id) || (a.id < b.id ? -1 : 1))
      .forEach(add);
  };
  const nodes = graph.nodes.filter((node) => joined.has(node.id));
  [...nodes].sort((a, b) => columns.get(a.id)! - columns.get(b.id)!).forEach(add);
  const last = nodes.reduce((most, node) => Math.max(most, columns.get(node.id)!), 0);
  const indent = last > 0 ? Math.min(indentMax, width / 3 / last) : 0;
  const placed = new Map<string, Placed>();
  order.forEach((node, row) => {
    const x = margin + columns.get(node.id)! * indent;
    placed.set(node.id, { node, x, y: margin + row * (nodeHeight + tallRowGap) });
  });
  return {
    placed,
    nodeWidth: width - 2 * margin - last * indent,
    isTall: true,
    width,
    height: 2 * margin + Math.max(1, order.length) * (nodeHeight + tallRowGap) - tallRowGap,
  };
}

/** Down from the lower side of one node, then to the left side of another. */
export function tallEdgePath(from: Placed, to: Placed): string {
  const [x, y] = [from.x + 7, to.y + nodeHeight / 2];
  const isDown = to.y > from.y;
  return `M${x} ${isDown ? from.y + nodeHeight : from.y}V${y}H${to.x}`;
}

/** A soft step from the right side of one node to the left side of another. */
export function edgePath(from: Placed, to: Placed): string {
  const [x1, y1] = [from.x + nodeWidth, from.y + nodeHeight / 2];
  const [x2, y2] = [to.x, to.y + nodeHeight / 2];
  if (y1 === y2) return `M${x1} ${y1}H${x2}`;
  const middle = x2 - columnGap + turnGap;
  const bend = Math.min(12, Math.abs(y2 - y1) / 2) * Math.sign(y2 - y1);
  const round = Math.abs(bend);
  return (
    `M${x1} ${y1}H${middle - round}q${round} 0 ${round} ${bend}` +
    `V${y2 - bend}q0 ${bend} ${round} ${bend}H${x2}`
  );
}
