// The picture: edges as an SVG, nodes as links on top of it.
import { Fragment } from 'preact';
import { formatCount } from '../../ui/format';
import { Link } from '../../app/link';
import { narrowPixels } from '../../app/narrow';
import { Glyph, type GlyphName } from '../../ui/glyph';
import { figureOf, healthNow, kindWords, rateOfEdge } from './figures';
import type { Graph, GraphEdge, GraphNode, Kind } from './graph';
import { edgePath, layoutOf, nodeHeight, tallEdgePath, tallLayoutOf, type Layout } from './layout';
import { dashSeconds } from './rates';

/** The page's margins and the frame of the picture. */
const besidePixels = 38;

export const kindGlyphs: Record<Kind, GlyphName> = {
  producers: 'unicorns',
  stream: 'stream',
  application: 'sql',
  function: 'function',
  table: 'table',
  delivery: 'delivery',
  bucket: 'bucket',
  archive: 'search',
  viewers: 'eye',
};

interface EdgeProps {
  edge: GraphEdge;
  /** All of the picture. */
  edges: GraphEdge[];
  layout: Layout;
}

function Edge({ edge, edges, layout }: EdgeProps) {
  const from = layout.placed.get(edge.from)!;
  const to = layout.placed.get(edge.to)!;
  const path = layout.isTall ? tallEdgePath(from, to) : edgePath(from, to);
  const rate = rateOfEdge(edge, edges);
  const flows = rate !== null && rate.perSecond > 0;
  // Red where the consumer fails or falls behind.
  const isBad = edge.bad || healthNow(to.node) === 'bad';
  const kind = edge.ghost ? 'ghost' : isBad ? 'bad' : flows ? 'flows' : 'still';
  return (
    <g class={`edge edge-${kind}`}>
      <path class="edge-line" d={path} />
      {flows && !edge.ghost && (
        <path
          class="edge-dash"
          d={path}
          style={{ animationDuration: `${dashSeconds(rate.perSecond).toFixed(2)}s` }}
        />
      )}
    </g>
  );
}

/** The rate stands where the edge comes in; where all is narrow, above what it comes to. */
function EdgeRate({ edge, edges, layout }: EdgeProps) {
  const rate = rateOfEdge(edge, edges);
  if (!rate) return null;
  const to = layout.placed.get(edge.to)!;
  const [x, y] = layout.isTall
    ? [to.x + layout.nodeWidth, to.y - 6]
    : [to.x - 6, to.y + nodeHeight / 2 - 7];
  return (
    <text class="edge-rate" x={x} y={y} text-anchor="end">
      {rate.text}
    </text>
  );
}

/** A long name may break between its words: WildRydes StreamProcessor. */
function breakable(name: string) {
  return name.split(/(?<=[a-z])(?=[A-Z])/).map((word, i) => (
    <Fragment key={i}>
      {i > 0 && <wbr />}
      {word}
    </Fragment>
  ));
}

interface BoxProps {
  node: GraphNode;
  x: number;
  y: number;
  width: number;
  on: boolean;
}

function NodeBox({ node, x, y, width, on }: BoxProps) {
  const figure = figureOf(node);
  return (
    <Link
      target="pipeline"
      parameters={{ node: node.id }}
      class={`node node-${node.kind} health-${healthNow(node)} ${node.command ? 'ghost' : ''} ${on ? 'on' : ''}`}
      style={{
        left: `${x}px`,
        top: `${y}px`,
        width: `${width}px`,
        height: `${nodeHeight}px`,
      }}
      current={on}
    >
      <span class="node-kind">
        <Glyph name={kindGlyphs[node.kind]} />
        {kindWords[node.kind]}
        <span class="node-dot" title={node.state} />
      </span>
      <strong class="node-name" title={node.name}>
        {node.kind === 'producers' ? 'Unicorns' : breakable(node.name)}
      </strong>
      <span class="node-figure" data-figure={node.id}>
        {figure}
      </span>
    </Link>
  );
}

export function Picture({ graph, selected }: { graph: Graph; selected: string | null }) {
  const room = narrowPixels.value;
  const layout =
    room === null ? layoutOf(graph, selected === null) : tallLayoutOf(graph, room - besidePixels);
  return (
    <div class="picture-scroll" tabIndex={0} role="region" aria-label="The pipeline's picture">
      <div
        class="picture"
        style={{ width: `${layout.width}px`, height: `${layout.height}px` }}
        aria-label={`${formatCount(layout.placed.size)} parts`}
        role="group"
      >
        <svg width={layout.width} height={layout.height} aria-hidden="true">
          {graph.edges.map((edge) => (
            <Edge key={`${edge.from}>${edge.to}`} edge={edge} edges={graph.edges} layout={layout} />
          ))}
          {graph.edges.map((edge) => (
            <EdgeRate
              key={`${edge.from}>${edge.to}`}
              edge={edge}
              edges={graph.edges}
              layout={layout}
            />
          ))}
        </svg>
        {[...layout.placed.values()].map(({ node, x, y }) => (
          <NodeBox
            key={node.id}
            node={node}
            x={x}
            y={y}
            width={layout.nodeWidth}
            on={node.id === selected}
          />
        ))}
      </div>
    </div>
  );
}
