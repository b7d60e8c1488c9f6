// The Pipeline page: the account as a living picture, and the detail of one of its parts.
import { useEffect } from 'preact/hooks';
import { Link } from '../../app/link';
import { goTo, parameter } from '../../app/router';
import { Command } from '../../ui/command';
import { Glyph } from '../../ui/glyph';
import { StartFleet } from '../../ui/start_fleet';
import { program } from '../../ui/program';
import { ApplicationDetail } from './detail/application_detail';
import { ArchiveDetail } from './detail/archive_detail';
import { BucketDetail } from './detail/bucket_detail';
import { DeliveryDetail } from './detail/delivery_detail';
import { FunctionDetail } from './detail/function_detail';
import { GuestsDetail } from './detail/guests_detail';
import { MissingDetail } from './detail/missing_detail';
import { StreamDetail } from './detail/stream_detail';
import { TableDetail } from './detail/table_detail';
import { isComplete } from './ghosts';
import { loneNodes, type GraphNode } from './graph';
import { figureOf, healthNow, kindWords } from './figures';
import { kindGlyphs, Picture } from './picture';
import { failure, follow, graph, isLoaded, resources, showsGhosts } from './state';

function Detail({ node }: { node: GraphNode }) {
  if (node.command) return <MissingDetail node={node} />;
  switch (node.kind) {
    case 'producers':
    case 'stream':
      return <StreamDetail key={node.name} name={node.name} />;
    case 'application':
      return <ApplicationDetail key={node.name} name={node.name} />;
    case 'function':
      return <FunctionDetail key={node.name} name={node.name} />;
    case 'table':
      return <TableDetail key={node.name} name={node.name} />;
    case 'delivery':
      return <DeliveryDetail key={node.name} name={node.name} />;
    case 'bucket':
      return <BucketDetail key={node.name} name={node.name} />;
    case 'archive':
      return <ArchiveDetail key={node.name} name={node.name} />;
    case 'viewers':
      return <GuestsDetail key={node.name} name={node.name} />;
  }
}

function LoneNodes({ nodes, selected }: { nodes: GraphNode[]; selected: string | null }) {
  if (nodes.length === 0) return null;
  return (
    <p class="lone">
      <span class="muted">Not joined to anything:</span>
      {nodes.map((node) => (
        <Link
          key={node.id}
          target="pipeline"
          parameters={{ node: node.id }}
          class={`lone-node health-${healthNow(node)} ${node.id === selected ? 'on' : ''}`}
        >
          <Glyph name={kindGlyphs[node.kind]} />
          <span class="muted">{kindWords[node.kind]}</span> {node.name}
          <span class="lone-figure" data-figure={node.id}>
            {figureOf(node)}
          </span>
        </Link>
      ))}
    </p>
  );
}

function Problems() {
  const problems = failure.value === '' ? resources.value.problems : [failure.value];
  if (problems.length === 0) return null;
  return (
    <p class="notice" role="alert">
      Not everything could be read: {problems.slice(0, 3).join(' · ')}
    </p>
  );
}

function EmptyAccount() {
  return (
    <div class="pipeline-empty">
      <h2>Nothing here yet</h2>
      <p>
        This account is as empty as a new one at AWS. The dashed parts above are the workshop's
        pipeline; one button or one command makes all of them:
      </p>
      <StartFleet counts={[25]} pipeline />
      <Command text={`${program()} workshop setup`} />
    </div>
  );
}

function Gone() {
  return (
    <section class="detail page-wait" role="status">
      This part is not there, or no longer.
      <Link target="pipeline">Back to the picture</Link>
    </section>
  );
}

export function PipelinePage() {
  useEffect(() => follow(), []);
  const picture = graph.value;
  const selected = parameter('node');
  const node = isLoaded.value ? picture.nodes.find((it) => it.id === selected) : undefined;
  const isEmpty = isLoaded.value && picture.nodes.every((it) => it.command);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      if (event.key !== 'Escape' || event.defaultPrevented) return;
      if (target.matches('input, textarea, select')) return;
      if (!target.closest('dialog')) goTo('pipeline');
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
  return (
    <main class={`pipeline ${selected !== null ? 'with-detail' : ''}`}>
      <section class="pipeline-picture" aria-label="Pipeline">
        <header class="pipeline-head">
          <h1>Pipeline</h1>
          <span class="muted">what this account holds, as it runs</span>
          <span class="nav-space" />
          {isLoaded.value && !isComplete(graph.value) && (
            <label class="switch">
              <input
                type="checkbox"
                checked={showsGhosts.value}
                onChange={(event) => {
                  showsGhosts.value = event.currentTarget.checked;
                }}
              />
              Show what the workshop's pipeline still lacks
            </label>
          )}
        </header>
        <Problems />
        {isLoaded.value ? (
          <Picture graph={picture} selected={selected} />
        ) : (
          <div class="page-wait" role="status">
            <span class="spinner" /> Reading the account…
          </div>
        )}
        <LoneNodes nodes={loneNodes(picture)} selected={selected} />
        {isEmpty && <EmptyAccount />}
        {isLoaded.value && !isEmpty && !node && (
          <p class="hint muted">Open a part for its live data, figures, settings and commands.</p>
        )}
      </section>
      {node && <Detail node={node} />}
      {!node && selected !== null && isLoaded.value && <Gone />}
    </main>
  );
}
