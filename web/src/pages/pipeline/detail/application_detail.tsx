// A SQL application: editor, its streams with their rows, the open windows, start and stop.
import { useSignal } from '@preact/signals';
import { aws, wordsOf } from '../../../api/aws';
import { SqlEditor } from '../../../ui/sql_editor';
import { formatCount } from '../../../ui/format';
import { lagOf } from '../figures';
import { nodeId } from '../graph';
import type { ApplicationResource } from '../resources';
import { loadApplication } from '../load_streams';
import { pulse, refresh, resources } from '../state';
import { Schema } from './application_schema';
import { ApplicationStatus } from './application_status';
import { ActionButton, Commands, DetailFrame, Facts } from './frame';
import { asNumber, asSeconds, KeptCharts } from './kept_charts';
import { errorStream, streamNames } from './tap';
import { StreamRows, useTap } from './tap_view';

// Kept while one looks at another tab or page: typed text is not lost.
const drafts = new Map<string, string>();

async function setRunning(app: ApplicationResource, running: boolean): Promise<void> {
  if (!running) {
    await aws('kinesisanalytics', 'StopApplication', { ApplicationName: app.name });
    return;
  }
  await aws('kinesisanalytics', 'StartApplication', {
    ApplicationName: app.name,
    RunConfiguration: {
      SqlRunConfigurations: app.inputs.map((input) => ({
        InputId: input.id,
        InputStartingPositionConfiguration: { InputStartingPosition: 'NOW' },
      })),
    },
  });
}

async function save(app: ApplicationResource, code: string): Promise<void> {
  // Somebody else may have changed it meanwhile: the version is read just before.
  const { version } = await loadApplication(app.name);
  await aws('kinesisanalytics', 'UpdateApplication', {
    ApplicationName: app.name,
    CurrentApplicationVersionId: version,
    ApplicationConfigurationUpdate: {
      ApplicationCodeConfigurationUpdate: {
        CodeContentTypeUpdate: 'PLAINTEXT',
        CodeContentUpdate: { TextContentUpdate: code },
      },
    },
  });
}

function Code({ app }: { app: ApplicationResource }) {
  const text = useSignal(drafts.get(app.name) ?? app.code);
  const error = useSignal('');
  const saved = useSignal('');
  const busy = useSignal(false);
  const isChanged = text.value !== app.code;
  const run = async () => {
    if (!isChanged || busy.value) return;
    busy.value = true;
    error.value = '';
    try {
      await save(app, text.value);
      drafts.delete(app.name);
      if (app.status === 'READY') {
        await setRunning(app, true);
        saved.value = 'Saved; the application starts.';
      } else {
        saved.value = 'Saved; the application goes on with the new code.';
      }
      await refresh();
    } catch (problem) {
      error.value = wordsOf(problem);
    } finally {
      busy.value = false;
    }
  };
  return (
    <div class="code">
      <SqlEditor
        id="app-code"
        label="SQL of the application"
        value={text.value}
        error={error.value}
        onInput={(value) => {
          text.value = value;
          saved.value = '';
          error.value = '';
          if (value === app.code) drafts.delete(app.name);
          else drafts.set(app.name, value);
        }}
        onRun={() => void run()}
      />
      <div class="bar-row">
        <button
          class="button primary"
          disabled={!isChanged || busy.value}
          onClick={() => void run()}
        >
          Save and run
        </button>
        <button
          class="button"
          disabled={!isChanged || busy.value}
          onClick={() => {
            text.value = app.code;
            error.value = '';
            drafts.delete(app.name);
          }}
        >
          Undo changes
        </button>
        <span class="muted" role="status">
          {saved.value !== ''
            ? saved.value
            : isChanged
              ? 'not saved yet'
              : `version ${app.version}`}
        </span>
      </div>
      {error.value !== '' && (
        <div class="answer-error" role="alert">
          <pre>{error.value}</pre>
        </div>
      )}
    </div>
  );
}

function Figures({ app }: { app: ApplicationResource }) {
  const it = pulse.value.applications.find((each) => each.name === app.name);
  const lag = lagOf(app.name);
  return (
    <>
      <Facts
        facts={[
          ['State', app.status],
          ['Records read', it ? formatCount(it.records) : '–'],
          ['Behind the source', it ? `${(it.behindMillis / 1000).toFixed(1)} s` : '–'],
          ['Rows in error', it ? formatCount(it.errors) : '–'],
          ['Lost before they were read', it ? formatCount(it.lostRecords) : '–'],
          ['Judgement', !it ? 'stands still' : lag === null ? 'keeps up' : 'does not keep up'],
        ]}
      />
      <KeptCharts
        node={nodeId('application', app.name)}
        charts={[
          { figure: 'records', label: 'Read, records/s', isCounter: true, format: asNumber },
          { figure: 'behind', label: 'Behind the source', format: asSeconds },
          { figure: 'errors', label: 'In error, rows/s', isCounter: true, format: asNumber },
          { figure: 'lost', label: 'Lost before they were read', format: asNumber },
        ]}
      />
    </>
  );
}

export function ApplicationDetail({ name }: { name: string }) {
  const tap = useTap(name);
  const app = resources.value.applications.find((it) => it.name === name);
  if (!app) return null;
  const errors = tap.answer?.streams.find((it) => it.name === errorStream)?.total ?? 0;
  const streams = streamNames(
    app.inputs.map((input) => `${input.prefix}_001`),
    app.outputs.map((output) => output.name),
    tap.answer,
  );
  const isRunning = app.status === 'RUNNING';
  return (
    <DetailFrame
      kind="application"
      name={name}
      arn={app.arn}
      state={app.status}
      actions={
        <ActionButton
          label={isRunning ? 'Stop' : 'Start'}
          work={() => setRunning(app, !isRunning)}
        />
      }
      tabs={[
        {
          id: 'code',
          label: 'SQL',
          body: () => (
            <div class="app-body">
              <Code app={app} />
              <ApplicationStatus app={app} tap={tap} />
            </div>
          ),
        },
        ...streams.map((stream) => ({
          id: `rows-${stream}`,
          label: stream,
          ...(stream === errorStream && errors > 0 ? { count: errors } : {}),
          body: () => (
            <div class="app-body with-rows">
              <StreamRows app={app} name={stream} tap={tap} />
              <ApplicationStatus app={app} tap={tap} />
            </div>
          ),
        })),
        { id: 'metrics', label: 'Metrics', body: () => <Figures app={app} /> },
        { id: 'config', label: 'Config', body: () => <Schema app={app} /> },
        {
          id: 'cli',
          label: 'CLI',
          body: () => (
            <Commands
              list={[
                [
                  'What it is',
                  `aws kinesisanalyticsv2 describe-application --application-name ${name}`,
                ],
                ['Stop it', `aws kinesisanalyticsv2 stop-application --application-name ${name}`],
                [
                  'Look at what it reads',
                  'aws kinesisanalyticsv2 discover-input-schema --resource-arn ' +
                    `${app.inputs[0]?.sourceArn ?? ''} --service-execution-role ROLE ` +
                    '--input-starting-position-configuration InputStartingPosition=NOW',
                ],
              ]}
            />
          ),
        },
      ]}
    />
  );
}
