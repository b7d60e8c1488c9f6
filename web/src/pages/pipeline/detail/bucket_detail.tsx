// A bucket: its keys as folders, and the beginning of an object.
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { elementsOf, objectAddress, s3, textOf, wordsOf } from '../../../api/aws';
import { Link } from '../../../app/link';
import { goTo, parameter } from '../../../app/router';
import { feed } from '../../../app/state';
import { safeName } from '../../../fleet/filter';
import { formatAge, formatBytes } from '../../../ui/format';
import { Glyph } from '../../../ui/glyph';
import { secondsToWrite } from '../figures';
import { nodeId } from '../graph';
import { resources } from '../state';
import { Commands, DetailFrame, Facts, NotYet, useAsked } from './frame';
import { asNumber, KeptCharts } from './kept_charts';
import { previewBytes, previewOf, type Preview } from './object_preview';
import { WrittenCharts } from './written_charts';

interface Listing {
  folders: string[];
  objects: { key: string; bytes: number; millis: number }[];
  hasMore: boolean;
}

async function listingOf(bucket: string, prefix: string): Promise<Listing> {
  const page = await s3(
    `/${bucket}?list-type=2&delimiter=%2F&max-keys=500&prefix=${encodeURIComponent(prefix)}`,
  );
  return {
    folders: elementsOf(page, 'CommonPrefixes', 'Prefix').map((it) => it.textContent ?? ''),
    objects: elementsOf(page, 'ListBucketResult', 'Contents').map((it) => ({
      key: textOf(it, 'Key'),
      bytes: Number(textOf(it, 'Size')),
      millis: Date.parse(textOf(it, 'LastModified')),
    })),
    hasMore: textOf(page, 'IsTruncated') === 'true',
  };
}

function Crumbs({
  bucket,
  prefix,
  open,
}: {
  bucket: string;
  prefix: string;
  open(to: string): void;
}) {
  const parts = prefix.split('/').filter(Boolean);
  return (
    <nav class="crumbs" aria-label="Folder">
      <button class="text-button" onClick={() => open('')}>
        {bucket}
      </button>
      {parts.map((part, i) => (
        <span key={i}>
          {' / '}
          <button class="text-button" onClick={() => open(`${parts.slice(0, i + 1).join('/')}/`)}>
            {safeName(part)}
          </button>
        </span>
      ))}
    </nav>
  );
}

function ObjectPreview({ bucket, objectKey }: { bucket: string; objectKey: string }) {
  const preview = useSignal<Preview | null>(null);
  const error = useSignal('');
  useEffect(() => {
    previewOf(bucket, objectKey).then(
      (found) => (preview.value = found),
      (problem: unknown) => (error.value = wordsOf(problem)),
    );
  }, []);
  const it = preview.value;
  const archive = resources.value.archives.find((each) =>
    each.location.replace(/^s3a?:\/\//, '').startsWith(`${bucket}/`),
  );
  return (
    <aside class="record" aria-label="Object">
      <header>
        <b>{safeName(objectKey.split('/').pop()!)}</b>
        {it?.isGzip && <span class="pill">gzip</span>}
        <span class="nav-space" />
        {archive && (
          <Link target="query" parameters={{ sql: `SELECT * FROM ${archive.name} LIMIT 100` }}>
            Query this
          </Link>
        )}
        <a href={objectAddress(bucket, objectKey)} download={objectKey.split('/').pop()}>
          Download
        </a>
        <button
          class="text-button"
          onClick={() => goTo('pipeline', { node: `bucket:${bucket}`, tab: 'objects' })}
        >
          Close
        </button>
      </header>
      {error.value !== '' && (
        <p class="notice" role="alert">
          {error.value}
        </p>
      )}
      {it && (
        <pre tabIndex={0}>
          {it.isText ? it.text : 'These bytes are no text: download the object.'}
        </pre>
      )}
      {it?.isCut && <p class="muted">The first {formatBytes(previewBytes)} of the object.</p>}
    </aside>
  );
}

function EmptyFolder({ bucket, prefix }: { bucket: string; prefix: string }) {
  const delivery = resources.value.deliveries.find((it) => it.bucket === bucket);
  const left = delivery ? secondsToWrite(delivery.name) : null;
  return (
    <NotYet
      words={
        <>
          Nothing here yet.{' '}
          {delivery &&
            left === null &&
            `The delivery ${delivery.name} writes here what it is given. `}
          {delivery && left !== null && (
            <>
              The delivery {delivery.name} writes an object in <b>{left} s</b>.{' '}
            </>
          )}
          A file of yours:
        </>
      }
      command={`aws s3 cp rides.json s3://${bucket}/${prefix}`}
    />
  );
}

function Objects({ bucket }: { bucket: string }) {
  const key = parameter('key');
  const prefix = useSignal(key ? key.slice(0, key.lastIndexOf('/') + 1) : '');
  const { answer, error } = useAsked(
    () => listingOf(bucket, prefix.value),
    5_000,
    `${bucket}/${prefix.value}`,
  );
  const list = answer.value;
  return (
    <div class="tail">
      <Crumbs bucket={bucket} prefix={prefix.value} open={(to) => (prefix.value = to)} />
      {error.value !== '' && <p class="notice">{error.value}</p>}
      <div class={`tail-body ${key ? 'with-record' : ''}`}>
        <div class="table-scroll" tabIndex={0} role="region" aria-label="Keys">
          <table class="plain">
            <tbody>
              {list?.folders.map((folder) => (
                <tr key={folder}>
                  <td>
                    <button class="text-button" onClick={() => (prefix.value = folder)}>
                      <Glyph name="folder" />
                      {safeName(folder.slice(prefix.value.length))}
                    </button>
                  </td>
                  <td />
                  <td />
                </tr>
              ))}
              {list?.objects.map((it) => (
                <tr key={it.key} class={it.key === key ? 'on' : ''}>
                  <td>
                    <Link
                      target="pipeline"
                      parameters={{ node: `bucket:${bucket}`, tab: 'objects', key: it.key }}
                    >
                      {safeName(it.key.slice(prefix.value.length))}
                    </Link>
                  </td>
                  <td class="right">{formatBytes(it.bytes)}</td>
                  <td class="right muted">{formatAge(feed.serverNow() - it.millis)} ago</td>
                </tr>
              ))}
            </tbody>
          </table>
          {list && list.folders.length + list.objects.length === 0 && (
            <EmptyFolder bucket={bucket} prefix={prefix.value} />
          )}
          {list?.hasMore && <p class="muted">The first 500 keys of this folder are shown.</p>}
        </div>
        {key && <ObjectPreview key={key} bucket={bucket} objectKey={key} />}
      </div>
    </div>
  );
}

export function BucketDetail({ name }: { name: string }) {
  const bucket = resources.value.buckets.find((it) => it.name === name);
  if (!bucket) return null;
  return (
    <DetailFrame
      kind="bucket"
      name={name}
      arn={`arn:aws:s3:::${name}`}
      state="ACTIVE"
      tabs={[
        { id: 'objects', label: 'Live data', body: () => <Objects bucket={name} /> },
        {
          id: 'metrics',
          label: 'Metrics',
          body: () => (
            <>
              <WrittenCharts bucket={name} prefixes={['']} />
              {!bucket.hasMore && (
                <KeptCharts
                  node={nodeId('bucket', name)}
                  charts={[{ figure: 'objects', label: 'Objects in all', format: asNumber }]}
                />
              )}
            </>
          ),
        },
        {
          id: 'config',
          label: 'Config',
          body: () => (
            <Facts
              facts={[
                ['Objects', `${bucket.objects}${bucket.hasMore ? ' or more' : ''}`],
                [
                  'Archive tables',
                  resources.value.archives
                    .filter((it) => it.location.includes(`//${name}/`))
                    .map((it) => it.name)
                    .join(', ') || 'none',
                ],
              ]}
            />
          ),
        },
        {
          id: 'cli',
          label: 'CLI',
          body: () => (
            <Commands
              list={[
                ['All keys', `aws s3 ls --recursive s3://${name}/`],
                ['All objects, here', `aws s3 sync s3://${name}/ ./${name}/`],
              ]}
            />
          ),
        },
      ]}
    />
  );
}
