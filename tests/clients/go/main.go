// Calls operations of Kinesis with the Go SDK v2: one {"operation", "input"} a line in, one answer a line out.
// Blobs travel as {"$blob": base64} and times as {"$time": seconds}, both ways.
package main

import (
	"bufio"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"reflect"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"
	"github.com/aws/smithy-go"
)

type request struct {
	Operation string
	Input     any
}

type answer struct {
	Output  any    `json:"output,omitempty"`
	Error   string `json:"error,omitempty"`
	Message string `json:"message,omitempty"`
}

var (
	timeType = reflect.TypeOf(time.Time{})
	blobType = reflect.TypeOf([]byte(nil))
)

// fill sets a Go value from decoded JSON, by the names of the API.
func fill(to reflect.Value, from any) error {
	switch {
	case to.Kind() == reflect.Pointer:
		to.Set(reflect.New(to.Type().Elem()))
		return fill(to.Elem(), from)
	case to.Type() == blobType:
		bytes, err := base64.StdEncoding.DecodeString(from.(map[string]any)["$blob"].(string))
		to.SetBytes(bytes)
		return err
	case to.Type() == timeType:
		seconds := from.(map[string]any)["$time"].(float64)
		to.Set(reflect.ValueOf(time.UnixMilli(int64(seconds * 1000))))
		return nil
	}
	switch to.Kind() {
	case reflect.Struct:
		for name, item := range from.(map[string]any) {
			field := to.FieldByName(name)
			if !field.IsValid() {
				return fmt.Errorf("%s has no member %s", to.Type(), name)
			}
			if err := fill(field, item); err != nil {
				return err
			}
		}
	case reflect.Slice:
		items := from.([]any)
		to.Set(reflect.MakeSlice(to.Type(), len(items), len(items)))
		for i, item := range items {
			if err := fill(to.Index(i), item); err != nil {
				return err
			}
		}
	case reflect.Map:
		to.Set(reflect.MakeMap(to.Type()))
		for name, item := range from.(map[string]any) {
			to.SetMapIndex(reflect.ValueOf(name), reflect.ValueOf(item))
		}
	case reflect.String:
		to.SetString(from.(string))
	case reflect.Bool:
		to.SetBool(from.(bool))
	default:
		to.SetInt(int64(from.(float64)))
	}
	return nil
}

// plain turns an output into what JSON can say; members that are not there are left out.
func plain(value reflect.Value) any {
	switch value.Kind() {
	case reflect.Pointer, reflect.Interface:
		if value.IsNil() {
			return nil
		}
		return plain(value.Elem())
	case reflect.Struct:
		if value.Type() == timeType {
			return map[string]any{"$time": float64(value.Interface().(time.Time).UnixMilli()) / 1000}
		}
		members := map[string]any{}
		for i := range value.NumField() {
			name := value.Type().Field(i).Name
			if !value.Type().Field(i).IsExported() || name == "ResultMetadata" {
				continue
			}
			if item := plain(value.Field(i)); item != nil {
				members[name] = item
			}
		}
		return members
	case reflect.Slice:
		if value.IsNil() {
			return nil
		}
		if value.Type() == blobType {
			return map[string]any{"$blob": base64.StdEncoding.EncodeToString(value.Bytes())}
		}
		items := make([]any, value.Len())
		for i := range items {
			items[i] = plain(value.Index(i))
		}
		return items
	case reflect.Map:
		items := map[string]any{}
		for _, key := range value.MapKeys() {
			items[key.String()] = plain(value.MapIndex(key))
		}
		return items
	case reflect.String:
		if value.Len() == 0 {
			return nil
		}
		return value.String()
	}
	return value.Interface()
}

// collect reads a subscription up to the first event that carries records.
func collect(stream *kinesis.SubscribeToShardEventStream) ([]any, error) {
	defer stream.Close()
	var events []any
	for event := range stream.Events() {
		data := event.(*types.SubscribeToShardEventStreamMemberSubscribeToShardEvent)
		events = append(events, map[string]any{"SubscribeToShardEvent": plain(reflect.ValueOf(data.Value))})
		if len(data.Value.Records) > 0 {
			break
		}
	}
	return events, stream.Err()
}

func call(client *kinesis.Client, wanted request) answer {
	method := reflect.ValueOf(client).MethodByName(wanted.Operation)
	if !method.IsValid() {
		return answer{Error: "NoSuchMethod", Message: wanted.Operation}
	}
	input := reflect.New(method.Type().In(1).Elem())
	if err := fill(input.Elem(), wanted.Input); err != nil {
		return answer{Error: "BadInput", Message: err.Error()}
	}
	results := method.Call([]reflect.Value{reflect.ValueOf(context.Background()), input})
	if err, failed := results[1].Interface().(error); failed && err != nil {
		var refusal smithy.APIError
		if errors.As(err, &refusal) {
			return answer{Error: refusal.ErrorCode(), Message: refusal.ErrorMessage()}
		}
		return answer{Error: "Failure", Message: err.Error()}
	}
	if subscription, is := results[0].Interface().(*kinesis.SubscribeToShardOutput); is {
		events, err := collect(subscription.GetStream())
		if err != nil {
			return answer{Error: "Failure", Message: err.Error()}
		}
		return answer{Output: map[string]any{"EventStream": events}}
	}
	return answer{Output: plain(results[0])}
}

func main() {
	settings, err := config.LoadDefaultConfig(context.Background(), config.WithRetryer(func() aws.Retryer {
		return aws.NopRetryer{}
	}))
	if err != nil {
		panic(err)
	}
	client := kinesis.NewFromConfig(settings)
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 16<<20)
	out := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		var wanted request
		if err := json.Unmarshal(lines.Bytes(), &wanted); err != nil {
			panic(err)
		}
		if err := out.Encode(call(client, wanted)); err != nil {
			panic(err)
		}
	}
}
