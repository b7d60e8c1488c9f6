// The last hour of what was written into a bucket, by the minute.
import { feed } from '../../../app/state';
import { LineChart } from '../../../ui/line_chart';
import { useAsked } from './frame';
import { asBytes, asNumber } from './kept_charts';
import { byMinute, objectsOf } from './written';

const minutes = 60;
const askMillis = 10_000;

export function WrittenCharts({ bucket, prefixes }: { bucket: string; prefixes: string[] }) {
  const { answer, error } = useAsked(
    async () => {
      const pages = await Promise.all(prefixes.map((prefix) => objectsOf(bucket, prefix)));
      return { list: pages.flatMap((it) => it.list), isCut: pages.some((it) => it.isCut) };
    },
    askMillis,
    `${bucket} ${prefixes.join()}`,
  );
  const { counts, bytes } = byMinute(answer.value?.list ?? [], feed.serverNow(), minutes);
  return (
    <>
      <h3>The last hour, by the minute</h3>
      {error.value !== '' && <p class="notice">{error.value}</p>}
      <div class="charts">
        <LineChart
          label="Objects written"
          values={answer.value ? counts : []}
          seconds={minutes * 60}
          format={asNumber}
        />
        <LineChart
          label="Bytes written"
          values={answer.value ? bytes : []}
          seconds={minutes * 60}
          format={asBytes}
        />
      </div>
      <p class="muted">
        Counted from the objects that are in the bucket
        {answer.value?.isCut ? ', its first 20,000' : ''}, by the time of their last change; the
        newest minute is not over.
      </p>
    </>
  );
}
