// Reads streams, applications, functions and deliveries of the account.
import { aws, lambda } from '../../api/aws';
import {
  nameOfArn,
  type ApplicationResource,
  type DeliveryResource,
  type FunctionResource,
  type MappingResource,
  type StreamResource,
} from './resources';

export async function loadStreams(): Promise<StreamResource[]> {
  const { StreamNames } = await aws<{ StreamNames: string[] }>('kinesis', 'ListStreams', {
    Limit: 100,
  });
  return Promise.all(
    StreamNames.map(async (name) => {
      const { StreamDescriptionSummary: it } = await aws<{
        StreamDescriptionSummary: {
          StreamARN: string;
          StreamStatus: string;
          OpenShardCount: number;
          RetentionPeriodHours: number;
          EnhancedMonitoring?: { ShardLevelMetrics?: string[] }[];
        };
      }>('kinesis', 'DescribeStreamSummary', { StreamName: name });
      return {
        name,
        arn: it.StreamARN,
        status: it.StreamStatus,
        shards: it.OpenShardCount,
        retentionHours: it.RetentionPeriodHours,
        shardMetrics: (it.EnhancedMonitoring ?? []).some(
          (each) => (each.ShardLevelMetrics ?? []).length > 0,
        ),
      };
    }),
  );
}

interface ApplicationAnswer {
  ApplicationDetail: {
    ApplicationARN: string;
    ApplicationName: string;
    ApplicationStatus: string;
    ApplicationVersionId: number;
    ServiceExecutionRole?: string;
    ApplicationConfigurationDescription?: {
      ApplicationCodeConfigurationDescription?: {
        CodeContentDescription?: { TextContent?: string };
      };
      SqlApplicationConfigurationDescription?: {
        InputDescriptions?: {
          InputId: string;
          NamePrefix: string;
          KinesisStreamsInputDescription?: { ResourceARN: string; RoleARN?: string };
          KinesisFirehoseInputDescription?: { ResourceARN: string; RoleARN?: string };
          InputSchema?: { RecordColumns?: { Name: string; SqlType: string; Mapping?: string }[] };
        }[];
        OutputDescriptions?: {
          OutputId: string;
          Name: string;
          KinesisStreamsOutputDescription?: { ResourceARN: string };
          KinesisFirehoseOutputDescription?: { ResourceARN: string };
          LambdaOutputDescription?: { ResourceARN: string };
        }[];
      };
    };
  };
}

export async function loadApplication(name: string): Promise<ApplicationResource> {
  const { ApplicationDetail: it } = await aws<ApplicationAnswer>(
    'kinesisanalytics',
    'DescribeApplication',
    { ApplicationName: name },
  );
  const configuration = it.ApplicationConfigurationDescription;
  const sql = configuration?.SqlApplicationConfigurationDescription;
  return {
    name: it.ApplicationName,
    arn: it.ApplicationARN,
    status: it.ApplicationStatus,
    version: it.ApplicationVersionId,
    // Applications of the older API name a role for each input.
    role:
      it.ServiceExecutionRole ??
      sql?.InputDescriptions?.[0]?.KinesisStreamsInputDescription?.RoleARN ??
      '',
    code:
      configuration?.ApplicationCodeConfigurationDescription?.CodeContentDescription?.TextContent ??
      '',
    inputs: (sql?.InputDescriptions ?? []).map((input) => ({
      id: input.InputId,
      prefix: input.NamePrefix,
      sourceArn:
        (input.KinesisStreamsInputDescription ?? input.KinesisFirehoseInputDescription)
          ?.ResourceARN ?? '',
      columns: (input.InputSchema?.RecordColumns ?? []).map((column) => ({
        name: column.Name,
        type: column.SqlType,
        ...(column.Mapping ? { mapping: column.Mapping } : {}),
      })),
    })),
    outputs: (sql?.OutputDescriptions ?? []).map((output) => ({
      id: output.OutputId,
      name: output.Name,
      targetArn:
        (
          output.KinesisStreamsOutputDescription ??
          output.KinesisFirehoseOutputDescription ??
          output.LambdaOutputDescription
        )?.ResourceARN ?? '',
    })),
  };
}

export async function loadApplications(): Promise<ApplicationResource[]> {
  const { ApplicationSummaries } = await aws<{
    ApplicationSummaries: { ApplicationName: string }[];
  }>('kinesisanalytics', 'ListApplications', { Limit: 50 });
  return Promise.all(
    ApplicationSummaries.map(({ ApplicationName }) => loadApplication(ApplicationName)),
  );
}

export async function loadFunctions(): Promise<FunctionResource[]> {
  const { Functions } = await lambda<{
    Functions: {
      FunctionName: string;
      FunctionArn: string;
      Runtime?: string;
      Handler?: string;
      Role: string;
      State?: string;
      Timeout: number;
      MemorySize: number;
      CodeSize: number;
      LastModified: string;
      Environment?: { Variables?: Record<string, string> };
    }[];
  }>('GET', '/2015-03-31/functions/');
  return Functions.map((it) => ({
    name: it.FunctionName,
    arn: it.FunctionArn,
    runtime: it.Runtime ?? '',
    handler: it.Handler ?? '',
    role: it.Role,
    state: it.State ?? 'Active',
    timeoutSeconds: it.Timeout,
    memoryMib: it.MemorySize,
    codeBytes: it.CodeSize,
    modified: it.LastModified,
    environment: it.Environment?.Variables ?? {},
  }));
}

export async function loadMappings(): Promise<MappingResource[]> {
  const { EventSourceMappings } = await lambda<{
    EventSourceMappings: {
      UUID: string;
      FunctionArn: string;
      EventSourceArn: string;
      State: string;
      LastProcessingResult?: string;
      BatchSize: number;
    }[];
  }>('GET', '/2015-03-31/event-source-mappings/');
  return EventSourceMappings.map((it) => ({
    id: it.UUID,
    functionArn: it.FunctionArn,
    sourceArn: it.EventSourceArn,
    state: it.State,
    lastResult: it.LastProcessingResult ?? '',
    batchSize: it.BatchSize,
  }));
}

export async function loadDeliveries(): Promise<DeliveryResource[]> {
  const { DeliveryStreamNames } = await aws<{ DeliveryStreamNames: string[] }>(
    'firehose',
    'ListDeliveryStreams',
    { Limit: 100 },
  );
  return Promise.all(
    DeliveryStreamNames.map(async (name) => {
      const { DeliveryStreamDescription: it } = await aws<{
        DeliveryStreamDescription: {
          DeliveryStreamARN: string;
          DeliveryStreamStatus: string;
          Source?: { KinesisStreamSourceDescription?: { KinesisStreamARN: string } };
          Destinations: {
            ExtendedS3DestinationDescription?: {
              BucketARN: string;
              Prefix?: string;
              CompressionFormat?: string;
              BufferingHints?: { SizeInMBs?: number; IntervalInSeconds?: number };
            };
          }[];
        };
      }>('firehose', 'DescribeDeliveryStream', { DeliveryStreamName: name });
      const target = it.Destinations[0]?.ExtendedS3DestinationDescription;
      return {
        name,
        arn: it.DeliveryStreamARN,
        status: it.DeliveryStreamStatus,
        sourceArn: it.Source?.KinesisStreamSourceDescription?.KinesisStreamARN ?? '',
        bucket: target ? nameOfArn(target.BucketARN) : '',
        prefix: target?.Prefix ?? '',
        intervalSeconds: target?.BufferingHints?.IntervalInSeconds ?? 300,
        sizeMib: target?.BufferingHints?.SizeInMBs ?? 5,
        compression: target?.CompressionFormat ?? 'UNCOMPRESSED',
      };
    }),
  );
}
