// How far back the stream remembers.
import { aws } from '../api/aws';

interface Summary {
  StreamDescriptionSummary: { StreamCreationTimestamp: number; RetentionPeriodHours: number };
}

/** The earliest moment that the stream can give, epoch milliseconds. */
export async function streamReach(stream: string, nowMillis: number): Promise<number> {
  const { StreamDescriptionSummary: it } = await aws<Summary>('kinesis', 'DescribeStreamSummary', {
    StreamName: stream,
  });
  const kept = nowMillis - it.RetentionPeriodHours * 3_600_000;
  return Math.max(it.StreamCreationTimestamp * 1000, kept);
}
