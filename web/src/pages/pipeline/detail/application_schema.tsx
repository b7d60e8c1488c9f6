// What an application reads and writes: the columns of each input, discovered anew and taken over.
import { useSignal } from '@preact/signals';
import { aws } from '../../../api/aws';
import { safeName } from '../../../fleet/filter';
import { formatCount } from '../../../ui/format';
import { loadApplication } from '../load_streams';
import { nameOfArn, serviceOfArn, type ApplicationResource } from '../resources';
import { compared, schemaUpdate, widened, type Change, type DiscoveredSchema } from './discovery';
import { ActionButton } from './frame';

type Input = ApplicationResource['inputs'][number];

interface Found {
  schema: DiscoveredSchema;
  records: number;
}

async function discover(app: ApplicationResource, input: Input): Promise<Found> {
  const answer = await aws<{ InputSchema: DiscoveredSchema; RawInputRecords?: string[] }>(
    'kinesisanalytics',
    'DiscoverInputSchema',
    {
      ResourceARN: input.sourceArn,
      ServiceExecutionRole: app.role,
      InputStartingPositionConfiguration: { InputStartingPosition: 'NOW' },
    },
  );
  return {
    schema: widened(input.columns, answer.InputSchema),
    records: answer.RawInputRecords?.length ?? 0,
  };
}

async function use(app: ApplicationResource, input: Input, schema: DiscoveredSchema) {
  // Somebody else may have changed it meanwhile: the version is read just before.
  const { version } = await loadApplication(app.name);
  await aws(
    'kinesisanalytics',
    'UpdateApplication',
    schemaUpdate(app.name, version, input.id, schema),
  );
}

const changeWords: Record<Change, string> = {
  same: 'as it is',
  new: 'new',
  other: 'changes',
  gone: 'not found: goes',
};

function Proposal({ input, found }: { input: Input; found: Found }) {
  return (
    <table class="plain" aria-label="Discovered schema">
      <thead>
        <tr>
          <th>Column</th>
          <th>Type</th>
          <th>Taken from</th>
          <th>Against now</th>
        </tr>
      </thead>
      <tbody>
        {compared(input.columns, found.schema).map((it) => (
          <tr key={it.name} class={`change-${it.change}`}>
            <td>{safeName(it.name)}</td>
            <td>
              <code>{it.type}</code>
            </td>
            <td>
              <code>{safeName(it.mapping)}</code>
            </td>
            <td class={it.change === 'gone' ? 'bad' : it.change === 'same' ? 'muted' : ''}>
              {changeWords[it.change]}
              {it.before !== '' && (
                <>
                  , now <code>{safeName(it.before)}</code>
                </>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function InputSchema({ app, input }: { app: ApplicationResource; input: Input }) {
  const found = useSignal<Found | null>(null);
  const used = useSignal(false);
  const it = found.value;
  const isSame = it
    ? compared(input.columns, it.schema).every((each) => each.change === 'same')
    : false;
  return (
    <section class="schema" aria-label={`Schema of ${input.prefix}_001`}>
      <div class="bar-row">
        <h3>
          {input.prefix}_001 <span class="muted">reads {nameOfArn(input.sourceArn)}</span>
        </h3>
        <span class="nav-space" />
        {app.role !== '' && (
          <ActionButton
            label="Discover schema"
            work={async () => {
              used.value = false;
              found.value = await discover(app, input);
            }}
          />
        )}
      </div>
      {used.value && (
        <p class="hint" role="status">
          The input has the schema now;{' '}
          {app.status === 'RUNNING' ? 'the application goes on with it.' : 'start it to read so.'}
        </p>
      )}
      {it && (
        <>
          <div class="bar-row">
            <span>
              {formatCount(it.records)} records of now were looked at
              {isSame ? ': the schema is the one that the input has.' : '.'}{' '}
              <span class="muted">Where a text of the input is wider, it stays so.</span>
            </span>
            <span class="nav-space" />
            <button class="button" onClick={() => (found.value = null)}>
              Leave it
            </button>
            {!isSame && (
              <ActionButton
                primary
                label="Use this schema"
                work={async () => {
                  await use(app, input, it.schema);
                  found.value = null;
                  used.value = true;
                }}
              />
            )}
          </div>
          <Proposal input={input} found={it} />
        </>
      )}
      {!it && (
        <table class="plain">
          <thead>
            <tr>
              <th>Column</th>
              <th>Type</th>
              <th>Taken from</th>
            </tr>
          </thead>
          <tbody>
            {input.columns.map((column) => (
              <tr key={column.name}>
                <td>{safeName(column.name)}</td>
                <td>
                  <code>{column.type}</code>
                </td>
                <td>
                  <code>{safeName(column.mapping ?? '')}</code>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

export function Schema({ app }: { app: ApplicationResource }) {
  return (
    <>
      {app.inputs.map((input) => (
        <InputSchema key={input.id} app={app} input={input} />
      ))}
      {app.outputs.map((output) => (
        <p key={output.id}>
          <b>{output.name}</b> is written to {serviceOfArn(output.targetArn)}{' '}
          {nameOfArn(output.targetArn)}
        </p>
      ))}
    </>
  );
}
