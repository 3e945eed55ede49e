using System.Collections.Concurrent;
using System.Reflection;
using HandyBackup.Contracts;
using HandyBackup.Testing;

namespace HandyBackup.Rpc.Tests.Fakes;

/// <summary>Implements an interface of the contracts: notes each call and answers with a sample that is different for each method.</summary>
public class RecordingService : DispatchProxy
{
    private ConcurrentQueue<RecordedCall> _calls = new();

    /// <summary>The services of a server that note their calls in one list.</summary>
    public static PanelServices CreateAll(ConcurrentQueue<RecordedCall> calls) => new(
        new GreetedServerInfo(Create<IServerInfo>(calls)),
        Create<IRepositories>(calls),
        Create<ITasks>(calls),
        Create<IRuns>(calls),
        Create<IAgents>(calls),
        Create<ISnapshots>(calls),
        Create<IItems>(calls),
        Create<IEnrollmentTokens>(calls),
        Create<IAgentGroups>(calls),
        Create<ISettings>(calls),
        Create<ILogin>(calls),
        Create<IUsers>(calls),
        Create<IApiTokens>(calls),
        Create<IRemovalRequests>(calls),
        Create<IAuditLog>(calls));

    public static T Create<T>(ConcurrentQueue<RecordedCall> calls)
        where T : class
    {
        T service = Create<T, RecordingService>();
        ((RecordingService)(object)service)._calls = calls;
        return service;
    }

    /// <summary>What a method answers; null if nothing.</summary>
    public static object? Answer(string service, MethodInfo method)
    {
        Type returned = method.ReturnType;
        return returned.IsGenericType
            ? new SampleValue(SeedOf(service, method.Name)).Create(returned.GetGenericArguments()[0])
            : null;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        string service = targetMethod!.DeclaringType!.Name;
        _calls.Enqueue(new RecordedCall(service, targetMethod.Name, args is [{ } argument, ..] ? argument : null));
        object? answer = Answer(service, targetMethod);
        if (answer is null)
        {
            return Task.CompletedTask;
        }

        string wrapper = targetMethod.ReturnType.GetGenericTypeDefinition() == typeof(Task<>) ? nameof(AsTask) : nameof(AsStreamAsync);
        return typeof(RecordingService).GetMethod(wrapper, BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(answer.GetType())
            .Invoke(null, [answer]);
    }

    private static int SeedOf(string service, string method) => (service + method).Sum(c => c);

    private static Task<T> AsTask<T>(T value) => Task.FromResult(value);

    private static async IAsyncEnumerable<T> AsStreamAsync<T>(T value)
    {
        yield return value;
        await Task.Yield();
        yield return value;
    }
}

/// <summary>One call that arrived.</summary>
public sealed record RecordedCall(string Service, string Method, object? Argument);
