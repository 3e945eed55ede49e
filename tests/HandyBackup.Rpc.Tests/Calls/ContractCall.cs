using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using HandyBackup.Rpc.Tests.Fakes;
using HandyBackup.Testing;

namespace HandyBackup.Rpc.Tests.Calls;

/// <summary>
/// Calls one method of a connection with a sample and compares what the service got and what the caller got. Works on
/// reflection alone, because the connection may come from another build of the assemblies.
/// </summary>
internal static class ContractCall
{
    public static async Task VerifyAsync(object connection, MethodInfo method, ConcurrentQueue<RecordedCall> calls)
    {
        object? argument = SampleArguments.RequestOf(method);
        List<string> answers = await InvokeAsync(connection, method, argument);

        RecordedCall call = Assert.Single(calls);
        Assert.Equal((method.DeclaringType!.Name, method.Name), (call.Service, call.Method));
        if (argument is not null)
        {
            Assert.Equal(JsonSerializer.Serialize(argument), JsonSerializer.Serialize(call.Argument));
        }

        string? expected = JsonSerializer.Serialize(RecordingService.Answer(call.Service, method));
        Assert.Equal(ExpectedCount(method), answers.Count);
        Assert.All(answers, answer => Assert.Equal(expected, answer));
    }

    /// <summary>Calls the method with a sample, and reads all that it answers.</summary>
    public static Task<List<string>> InvokeAsync(object connection, MethodInfo method) => InvokeAsync(connection, method, SampleArguments.RequestOf(method));

    public static int ExpectedCount(MethodInfo method) =>
        !method.ReturnType.IsGenericType ? 0 : method.ReturnType.GetGenericTypeDefinition() == typeof(Task<>) ? 1 : 2;

    public static async Task<List<string>> ReadAsync(object returned, CancellationToken token)
    {
        if (returned is Task task)
        {
            await task.WaitAsync(token);
            object? result = task.GetType().GetProperty("Result")?.GetValue(task);
            return result is null || result.GetType().Name == "VoidTaskResult" || result is true ? [] : [JsonSerializer.Serialize(result)];
        }

        var answers = new List<string>();
        Type item = returned.GetType().GetInterfaces().Single(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IAsyncEnumerable<>)).GetGenericArguments()[0];
        await (Task)typeof(ContractCall).GetMethod(nameof(CollectAsync), BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(item).Invoke(null, [returned, answers, token])!;
        return answers;
    }

    private static Task<List<string>> InvokeAsync(object connection, MethodInfo method, object? argument)
    {
        object service = connection.GetType().GetProperties().Single(p => p.PropertyType == method.DeclaringType).GetValue(connection)!;
        CancellationToken token = TestTimeout.Token;
        return ReadAsync(method.Invoke(service, SampleArguments.Of(method, argument, token))!, token);
    }

    private static async Task CollectAsync<T>(IAsyncEnumerable<T> items, List<string> answers, CancellationToken token)
    {
        await foreach (T item in items.WithCancellation(token))
        {
            answers.Add(JsonSerializer.Serialize(item));
        }
    }
}
