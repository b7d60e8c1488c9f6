// Why no unicorn is on the map, and the command that changes that.
import type { ComponentChildren } from 'preact';
import { feed, pulse, settingsOpen } from '../../app/state';
import { retryWords } from '../../live/badge';
import type { Problem } from '../../live/feed';
import { Command } from '../../ui/command';
import { Elapsed } from '../../ui/elapsed';
import { UnicornMark } from '../../ui/glyph';
import { program } from '../../ui/program';
import { StartFleet } from '../../ui/start_fleet';

const createPool =
  'aws cognito-identity create-identity-pool --identity-pool-name wildrydes ' +
  '--allow-unauthenticated-identities';

function Panel({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <div class="empty" role="status">
      <UnicornMark size={64} />
      <h2>{title}</h2>
      {children}
    </div>
  );
}

function Settings() {
  return (
    <button
      class="text-button"
      onClick={() => {
        settingsOpen.value = true;
      }}
    >
      Configure the dashboard
    </button>
  );
}

function Why({ problem }: { problem: Problem }) {
  switch (problem.kind) {
    case 'no-pool':
      return (
        <Panel title="No identity pool yet">
          <p>
            The map reads the stream as a guest of a Cognito identity pool, and this account has
            none.
          </p>
          <StartFleet counts={[25]} pipeline />
          <p>Or from a terminal: the whole pipeline, or a pool alone as in the workshop:</p>
          <Command text={`${program()} workshop setup`} />
          <Command text={createPool} />
          <Settings />
        </Panel>
      );
    case 'no-stream':
      return (
        <Panel title="No stream yet">
          <p>
            There is no stream <code>{problem.stream}</code> to read the unicorns from.
          </p>
          {problem.stream === feed.config.value?.streamName && (
            <StartFleet counts={[25]} pipeline />
          )}
          <Command
            text={`aws kinesis create-stream --stream-name ${problem.stream} --shard-count 1`}
          />
          <Settings />
        </Panel>
      );
    case 'refused':
      return (
        <Panel title="The stream may not be read">
          <p>
            The guest of the identity pool was refused: <b>{problem.code}</b>
          </p>
          <p class="muted">{problem.message.slice(0, 400)}</p>
          <p>
            The role of the pool's guests needs a policy that allows kinesis:ListShards,
            GetShardIterator and GetRecords.
          </p>
          <Settings />
        </Panel>
      );
    case 'insecure':
      return (
        <Panel title="Open the page on this machine">
          <p>
            The page signs its requests in the browser, which browsers allow only for https and for
            addresses of this machine. Open it as <code>http://127.0.0.1:{location.port}/_/</code>.
          </p>
        </Panel>
      );
    case 'session':
      return null;
  }
}

function BeingCreated() {
  return (
    <Panel title="The pipeline is being created">
      <p>
        Stream, guest access, SQL applications, functions, tables and archive are made one after the
        other, as on AWS. The unicorns start when all of them are ready, most often within ten
        seconds.
      </p>
      <p class="muted">
        <span class="spinner" /> Being made
        <Elapsed />
      </p>
    </Panel>
  );
}

export function EmptyFleet() {
  pulse.value;
  const store = feed.store.value;
  const problem = feed.problem.value;
  const isReachable = feed.badge.value.state !== 'reconnecting' || problem !== null;
  const isSetUp = feed.config.value?.settingUp !== true || (store?.count ?? 0) > 0;
  if (!isSetUp && isReachable && problem?.kind !== 'insecure') return <BeingCreated />;
  if (problem) return <Why problem={problem} />;
  if (store && store.count > 0) return null;
  if (feed.badge.value.state !== 'live') {
    return (
      <div class="empty small" role="status">
        <p>
          {feed.badge.value.state === 'reconnecting' ? (
            <>
              The server does not answer; trying again.{' '}
              <span aria-hidden="true">{retryWords(feed.badge.value)}</span>
            </>
          ) : (
            <>
              Connecting to the stream…
              <Elapsed />
            </>
          )}
        </p>
      </div>
    );
  }
  const stream = feed.config.value?.streamName ?? 'wildrydes';
  return (
    <Panel title="No unicorns yet">
      <p>
        The map is connected to the stream <code>{stream}</code>, and nothing has been sent since it
        was opened.
      </p>
      <StartFleet counts={[25, 1_000, 10_000]} pipeline={false} />
      <p>Or start a unicorn from a terminal; it appears within seconds:</p>
      <Command text={`${program()} producer`} />
      <p class="muted">
        A second one? Give it a name: <code>producer -name Bucephalus</code>. A fleet:{' '}
        <code>fleet run --unicorns 25</code>.
      </p>
    </Panel>
  );
}
